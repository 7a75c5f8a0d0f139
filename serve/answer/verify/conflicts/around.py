"""A sentence and what stands around it: title, headings and the sentences before it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

from core.text import sentences
from serve.answer.verify.conflicts.mentions import (
    Mention,
    figures,
    fiscal_years,
    kinds,
    mentions,
    months,
    numbered,
    quarters,
    refers_back,
)
from serve.answer.verify.conflicts.values import folded

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from core.types import Span
    from serve.answer.verify.conflicts.lines import Held, Line, Read

Times: TypeAlias = tuple[frozenset[str], frozenset[str]]
"""Years and quarters."""


def times(text: str) -> Times:
    """Return the years and the quarters that `text` names."""
    return fiscal_years(text), quarters(text)


@dataclass(frozen=True, kw_only=True)  # without slots: it remembers
class Said:
    """A sentence with its names."""

    text: str
    start: int
    """In its passage."""
    common: Set[str]

    @cached_property
    def named(self) -> list[Mention]:
        """Its names, in order."""
        return mentions(self.text, self.common)

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words, folded."""
        return frozenset(folded(self.text))

    @cached_property
    def refers_back(self) -> bool:
        """Whether it begins with a pronoun."""
        return refers_back(self.text)


@dataclass(frozen=True, kw_only=True)  # without slots: it remembers
class Surrounding:
    """A passage with its sentences."""

    read: Read
    common: Set[str]

    @cached_property
    def sentences(self) -> list[Said]:
        """Its sentences, however short, in order."""
        text = self.read.passage.text
        return [
            Said(text=each.slice(text), start=each.start, common=self.common)
            for each in sentences(text)
        ]

    @cached_property
    def times(self) -> list[Times]:
        """What the title, the headings and the sentences up to each one name."""
        named = (times(each.text) for each in self.sentences)
        return list(accumulate(named, _joined, initial=times(self.read.label)))

    @cached_property
    def figures(self) -> list[frozenset[str]]:
        """The same of numbers that name things."""
        named = (figures(each.text) for each in self.sentences)
        return list(
            accumulate(named, lambda one, other: one | other, initial=figures(self.read.label))
        )


@dataclass(frozen=True, kw_only=True)  # without slots: it remembers
class Around:
    """A sentence, or short ones that are read as one, and what stands around."""

    line: Line
    passage: Surrounding
    asked: Set[str]
    """The words of the question that tell something."""

    @cached_property
    def named(self) -> list[Mention]:
        """The names of the sentence."""
        return mentions(self.line.text, self.passage.common)

    @cached_property
    def words(self) -> frozenset[str]:
        """Of the sentence."""
        return frozenset(folded(self.line.text))

    @cached_property
    def up(self) -> frozenset[str]:
        """The words of the sentence and of all above it."""
        label = frozenset(folded(self.passage.read.label))
        return label.union(*(each.words for each in self.passage.sentences[: self._end]))

    @cached_property
    def times(self) -> Times:
        """What the sentence names."""
        return times(self.line.text)

    @cached_property
    def months(self) -> frozenset[str]:
        """What the sentence names."""
        return months(self.line.text)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The words of the question in the sentence, by the word before that says which one."""
        return dict(kinds(self.line.text, self.asked))

    @cached_property
    def numbered(self) -> list[tuple[str, str, Span]]:
        """What the sentence tells apart by a number, and where the number is."""
        return list(numbered(self.line.text, self.asked))

    @property
    def times_above(self) -> Times:
        """What the title, the headings and the sentences before name."""
        return self.passage.times[self._first]

    @property
    def figures(self) -> frozenset[str]:
        """The numbers of things in the sentence and above it."""
        return self.passage.figures[self._end]

    def up_from(self, held: Held) -> Sequence[Said]:
        """Return the sentence with the value and those before it in its passage, nearest first."""
        start = self._start + held.value.span.start
        return [each for each in reversed(self.passage.sentences) if each.start <= start]

    @property
    def _start(self) -> int:
        return self.line.span.start - self.passage.read.passage.span.start

    @cached_property
    def _first(self) -> int:
        """How many sentences end before it."""
        return max(0, sum(each.start <= self._start for each in self.passage.sentences) - 1)

    @cached_property
    def _end(self) -> int:
        """How many sentences begin before its end."""
        end = self._start + len(self.line.text)
        return sum(each.start < end for each in self.passage.sentences)


def _joined(one: Times, other: Times) -> Times:
    return one[0] | other[0], one[1] | other[1]
