"""What a model wrote, as sentences with the evidence that each names."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.text import sentences, trimmed
from core.types import Span
from serve.answer.aside import is_aside
from serve.answer.marks import CLOSING, ENDED, FENCED, LEAD, STOP, unmarked
from serve.answer.prompt import NO_ANSWER

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence, Set

    from serve.answer.marker import Marker
    from serve.answer.marks import Mark

_STOPPED = re.compile(rf"(?P<stop>{STOP})?\s+")
_BAR = re.compile(r"\s*\|\s*\Z")
_RULED = re.compile(r"\n[\s|:=+-]+\Z")
"""The line under the head of a table, or under a heading."""
_BOLD = re.compile(r"(\*\*|__).+\1")
_FEWEST_WORDS = 4
"""Of what stands in bold, or ends with a full stop, and is a sentence."""
_ACTS = re.compile(r"\b(?:is|are|was|were|has|had|did|will|not|never)\b", re.IGNORECASE)
"""What headings seldom have, and what only introduces others."""
_LEADS_ON = re.compile(
    r"\b(?:follow\w*|below|here|how|what|why|when|where|who|which|whether)\b"
    r"|(?:s|\b(?:are|were|by|for|of|to|with|from|on|in|at|that|and|or))$",
    re.IGNORECASE,
)
"""What is a heading, or introduces others, though it has a verb: `It is open on the following`."""
_DECLINES = re.compile(r"\b" + r"[\s_-]+".join(NO_ANSWER.split()) + r"\b")
_OPENS = re.compile(_DECLINES.pattern + r"[*_`\"']*\s*(?:[.:,;!–—-]|\Z)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A sentence, item, row or block of code of the draft; together they are all of it."""

    lead: str
    """What stands before it and says nothing: a bullet, a number, a bar."""
    text: str
    """Without markers, and without white space at its ends."""
    gap: str
    """White space behind it; of a row also the last bar."""
    cited: tuple[int, ...]
    """Numbers of evidence, in order; only such as there is."""
    states: bool
    """Whether it says what can be checked; a heading, code or a question does not."""


def drafted(
    draft: str, *, marker: Marker, numbers: Container[int], cut: bool = False
) -> list[Drafted]:
    """Return the sentences of `draft`.

    Args:
        draft: what a model wrote.
        marker: what it was to cite by.
        numbers: of the evidence that there is.
        cut: whether the draft broke off; a sentence without an end is then left out.
    """
    if cut:
        draft = marker.half_written().sub("", draft)
    text, marks = unmarked(draft, marker=marker, numbers=numbers)
    text = text if cut else _closed(text)
    spans = _units(text, ends=_ends(text, marks))
    if cut and spans and not _is_whole(text, spans[-1], marks):
        spans.pop()
    cited = _cited(text, spans, marks)
    raw = [span.slice(text) for span in spans]
    return [
        _sentence(each, behind=raw[i + 1] if i + 1 < len(raw) else "", cited=cited[i])
        for i, each in enumerate(raw)
    ]


def declined(found: Sequence[Drafted]) -> bool:
    """Tell whether the model said that the evidence does not answer the question."""
    said = [each for each in found if _words(each.text)]
    if not said:
        return False
    if not any(each.cited for each in said):
        return any(_DECLINES.search(each.text) for each in said) or _is_refusal(said[0])
    opened = _OPENS.match(said[0].text.lstrip("*_`\"' ")) is not None
    # An item of a list, or a cell, that says it has it from the documents.
    alone = [each for each in (said[0], said[-1]) if not each.lead]
    return opened or any(_is_refusal(each) for each in alone) or all(map(_is_refusal, said))


def _is_refusal(each: Drafted) -> bool:
    return _words(each.text) == NO_ANSWER.casefold()


def _closed(text: str) -> str:
    """Return `text`; where its last block of code is not closed, with the line that closes it."""
    for match in FENCED.finditer(text):
        if match["closed"] is None:
            return f"{text.rstrip()}\n{match['fence']}"
    return text


def _ends(text: str, marks: Sequence[Mark]) -> set[int]:
    """Return where sentences begin behind a full stop that has a marker beside it.

    In `56 m [E1]. Pisa is` the stop is not that of an abbreviation.
    """
    found: set[int] = set()
    for mark in marks:
        match = _STOPPED.match(text, mark.at + 1)
        before = text[max(0, mark.at + 1 - CLOSING) : mark.at + 1]
        if match and (match["stop"] or ENDED.search(before)):
            found.add(match.end())
    return found


def _units(text: str, *, ends: Set[int]) -> list[Span]:
    """Return the sentences, also those that begin at `ends`, and the blocks of code; they tile."""
    found: list[Span] = []
    at = 0
    for match in FENCED.finditer(text):
        end = min(match.end() + 1, len(text))  # with the end of its line
        found += [*_sentences(text, Span(at, match.start()), ends), Span(match.start(), end)]
        at = end
    found += _sentences(text, Span(at, len(text)), ends)
    tiled: list[Span] = []
    for span in found:
        if tiled and (not len(trimmed(span, text)) or _is_in_row(text, span.start)):
            tiled[-1] = Span(tiled[-1].start, span.end)
        else:
            tiled.append(span)
    return tiled if text.strip() else []


def _is_in_row(text: str, at: int) -> bool:
    """Tell whether a line that begins with a bar has begun before `at`, and not ended."""
    return text[text.rfind("\n", 0, at) + 1 : at].lstrip().startswith("|")


def _sentences(text: str, span: Span, ends: Set[int]) -> Iterator[Span]:
    for sentence in _whole(text, sentences(text, span)):
        cuts = sorted(end for end in ends if sentence.start < end < sentence.end)
        yield from map(Span, (sentence.start, *cuts), (*cuts, sentence.end))


def _whole(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the sentences; what goes on with a small letter behind `…` is one with it."""
    begin = None
    for span in spans:
        begin = span.start if begin is None else begin
        left_out = span.slice(text).rstrip().endswith("…")
        if not (left_out and text[span.end : span.end + 1].islower()):
            yield Span(begin, span.end)
            begin = None
    if begin is not None and spans:
        yield Span(begin, spans[-1].end)


def _is_whole(text: str, span: Span, marks: Sequence[Mark]) -> bool:
    """Tell whether what is at `span`, the end of a draft that broke off, has an end itself."""
    raw, end = span.slice(text), trimmed(span, text).end
    if fenced := FENCED.match(raw):
        return fenced["closed"] is not None
    if not re.search(r"[^\W\d_]", raw):
        return False
    closed = "\n" in text[end : span.end] or ENDED.search(raw) is not None
    return closed or any(mark.at == end - 1 for mark in marks)


def _cited(text: str, spans: Sequence[Span], marks: Sequence[Mark]) -> list[tuple[int, ...]]:
    """Return the numbers that belong to each of `spans`; what has no words has none."""
    cited = [dict[int, None]() for _ in spans]
    worded = [i for i, span in enumerate(spans) if re.search(r"\w", span.slice(text))]
    starts = [spans[i].start for i in worded]
    for mark in marks:
        if worded:
            place = worded[max(0, bisect_right(starts, mark.at) - 1)]
            cited[place].update(dict.fromkeys(mark.numbers))
    return [tuple(numbers) for numbers in cited]


def _sentence(raw: str, *, behind: str, cited: tuple[int, ...]) -> Drafted:
    is_code = FENCED.match(raw) is not None
    found = None if is_code else LEAD.match(raw)
    lead = found.group() if found else ""
    text = raw[len(lead) :].rstrip()
    bar = _BAR.search(text) if "|" in lead else None
    text = text[: bar.start()] if bar else text
    return Drafted(
        lead=lead,
        text=text,
        gap=raw[len(lead) + len(text) :],
        cited=cited,
        states=not is_code and _states(lead, text, behind, is_cited=bool(cited)),
    )


def _states(lead: str, text: str, behind: str, *, is_cited: bool) -> bool:
    """Tell whether a sentence, item or row says what can be checked."""
    if "|" not in lead and is_aside(text, is_cited=is_cited):
        return False
    return is_cited or not _is_head(lead, text, behind)


def _is_head(lead: str, text: str, behind: str) -> bool:
    """Tell whether a line only introduces what is behind it."""
    if not re.search(r"\w", text):
        return True
    if re.search(r"\d", text):
        return False
    ruled = "|" in behind and not re.search(r"\w", behind)
    if ruled or _RULED.search(text):
        return True
    said = text.strip("*_ ")
    stands_out = "#" in lead or said.endswith((":", "：")) or _BOLD.fullmatch(text) is not None
    return stands_out and not _is_sentence(said)


def _is_sentence(said: str) -> bool:
    """Tell whether what stands out like a heading says something by itself."""
    if len(said.split()) < _FEWEST_WORDS:
        return False
    bare = said.rstrip(":： ")
    return ENDED.search(said) is not None or (
        _ACTS.search(bare) is not None and _LEADS_ON.search(bare) is None
    )


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text)).casefold()
