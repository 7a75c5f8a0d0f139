"""A chat model that finds what was hidden in its prompt, and knows nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.doubles.nim.requests import ChatRequest
from tests.doubles.nim.script import Reads
from tests.doubles.nim.utterance import MARKER, NOTHING, SENTENCE, Utterance

BEHIND = re.compile(r"^\n*(?:Markers:|Notes that were taken)", re.MULTILINE)
"""What follows the last excerpt."""
NOTE = re.compile(r"^- (?P<text>.*?) ?(?P<markers>(?:\[[A-Z]+\d+\])+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Finds(Reads):
    """It says those of the needles that stand whole in the excerpts or notes of its prompt.

    Behind each sentence it puts the markers of all excerpts that the needle stands in. Where there
    is none, it says what the prompt has it say then.
    """

    needles: tuple[str, ...]

    def utterance(self, request: ChatRequest) -> Utterance:
        prompt = request.messages[-1].text
        said = [line for needle in self.needles if (line := _found(needle, prompt))]
        told = NOTHING.search("\n".join(message.text for message in request.messages))
        return Utterance(text="\n".join(said) or (told[1] if told else ""))


def _found(needle: str, prompt: str) -> str:
    markers = _in_blocks(needle, prompt) or _in_notes(needle, prompt)
    sentences = (found.strip() for found in SENTENCE.findall(needle))
    return " ".join(f"{each}. {markers}" for each in sentences if each) if markers else ""


def _in_blocks(needle: str, prompt: str) -> str:
    """Return the markers of the adjacent excerpts that have the needle; empty: none do."""
    read, starts = "", list[tuple[int, str]]()
    for marker, text in _blocks(prompt):
        starts.append((len(read), marker))
        read += " ".join(text.split()) + " "
    at = read.find(" ".join(needle.split()))
    if at < 0:
        return ""
    ends = [start for start, _ in starts[1:]] + [len(read)]
    found = zip(starts, ends, strict=True)
    return "".join(m for (start, m), end in found if start < at + len(needle) and at < end)


def _in_notes(needle: str, prompt: str) -> str:
    words = " ".join(needle.split())
    return next((note["markers"] for note in NOTE.finditer(prompt) if words in note["text"]), "")


def _blocks(prompt: str) -> Iterator[tuple[str, str]]:
    found = list(MARKER.finditer(prompt))
    ends = [match.start() for match in found[1:]] + [len(prompt)]
    for match, end in zip(found, ends, strict=True):
        marker = match[0].strip()
        text = prompt[match.end() : end].partition("\n")[2]
        text = text.partition(f"\n{marker[0]}/{marker[1:]}")[0]
        behind = BEHIND.search(text)
        yield marker, text[: behind.start()] if behind else text
