"""From a claim to the place it rests on: the sentences of the cited evidence that carry it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.text import numbers, sentences, trimmed
from core.types import Span
from serve.answer.choose import Quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.types import Passage
    from serve.answer.terms import Lexicon

_LONGEST_RUN = 3
"""Sentences of one citation, at most."""
_WORTH = 0.1
"""What one more sentence must add to the share of the claim that is found."""
_FIGURE = 3.0
"""What a number of the claim weighs beside a word."""


def carrier(claim: str, passage: Passage, lexicon: Lexicon) -> tuple[Quote, float]:
    """Return the shortest run of sentences of `passage` that has most of `claim`.

    With it comes the share of the claim, words and numbers, that the run has, from 0 to 1.
    """
    weights = _weights(claim, passage.language, lexicon)
    spans = [trimmed(span, passage.text) for span in sentences(passage.text)]
    spans = [span for span in spans if len(span)] or [Span(0, len(passage.text))]
    found = [set(_weights(s.slice(passage.text), passage.language, lexicon)) for s in spans]
    total = sum(weights.values()) or 1.0
    best, share = (0, 1), -1.0
    for start, end, terms in _runs(found):
        has = sum(weight for term, weight in weights.items() if term in terms) / total
        if has > share + (_WORTH if end - start > best[1] - best[0] else 0.0):
            best, share = (start, end), has
    first = passage.span.start
    span = Span(first + spans[best[0]].start, first + spans[best[1] - 1].end)
    return Quote(passage=passage, span=span), share


def _weights(text: str, language: str, lexicon: Lexicon) -> dict[int | str, float]:
    words: dict[int | str, float] = dict.fromkeys(lexicon.terms(text, language=language), 1.0)
    return words | dict.fromkeys(numbers(text), _FIGURE)


def _runs(found: Sequence[set[int | str]]) -> Iterator[tuple[int, int, set[int | str]]]:
    """Yield every run of up to `_LONGEST_RUN` sentences with its terms, the short ones first."""
    for length in range(1, _LONGEST_RUN + 1):
        for start in range(len(found) - length + 1):
            yield start, start + length, set[int | str]().union(*found[start : start + length])
