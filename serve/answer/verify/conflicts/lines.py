"""The sentences of passages with the values they state, as far as a question is about them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from core.text import sentences, trimmed
from core.types import Span
from serve.answer.about import CAPITALISED
from serve.answer.terms import listed
from serve.answer.verify.conflicts.named import is_plain
from serve.answer.verify.conflicts.values import ValueKind, folded, published, values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

    from core.types import Passage
    from serve.answer.terms import Lexicon
    from serve.answer.verify.conflicts.values import Value

_LEAST_WORDS = 4
"""A sentence of fewer is a label, or half of one: it is read with the next."""
_LIST = 24
"""A sentence with more values lists them: it says nothing of one of them."""
_NEAR = 6
"""Words on either side of a value that say what it is of."""
_ASKS: Sequence[tuple[re.Pattern[str], ValueKind]] = (
    (
        re.compile(r"\bhow (?:many|much|long|old|far|tall|big|high|large|often|fast|deep|wide)\b"),
        ValueKind.NUMBER,
    ),
    (
        re.compile(
            r"\bwhen\b|\b(?:what|which)(?: is| was)?(?: the)?(?: \w+)? "
            r"(?:year|date|day|month|century)\b"
        ),
        ValueKind.DATE,
    ),
    (
        re.compile(
            r"\bwho(?:m|se)?\b|\bwhere\b"
            r"|\b(?:what|which) (?:country|city|state|place|town|region|person|company)\b"
        ),
        ValueKind.NAME,
    ),
)
_YEAR = re.compile(r"(?<![\d.$€£])(?:19|20)\d\d(?!\d|\.\d|\s?%)")
_RANK = re.compile(r"\d{1,3}(?:st|nd|rd|th)?|[ivx]{2,4}")
RANKS = {
    word: str(number)
    for number, words in enumerate(
        (
            "first",
            "second ii",
            "third iii",
            "fourth iv",
            "fifth v",
            "sixth vi",
            "seventh vii",
            "eighth viii",
            "ninth ix",
            "tenth",
            "eleventh xi",
            "twelfth xii",
        ),
        start=1,
    )
    for word in words.split()
}
"""Words for a place in a row, and which it is."""
_ENDS = listed("last final previous next")
_LOWER = re.compile(r"(?<![\w’'])[a-z]{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A value where a sentence states it, and what stands around it."""

    value: Value
    before: tuple[str, ...]
    """The words before it, nearest first."""
    after: tuple[str, ...]
    near: frozenset[int]
    """The terms of the words around it."""
    ranks: frozenset[str]
    """Figures and ordinals, as figures, at words of the question: of `season 3` the `3`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence of a passage."""

    passage: int
    span: Span
    """In its document."""
    text: str
    terms: frozenset[int]
    values: tuple[Value, ...]
    """All but what the question has itself."""
    held: tuple[Held, ...]
    """Those of the kind that is asked for; none of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a question asks, as far as values go."""

    words: frozenset[str]
    terms: tuple[frozenset[int], ...]
    """Of each of its words that search goes by."""
    kind: ValueKind | None
    """`None`: it does not say."""

    def share(self, terms: Set[int]) -> float:
        """Return the share of its words that `terms` have."""
        return sum(not each.isdisjoint(terms) for each in self.terms) / max(1, len(self.terms))

    def has(self, value: Value) -> bool:
        """Tell whether the question names it itself."""
        return self.words.issuperset(folded(value.written))


def sought(question: str, passages: Sequence[Passage], lexicon: Lexicon) -> Sought:
    """Return what `question` asks of `passages`."""
    text = question.casefold()
    asked = lexicon.ask(question, [], {passage.language for passage in passages})
    return Sought(
        words=frozenset(folded(question)),
        terms=tuple(word.terms for word in asked.words),
        kind=next((kind for asks, kind in _ASKS if asks.search(text)), None),
    )


def common_words(passages: Sequence[Passage]) -> frozenset[str]:
    """Return the words that stand somewhere in `passages` without a capital."""
    return frozenset(word for passage in passages for word in _LOWER.findall(passage.text))


def rank(word: str) -> str:
    """Return a folded word, if it tells a place in a row as a figure."""
    return RANKS.get(word) or (word.rstrip("stndrh") if word[:1].isdigit() else word)


def years(text: str) -> frozenset[str]:
    """Return the years that `text` names."""
    return frozenset(_YEAR.findall(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A passage with its sentences."""

    passage: Passage
    lines: tuple[Line, ...]
    terms: frozenset[int]
    """Of it, its title and the headings above it."""

    @property
    def label(self) -> str:
        """Its title and the headings above it."""
        return "\n".join((self.passage.title, *self.passage.section))


class LineReader:
    """Reads sentences for one question."""

    def __init__(self, asked: Sought, lexicon: Lexicon, common: Set[str]) -> None:
        self._asked, self._lexicon, self._common = asked, lexicon, common
        self._terms = frozenset(chain.from_iterable(asked.terms))
        self._known: dict[str, bool] = {}

    def read(self, passage: Passage, *, at: int) -> Read:
        """Return `passage`, the one at `at` among the passages, with its sentences in its order."""
        return Read(
            passage=passage,
            lines=tuple(self._line(span, passage, at) for span in _joined(passage.text)),
            terms=self._lexicon.passage_terms(passage),
        )

    def values(self, text: str, *, language: str) -> list[Value]:
        """Return the values of `text` that the question does not have itself."""
        found = values(
            text,
            known=self._of_question(text, language),
            common=self._common,
            names=language not in CAPITALISED,
        )
        return [value for value in found if not self._asked.has(value)]

    def _of_question(self, text: str, language: str) -> frozenset[str]:
        """Return the words of `text` that the question has, perhaps in another form."""
        found = [word for word in folded(text) if word not in self._known]
        for word in found:
            terms = self._lexicon.terms(word, language=language)
            self._known[word] = word in self._asked.words or not terms.isdisjoint(self._terms)
        return frozenset(word for word in folded(text) if self._known[word])

    def _line(self, span: Span, passage: Passage, at: int) -> Line:
        text = span.slice(passage.text)
        found = self.values(text, language=passage.language)
        offset = passage.span.start
        kinds = {self._asked.kind or value.kind for value in found}
        return Line(
            passage=at,
            span=Span(offset + span.start, offset + span.end),
            text=text,
            terms=self._lexicon.terms(text, language=passage.language),
            values=tuple(found),
            held=tuple(
                self._held(value, text, passage.language)
                for value in found
                if value.kind in kinds and len(found) <= _LIST
            ),
        )

    def _held(self, value: Value, text: str, language: str) -> Held:
        start = published(text)
        before = folded(text[start : value.span.start])[::-1]
        after = folded(text[value.span.end :])
        near = " ".join((*before[:_NEAR], *after[:_NEAR]))
        return Held(
            value=value,
            before=tuple(before),
            after=tuple(after),
            near=self._lexicon.terms(near, language=language),
            ranks=frozenset(self._ranks(before[::-1])) | frozenset(self._ranks(after)),
        )

    def _ranks(self, found: Sequence[str]) -> Iterator[str]:
        for place, word in enumerate(found):
            if word in RANKS or word in _ENDS or _RANK.fullmatch(word):
                beside = {*found[max(0, place - 1) : place], *found[place + 1 : place + 2]}
                if any(each in self._asked.words and not is_plain(each) for each in beside):
                    yield rank(word)


def _joined(text: str) -> Iterator[Span]:
    start: int | None = None
    for each in sentences(text):
        span = trimmed(Span(each.start if start is None else start, each.end), text)
        if len(folded(span.slice(text))) < _LEAST_WORDS:
            start = span.start
            continue
        start = None
        yield span
