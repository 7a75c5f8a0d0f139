"""What a question asks with and for, and how much of it a text has."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from core.text import words

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from core.protocols import SparseEncoder
    from core.types import Passage

_COMMON = 0.3
"""What a word weighs that every passage has, beside the logarithm of its rarity."""

_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_COUNTED = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand"
_NAME = r"(?<=[\w,] )[A-ZÀ-ÞΑ-ΩА-Я]\w+"
_KINDS: Sequence[tuple[re.Pattern[str], re.Pattern[str]]] = (
    (
        re.compile(r"\bhow (?:many|much|long|old|far|tall|big|high|large|often|fast|deep|wide)\b"),
        re.compile(rf"\d|\b(?:{_COUNTED}|one|once|twice|million|billion)\b", re.IGNORECASE),
    ),
    (
        re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century)\b"),
        re.compile(
            rf"\b(?:1\d|20)\d\d\b|\b(?:{_MONTHS}|century|annually|during|after|until)\b",
            re.IGNORECASE,
        ),
    ),
    (re.compile(r"\bwho(?:m|se)?\b"), re.compile(_NAME)),
    (
        re.compile(r"\bwhere\b|\b(?:what|which) (?:country|city|state|place|town|region)\b"),
        re.compile(rf"\b(?:in|at|near|from|on|to|between)\b(?: the)? {_NAME}"),
    ),
    (
        re.compile(r"\bwhy\b|\bwhat (?:cause|is the reason|are the reasons)"),
        re.compile(
            r"\b(?:because|due|since|therefore|thus|caus\w+|reasons?|result\w*|so that|in order)\b",
            re.IGNORECASE,
        ),
    ),
)
"""How a question asks for a kind of thing, and what a text has that may be one."""


PRONOUNS = r"he|she|it|they|his|her|its|their|these|those|this"
"""For what was named before."""
_REFERS_BACK = re.compile(rf"(?:{PRONOUNS}|such|both)\b", re.IGNORECASE)


def refers_back(text: str) -> bool:
    """Tell whether `text` begins with a word for something that was named before."""
    return _REFERS_BACK.match(text) is not None


def listed(line: str) -> frozenset[str]:
    """Return the words of `line`."""
    return frozenset(line.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedWord:
    """A word of a question that search goes by."""

    text: str
    terms: frozenset[int]
    """The numbers of its terms, in each language of the passages."""
    weight: float
    """Its rarity among the passages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question taken apart."""

    words: tuple[AskedWord, ...]
    expected: re.Pattern[str] | None
    """What a text has that may be the kind of thing asked for; `None`: anything may."""

    def coverage(self, terms: Set[int]) -> float:
        """Return the share of the question, words by their weight, that is in `terms`."""
        total = sum(word.weight for word in self.words)
        found = sum(word.weight for word in self.words if not word.terms.isdisjoint(terms))
        return found / total if total else 0.0

    def missing(self, terms: Set[int]) -> list[str]:
        """Return the words that are not in `terms`."""
        return [word.text for word in self.words if word.terms.isdisjoint(terms)]

    def may_answer(self, text: str) -> bool:
        """Tell whether `text` has what may be the kind of thing asked for."""
        return self.expected is None or self.expected.search(text) is not None


class Lexicon:
    """Text to terms as search sees them: stemmed, without stop words, in any script."""

    def __init__(self, sparse: SparseEncoder) -> None:
        self._sparse = sparse

    def terms(self, text: str, *, language: str) -> frozenset[int]:
        """Return the terms of `text`."""
        return self._sparse.terms(text, language=language)

    def passage_terms(self, passage: Passage) -> frozenset[int]:
        """Return the terms of a passage, of its title and of the headings above it."""
        headed = "\n".join((passage.title, *passage.section, passage.text))
        return self.terms(headed, language=passage.language)

    def ask(self, question: str, found: Sequence[frozenset[int]], languages: set[str]) -> Asked:
        """Take `question` apart.

        Args:
            question: as it was asked.
            found: the terms of each passage that was found for it.
            languages: of those passages.
        """
        asked: dict[frozenset[int], AskedWord] = {}
        for word in words(question):
            terms = self._terms_in(word, languages)
            if terms and terms not in asked:
                having = sum(not terms.isdisjoint(other) for other in found)
                asked[terms] = AskedWord(
                    text=word, terms=terms, weight=_rarity(having, len(found)) + _COMMON
                )
        return Asked(words=tuple(asked.values()), expected=_expected(question))

    def _terms_in(self, word: str, languages: set[str]) -> frozenset[int]:
        """Return the terms of a word; none where it is a stop word in any of the languages."""
        found = [
            self._sparse.encode_query(word, languages=[language]).indices for language in languages
        ]
        return frozenset(chain.from_iterable(found)) if all(map(len, found)) else frozenset()


def _rarity(having: int, total: int) -> float:
    return math.log(1 + (total - having + 0.5) / (having + 0.5))


def _expected(question: str) -> re.Pattern[str] | None:
    folded = question.casefold()
    return next((answer for asks, answer in _KINDS if asks.search(folded)), None)
