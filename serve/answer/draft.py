"""What a model wrote, as claims with the evidence that each names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.text import sentences
from serve.answer.prompt import NO_ANSWER

if TYPE_CHECKING:
    from collections.abc import Container

    from serve.answer.marker import Marker

_FIRST = 0xE000
"""Markers are taken out of the draft as characters of the private use area, one for each."""
_PLACES = "\ue000-\uf8ff"
_MOST = 0xF8FF - _FIRST + 1
_PLACE = re.compile(rf"\s*[{_PLACES}]")
_BEHIND_STOP = re.compile(rf"([.!?…。！？][\"'”’»)\]]*)((?:\s*[{_PLACES}])+)")
_DECLINED = re.compile(rf"\W*{NO_ANSWER.replace(' ', r'[ _]')}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A sentence of the draft."""

    text: str
    """Without markers, white space at its ends taken off."""
    cited: tuple[int, ...]
    """Numbers of evidence, in order; only such as there is."""
    gap: str
    """The white space behind it."""


def declined(draft: str) -> bool:
    """Tell whether the model said that the evidence does not answer the question."""
    return _DECLINED.match(draft) is not None


def drafted(draft: str, *, marker: Marker, numbers: Container[int]) -> list[Drafted]:
    """Return the sentences of `draft`.

    Markers behind a full stop belong to the sentence before it; what names no evidence is left
    out of the text all the same.
    """
    plain = re.sub(rf"[{_PLACES}]", "", draft.strip())
    groups: list[tuple[int, ...]] = []

    def take_out(match: re.Match[str]) -> str:
        if len(groups) == _MOST:
            return ""
        named = [n for n in marker.numbers(match[1]) if n in numbers]
        groups.append(tuple(named))
        return chr(_FIRST + len(groups) - 1)

    held = marker.pattern().sub(take_out, plain)
    held = _BEHIND_STOP.sub(lambda m: re.sub(r"\s", "", m[2]) + m[1], held)
    return _joined([_sentence(span.slice(held), groups) for span in sentences(held)])


def _sentence(held: str, groups: list[tuple[int, ...]]) -> Drafted:
    places = (ord(char) - _FIRST for char in held if _FIRST <= ord(char) < _FIRST + _MOST)
    cited = dict.fromkeys(number for place in places for number in groups[place])
    text = _PLACE.sub("", held)
    return Drafted(text=text.strip(), cited=tuple(cited), gap=text[len(text.rstrip()) :])


def _joined(found: list[Drafted]) -> list[Drafted]:
    """Return the sentences that have text; one that is only markers gives them to the last."""
    kept: list[Drafted] = []
    for each in found:
        if each.text:
            kept.append(each)
        elif kept:
            last = kept[-1]
            cited = tuple(dict.fromkeys((*last.cited, *each.cited)))
            kept[-1] = Drafted(text=last.text, cited=cited, gap=last.gap + each.gap)
    return kept
