"""How likely one sentence speaks against another: the same said of another value."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, product
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from serve.answer.verify.conflicts.values import ValueKind, agree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from serve.answer.verify.conflicts.lines import Held, Line, Read, Sought
    from serve.answer.verify.conflicts.subject import Subjects
    from serve.answer.verify.conflicts.values import Value

WEIGHTS = Path(__file__).with_name("rivals.json")
"""Made from data by `python -m bench.train_conflict`."""

_ABOUT = 0.25
"""The share of a question's words that a passage must have to be about it."""
_ON_TOPIC = 0.5
"""The share of them that a sentence must have to corroborate a value."""
_CORROBORATIONS = 3
_MOST_LINES = 24
"""Sentences that are looked at, those that have the most of the question."""
_MOST_VALUES = 6
_NEXT = 4
"""Words on either side of two values that are compared in their order."""
_MOSTLY = 0.6
"""From this share of common words on two sentences may be one with another value in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What is known of two values that two sentences state; all from 0 to 1."""

    words: float
    """The words that both sentences have, beside the values."""
    same: float
    """How near they are to being one sentence."""
    before: float
    """The words next to both values on their left that are the same, in order."""
    after: float
    near: float
    """The terms around both values that are the same."""
    about: float
    """The share of the question that the other passage has."""
    date: float
    shape: float
    """1 where both are equally exact."""
    both_elsewhere: float
    """1 where the other passage has the value too."""
    shared: float
    """1 where both sentences agree on another value of the kind."""
    corroborated: float
    """Other passages that have the one value where they are about the question."""
    other_corroborated: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A value of a sentence, and another that may stand against it."""

    line: Line
    held: Held
    other_line: Line
    other: Held
    likeness: Likeness


class _Stored(TypedDict):
    weights: Mapping[str, float]
    intercept: float
    against_claims: float
    between_passages: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rivalry:
    """A logistic model over `Likeness`, and how sure it must be."""

    weights: Mapping[str, float]
    intercept: float
    against_claims: float
    """What speaks against a claim is reported from this probability on."""
    between_passages: float
    """The same of passages that differ where no claim says which of them is right."""

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Rivalry:
        """Return the model that is kept at `path`."""
        stored: _Stored = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            weights=stored["weights"],
            intercept=stored["intercept"],
            against_claims=stored["against_claims"],
            between_passages=stored["between_passages"],
        )

    def probability(self, likeness: Likeness) -> float:
        """Return how likely it is that of the two values only one can be right, 0 to 1."""
        score = self.intercept
        for name, weight in self.weights.items():
            score += weight * getattr(likeness, name)
        return 1 / (1 + math.exp(-score))


class Rivals:
    """The values that evidence for one question states, set against each other."""

    def __init__(self, asked: Sought, read: Sequence[Read], subjects: Subjects) -> None:
        self._asked, self._read, self._subjects = asked, read, subjects
        self._about = [asked.share(each.terms) for each in read]
        self._corroborating: dict[Value, frozenset[int]] = {}

    @cached_property
    def _lines(self) -> list[Line]:
        """What has most of the question, of passages that are about it."""
        about = (each.lines for each in self._read if self._asked.share(each.terms) >= _ABOUT)
        lines = sorted(chain.from_iterable(about), key=lambda line: -self._asked.share(line.terms))
        return list(islice((line for line in lines if line.held), _MOST_LINES))

    @cached_property
    def _topical(self) -> list[tuple[int, Value]]:
        """The values of the sentences that are about the question, each with its passage."""
        lines = chain.from_iterable(each.lines for each in self._read)
        topical = [line for line in lines if self._asked.share(line.terms) >= _ON_TOPIC]
        return [(line.passage, value) for line in topical for value in line.values]

    def against(self, line: Line, stated: Sequence[Held]) -> Iterator[Pair]:
        """Yield what sentences of other passages may say against `stated`, values of `line`."""
        if not stated:
            return
        others = [other for other in self._lines if other.passage != line.passage]
        for other_line, held in product(others, stated[:_MOST_VALUES]):
            for other in other_line.held[:_MOST_VALUES]:
                if self._may_contradict(line, held, other_line, other):
                    yield Pair(
                        line=line,
                        held=held,
                        other_line=other_line,
                        other=other,
                        likeness=self._likeness(line, held, other_line, other),
                    )

    def _may_contradict(self, line: Line, held: Held, other_line: Line, other: Held) -> bool:
        """Tell whether the values differ, no sentence has both, and both speak of one thing."""
        one, two = held.value, other.value
        return (
            agree(one, two) is False
            and other.ranks <= held.places
            and held.ranks <= other.places
            and not any(agree(each, one) and not agree(each, two) for each in other_line.values)
            and not any(agree(each, two) and not agree(each, one) for each in line.values)
            and self._subjects.alike(line, held, other_line, other)
        )

    def _likeness(self, line: Line, held: Held, other_line: Line, other: Held) -> Likeness:
        words = _dice(held, other)
        common = held.near & other.near
        fewest = max(1, min(len(held.near), len(other.near)))
        one, two = held.value, other.value
        return Likeness(
            words=words,
            same=max(0.0, words - _MOSTLY) / (1 - _MOSTLY),
            before=_common_start(held.before, other.before),
            after=_common_start(held.after, other.after),
            near=len(common) / fewest,
            about=self._about[other_line.passage],
            date=float(one.kind is ValueKind.DATE),
            shape=float(one.shape == two.shape),
            both_elsewhere=float(one.kind is ValueKind.NAME and self._has(other_line, one)),
            shared=float(_share_another(line, held, other_line)),
            corroborated=self._corroborated(one, {line.passage, other_line.passage}),
            other_corroborated=self._corroborated(two, {line.passage, other_line.passage}),
        )

    def _has(self, line: Line, value: Value) -> bool:
        """Tell whether the passage of `line` has the words of `value`."""
        return self._read[line.passage].words.issuperset(value.parts)

    def _corroborated(self, value: Value, but: set[int]) -> float:
        if value not in self._corroborating:
            self._corroborating[value] = frozenset(
                passage for passage, other in self._topical if agree(value, other)
            )
        count = len(self._corroborating[value] - but)
        return min(count, _CORROBORATIONS) / _CORROBORATIONS


def _dice(one: Held, other: Held) -> float:
    mine = {*one.before, *one.after}
    theirs = {*other.before, *other.after}
    return 2 * len(mine & theirs) / max(1, len(mine) + len(theirs))


def _common_start(one: Sequence[str], other: Sequence[str]) -> float:
    count = 0
    for mine, theirs in zip(one[:_NEXT], other[:_NEXT], strict=False):
        if mine != theirs:
            break
        count += 1
    return count / _NEXT


def _share_another(line: Line, held: Held, other_line: Line) -> bool:
    kind = held.value.kind
    mine = [value for value in line.values if value.kind is kind and value is not held.value]
    return any(agree(value, other) for value in mine for other in other_line.values)
