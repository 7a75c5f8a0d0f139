"""The words of a claim and of what may carry it, as the support checker compares them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from core.text import words
from core.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from serve.answer.terms import Lexicon

LONGEST = 600
"""Characters of a sentence that are read in one; a longer one is read in pieces."""

_UNSPACED = "\u3041-\u30ff\u3400-\u9fff"
"""Chinese and Japanese; two characters are taken for a word."""
_LETTER = rf"[^\W_{_UNSPACED}]"
_WORD = re.compile(rf"\d+(?:[.,]\d+)*|[{_UNSPACED}]{{1,2}}|{_LETTER}+(?:['’]{_LETTER}+)*")
_RUN = re.compile(rf"[{_UNSPACED}]+")
_FOREIGN = re.compile(r"[^\x00-\u024f]")
"""What the encoder knows little of beyond Latin script: it takes many of these for one token."""
_EVERY_NOUN = frozenset({"de", "lb"})
"""Languages in which a capital does not tell a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of a claim."""

    span: Span
    """In the claim."""
    written: frozenset[str]
    """Case folded; a number in one form."""
    terms: frozenset[int]
    """As search sees it; none: it is a stop word."""
    number: bool
    name: bool
    """It has a capital that the beginning of the claim does not account for."""
    foreign: bool
    """The encoder cannot tell it from others in its script."""

    @property
    def common(self) -> bool:
        """Tell whether it says nothing by itself."""
        return not self.terms and not self.number

    def share_in(self, wording: Wording) -> float:
        """Return the share of the word that stands in `wording`, 0 to 1."""
        if self.written <= wording.written:
            return 1.0
        share = len(self.terms & wording.terms) / max(len(self.terms), 1)
        return float(share == 1.0) if self.number else share


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of a sentence, without their order."""

    written: frozenset[str]
    """Case folded; of Chinese and Japanese also every one and every two characters."""
    terms: frozenset[int]


def wording(text: str, *, language: str, lexicon: Lexicon) -> Wording:
    """Return the words of `text`."""
    found = words(text)
    pairs = (pair for word in found for run in _RUN.findall(word) for pair in _pairs(run))
    return Wording(
        written=frozenset((*found, *pairs)), terms=lexicon.terms(text, language=language)
    )


def _pairs(run: str) -> Iterator[str]:
    """Yield the characters of `run`, and every two that are side by side."""
    yield from run
    yield from map("".join, pairwise(run))


def claim_words(claim: str, *, language: str, lexicon: Lexicon) -> tuple[Word, ...]:
    """Return the words of `claim`, in its order."""
    found: list[Word] = []
    for match in _WORD.finditer(claim):
        text = match.group()
        found.append(
            Word(
                span=Span(*match.span()),
                written=frozenset(words(text)),
                terms=lexicon.terms(text, language=language),
                number=text[0].isdigit(),
                name=bool(found) and text[0].isupper() and language not in _EVERY_NOUN,
                foreign=_FOREIGN.search(text) is not None,
            )
        )
    return tuple(found)


def pieces(sentences: Sequence[str]) -> Iterator[str]:
    """Yield the sentences that have words, white space made one space, long ones in pieces."""
    for sentence in sentences:
        text = " ".join(sentence.split())
        while len(text) > LONGEST:
            cut = text.rfind(" ", LONGEST // 2, LONGEST)
            cut = LONGEST if cut < 0 else cut
            if _WORD.search(text, 0, cut):
                yield text[:cut]
            text = text[cut:].lstrip()
        if _WORD.search(text):
            yield text
