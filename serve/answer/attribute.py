"""From a claim to the places it rests on: the sentences of the cited evidence that carry it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from core.text import numbers, sentences, trimmed
from core.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence, Set

    from core.types import Passage
    from serve.answer.terms import Lexicon

_Term: TypeAlias = int | str
"""A term of the lexicon, or a number as it is written."""

_MOST = 3
"""Sentences of one passage that a claim rests on, at most."""
_WORTH = 0.1
"""What a sentence beside one that was chosen must add to the share of the claim that is found."""
_WORTH_ELSEWHERE = 0.25
"""The same for a sentence that stands apart from them."""
_FIGURE = 3.0
"""What a number of the claim weighs beside a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """Consecutive sentences of a passage that have a part of a claim."""

    span: Span
    """In the document."""
    share: float
    """Of the claim, words and numbers, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Where a passage has a claim."""

    carriers: tuple[Carrier, ...]
    """At least one, in the order of the text; no two of them touch."""
    share: float
    """What they have of the claim together, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A passage, read once for all claims."""

    passage: Passage
    spans: tuple[Span, ...]
    """Of its sentences, in its text."""
    terms: tuple[Set[_Term], ...]
    """Of each of them: words and numbers."""

    @classmethod
    def of(cls, passage: Passage, lexicon: Lexicon) -> Reading:
        """Read a passage."""
        spans = [trimmed(span, passage.text) for span in sentences(passage.text)]
        terms = (
            _weights(span.slice(passage.text), passage.language, lexicon).keys() for span in spans
        )
        return cls(passage=passage, spans=tuple(spans), terms=tuple(terms))


def carried(claim: str, reading: Reading, lexicon: Lexicon) -> Carried:
    """Return the fewest sentences of a passage that have most of `claim`.

    Where it has nothing of it, which the words of another language may be the cause of, that is the
    whole of it.
    """
    passage, spans = reading.passage, reading.spans
    weights = _weights(claim, passage.language, lexicon)
    total = sum(weights.values())
    found = [weights.keys() & terms for terms in reading.terms]
    chosen = _chosen(weights, found)
    if not chosen:
        return Carried(carriers=(Carrier(span=_whole(passage), share=0.0),), share=0.0)
    offset = passage.span.start
    return Carried(
        carriers=tuple(
            Carrier(
                span=Span(offset + spans[first].start, offset + spans[last].end),
                share=_weight(weights, found[first : last + 1]) / total,
            )
            for first, last in _runs(chosen)
        ),
        share=_weight(weights, [found[place] for place in chosen]) / total,
    )


def _weights(text: str, language: str, lexicon: Lexicon) -> dict[_Term, float]:
    words: dict[_Term, float] = dict.fromkeys(lexicon.terms(text, language=language), 1.0)
    return words | dict.fromkeys(numbers(text), _FIGURE)


def _weight(weights: Mapping[_Term, float], found: Sequence[Set[_Term]]) -> float:
    return sum(weights[term] for term in set[_Term]().union(*found))


def _chosen(weights: Mapping[_Term, float], found: Sequence[Set[_Term]]) -> list[int]:
    """Return the places in `found` of what together has most of `weights`, in order."""
    total = sum(weights.values())
    chosen: list[int] = []
    had: set[_Term] = set()
    while len(chosen) < _MOST:
        worthy: list[tuple[float, bool, int]] = []
        for place, terms in enumerate(found):
            gain = _weight(weights, [terms - had])
            near = {place - 1, place + 1} & {*chosen} != set()
            least = total * (_WORTH if near else _WORTH_ELSEWHERE) if chosen else 0.0
            if gain and gain >= least:
                worthy.append((gain, near, -place))
        if not worthy:
            break
        best = -max(worthy)[2]
        chosen.append(best)
        had |= found[best]
    return sorted(chosen)


def _runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of each run of consecutive `places`."""
    first = last = places[0]
    for place in places[1:]:
        if place > last + 1:
            yield first, last
            first = place
        last = place
    yield first, last


def _whole(passage: Passage) -> Span:
    span = trimmed(Span(0, len(passage.text)), passage.text)
    return Span(passage.span.start + span.start, passage.span.start + span.end)
