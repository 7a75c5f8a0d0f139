"""The sentences of passages with the values they state, as far as a question is about them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
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


@dataclass(frozen=True, kw_only=True)  # without slots: it remembers
class Held:
    """A value where a sentence states it, and what stands around it."""

    value: Value
    line: Line

    @cached_property
    def before(self) -> tuple[str, ...]:
        """The words before it, nearest first."""
        text = self.line.text
        return tuple(folded(text[published(text) : self.value.span.start])[::-1])

    @cached_property
    def after(self) -> tuple[str, ...]:
        """The words behind it."""
        return tuple(folded(self.line.text[self.value.span.end :]))

    @cached_property
    def near(self) -> frozenset[int]:
        """The terms of the words around it."""
        words = " ".join((*self.before[:_NEAR], *self.after[:_NEAR]))
        return self.line.reader.terms(words, language=self.line.language)

    @cached_property
    def ranks(self) -> frozenset[str]:
        """Figures and ordinals, as figures, at words of the question: of `season 3` the `3`."""
        return self.line.reader.ranks(self.before[::-1]) | self.line.reader.ranks(self.after)

    @cached_property
    def places(self) -> frozenset[str]:
        """The words around it and those of the question, places in a row as figures."""
        return frozenset(map(rank, self.line.reader.asked.words.union(self.before, self.after)))


@dataclass(frozen=True, kw_only=True)  # without slots: it remembers
class Line:
    """A sentence of a passage."""

    passage: int
    span: Span
    """In its document."""
    text: str
    language: str
    reader: LineReader

    @cached_property
    def terms(self) -> frozenset[int]:
        """Of its words."""
        return self.reader.terms(self.text, language=self.language)

    @cached_property
    def values(self) -> Sequence[Value]:
        """All but what the question has itself."""
        return self.reader.values(self.text, language=self.language)

    @cached_property
    def held(self) -> tuple[Held, ...]:
        """Those of the kind that is asked for; none of a list."""
        asked = self.reader.asked.kind
        if len(self.values) > _LIST:
            return ()
        found = (each for each in self.values if asked in (None, each.kind))
        return tuple(Held(value=each, line=self) for each in found)


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


@dataclass(frozen=True, kw_only=True)  # without slots: it remembers
class Read:
    """A passage with its sentences."""

    passage: Passage
    lines: tuple[Line, ...]
    terms: frozenset[int]
    """Of it, its title and the headings above it."""

    @cached_property
    def words(self) -> frozenset[str]:
        """Those of its text, folded."""
        return frozenset(folded(self.passage.text))

    @cached_property
    def label(self) -> str:
        """Its title and the headings above it."""
        return "\n".join((self.passage.title, *self.passage.section))


class LineReader:
    """Reads sentences for one question."""

    def __init__(self, asked: Sought, lexicon: Lexicon, common: Set[str]) -> None:
        self.asked = asked
        self._lexicon, self._common = lexicon, common
        self._known: dict[str, _Known] = {}
        self._values: dict[tuple[str, str], Sequence[Value]] = {}

    def read(self, passage: Passage, *, at: int) -> Read:
        """Return `passage`, the one at `at` among the passages, with its sentences in its order."""
        offset = passage.span.start
        return Read(
            passage=passage,
            lines=tuple(
                Line(
                    passage=at,
                    span=Span(offset + span.start, offset + span.end),
                    text=span.slice(passage.text),
                    language=passage.language,
                    reader=self,
                )
                for span in _joined(passage.text)
            ),
            terms=self._lexicon.passage_terms(passage),
        )

    def terms(self, text: str, *, language: str) -> frozenset[int]:
        """Return the terms of `text`."""
        return self._lexicon.terms(text, language=language)

    def values(self, text: str, *, language: str) -> Sequence[Value]:
        """Return the values of `text` that the question does not have itself."""
        if (text, language) not in self._values:
            found = values(
                text,
                known=self._of_question(language),
                common=self._common,
                names=language not in CAPITALISED,
            )
            self._values[text, language] = [each for each in found if not self.asked.has(each)]
        return self._values[text, language]

    def ranks(self, found: Sequence[str]) -> frozenset[str]:
        """Return the places in a row that the folded words `found` tell, as figures."""
        return frozenset(
            rank(word)
            for place, word in enumerate(found)
            if (word in RANKS or word in _ENDS or _RANK.fullmatch(word))
            and any(
                each in self.asked.words and not is_plain(each)
                for each in (*found[max(0, place - 1) : place], *found[place + 1 : place + 2])
            )
        )

    def _of_question(self, language: str) -> _Known:
        if language not in self._known:
            self._known[language] = _Known(self.asked, self._lexicon, language)
        return self._known[language]


class _Known:
    """The folded words of a language that a question has, perhaps in another form."""

    def __init__(self, asked: Sought, lexicon: Lexicon, language: str) -> None:
        self._words, self._lexicon, self._language = asked.words, lexicon, language
        self._terms = frozenset(chain.from_iterable(asked.terms))
        self._has: dict[str, bool] = {}

    def __contains__(self, word: str) -> bool:
        if word not in self._has:
            self._has[word] = word in self._words or not self._terms.isdisjoint(
                self._lexicon.terms(word, language=self._language)
            )
        return self._has[word]


def _joined(text: str) -> Iterator[Span]:
    start: int | None = None
    for each in sentences(text):
        span = trimmed(Span(each.start if start is None else start, each.end), text)
        if len(folded(span.slice(text))) < _LEAST_WORDS:
            start = span.start
            continue
        start = None
        yield span
