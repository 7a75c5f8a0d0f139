"""What quotes state together, and which numbers and dates of a claim are not among it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING

from core.text import figure_share
from serve.answer.terms import listed
from serve.answer.verify.accounting.amounts import (
    Amount,
    Quantity,
    are_apart,
    equal,
    same_measure,
    years_of,
)
from serve.answer.verify.accounting.dates import Dated, is_day_of, is_stated, weekdays
from serve.answer.verify.accounting.figures import amounts
from serve.answer.verify.accounting.measures import MEASURES, SIGNS, SOFT
from serve.answer.verify.accounting.names import Known
from serve.answer.verify.accounting.plain import folded
from serve.answer.verify.accounting.role import declines, often, periods
from serve.answer.verify.accounting.rows import Table
from serve.answer.verify.accounting.scales import IN_HEADS
from serve.answer.verify.accounting.spelt import SPELT, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from serve.answer.verify.accounting.texts import Text

_MANY_FIGURES = 0.25
"""The share of figures above which a text is a table, whose head may say the unit."""
_SMALL = 12
"""Numbers up to it have words of their own in any language."""
_MOST_COUNTED = 100
_LETTERS = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d+(?:\.\d+)*")
_ONCE = listed("once single sole lone")
_OF_TIME = listed("fy cy q h mid pre post early late")
"""What stands joined to a year or quarter."""
_LOOSE = ({"degree", "celsius"}, {"degree", "fahrenheit"}, {"ton", "mass"})
"""Measures one of which may be the other, less exactly."""


class Kind(StrEnum):
    """What is not accounted for."""

    NUMBER = "number"
    DATE = "date"
    UNIT = "unit"
    NAME = "name"
    NEGATION = "negation"
    COMPARISON = "comparison"
    """`Before` for `after`, `rose` for `fell`, `twice` for `three times`."""
    QUOTE = "quote"
    """Words between quotation marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What quotes state, together."""

    texts: tuple[Text, ...]
    amounts: tuple[Amount, ...]
    dated: tuple[Dated, ...]
    years: frozenset[int]
    counts: frozenset[int]
    """What roman numerals and words such as `twice` say."""
    measured: frozenset[str]
    """What any of its units measures."""
    known: Known
    spells: bool
    """Whether `counts` has the small numbers that are words of a language but English."""
    table: Table
    is_table: bool
    """Whether units and scales may stand in the head of a table that no quote shows."""
    english: bool

    @classmethod
    def of(cls, texts: Sequence[Text], *, otherwise: Sequence[Text] = (), language: str) -> Stated:
        """Return what `texts` of `language` state; their figures may also be read `otherwise`."""
        whole = "\n".join(text.plain for text in texts)
        read = (*texts, *otherwise)
        numbers = different(amount for t in read for amount in (*t.amounts, *_inside(t)))
        dated = tuple(each for text in read for each in text.dated)
        known = Known.of(whole)
        return cls(
            texts=tuple(texts),
            amounts=numbers,
            dated=dated,
            years=frozenset(_years(numbers, dated)),
            counts=frozenset(
                [value for text in texts for _, value in text.romans]
                + [*counted(known.words, language)]
            ),
            spells=language in SPELT,
            measured=frozenset(_measured(numbers, known, whole)),
            known=known,
            table=Table.of(texts),
            is_table=any("|" in t.plain or figure_share(t.plain) > _MANY_FIGURES for t in texts),
            english=all(text.english for text in texts),
        )

    def fault(self, claimed: Amount, said: str) -> Kind | None:
        """Return what is wrong with a number of a claim; `None`: it is accounted for."""
        if self._is_free(claimed, said) or self._is_of_time(claimed):
            return None
        kind: Kind | None = None
        for stated in self.amounts:
            agrees = self._agrees(claimed, stated, said)
            if agrees:
                return None
            if agrees is False:
                kind = Kind.UNIT
        if kind:
            return kind
        return Kind.DATE if claimed.is_year or claimed.plural else Kind.NUMBER

    def undated(self, text: Text) -> Iterator[str]:
        """Yield the dates and days of the week of `text` that are not stated."""
        years = set(self.years)
        days = {
            int(each.value)
            for amount in self.amounts
            for each in amount.quantities
            if amount.ordinal and each.value <= 31
        }
        for each in text.dated:
            if not is_stated(each, self.dated, years, days):
                yield each.written
        for day in weekdays(text.plain):
            singular = day.casefold().rstrip("s")
            if not {singular, singular + "s", singular[:3]} & self.known.words and not is_day_of(
                day, (*text.dated, *self.dated)
            ):
                yield day

    def unpaced(self, text: Text) -> Iterator[str]:
        """Yield the words of `text` for how often, where another one alone is stated."""
        stated = periods(self.known.words)
        for word, period in often({folded(each) for each in _LETTERS.findall(text.plain)}).items():
            if period not in stated and often(self.known.words):
                yield word

    def has_identifier(self, written: str) -> bool:
        """Tell whether `GPT-4` is there, perhaps as `GPT 4`."""
        squashed = _squashed(written)
        named = {_squashed(each) for text in self.texts for each in text.identifiers}
        if squashed in named or re.search(re.escape(squashed) + r"(?!\d)", self.known.squashed):
            return True
        letters = [letter.casefold() for letter in _LETTERS.findall(written)]
        parts = amounts("; ".join(_DIGITS.findall(written)), english=True)
        has_letters = all(word in _OF_TIME or word in self.known.words for word in letters)
        return has_letters and bool(parts) and all(self.fault(part, "") is None for part in parts)

    def has_roman(self, numeral: str, value: int) -> bool:
        """Tell whether a roman numeral is there, perhaps as another number."""
        return (
            value in self.counts
            or numeral.casefold() in self.known.words
            or any(each.value == value for a in self.amounts for each in a.quantities)
        )

    def _agrees(self, claimed: Amount, stated: Amount, said: str) -> bool | None:
        """Tell whether two numbers are one: `False` of another unit, `None` not at all."""
        if stated.plural != claimed.plural or self._turns(claimed, stated, said):
            return None
        if are_apart(claimed, stated):
            return None
        found: bool | None = None
        for mine, theirs in product(claimed.quantities, stated.quantities):
            same = equal(claimed, mine.value, theirs.value)
            if same_measure(claimed, mine, theirs):
                return True
            if same or mine.bare == theirs.bare:
                counts = stated.role.noun and not self.is_table
                found = not (counts and mine.measures and not theirs.measures)
                found = found and self._unit_may_be(mine, theirs, scaled_apart=not same)
            if found:
                return True
        return found

    def _is_free(self, claimed: Amount, said: str) -> bool:
        """Tell whether a number needs no account: one, and what other words may say."""
        bare = claimed.quantities[0]
        if bare.value == 1 and not self._counts_more(claimed):
            return claimed.is_whole or any(map(self._mentions, claimed.quantities))
        is_counted = bare.value <= _MOST_COUNTED and bare.value in self.counts
        if is_counted or not claimed.is_whole:
            return is_counted and (self.spells or claimed.is_whole)
        if bare.value == 0 and said[: claimed.start].endswith(("below ", "above ")):
            return True
        return not self.english and (
            claimed.in_words
            or (bare.value <= _SMALL and not self.spells)
            or int(bare.value) in self._days
        )

    def _counts_more(self, claimed: Amount) -> bool:
        """Tell whether another number, and no `a`, stands where the claim has `one`."""
        if claimed.ordinal or not _ONCE.isdisjoint(self.known.words):
            return False
        measured = {each.of for each in claimed.quantities[0].measures}
        others = [
            stated
            for stated in self.amounts
            if measured.intersection(m.of for q in stated.quantities for m in q.measures)
            or (not measured and claimed.role.noun and stated.role.noun == claimed.role.noun)
        ]
        noun = _LETTERS.findall(claimed.written)[-1:] if measured else [claimed.role.noun]
        return bool(others) and not any(
            re.search(rf"\b(?:an?|each|every|per)\s(?:\w+\s)?{re.escape(word)}", text.plain, re.I)
            for word in noun
            for text in self.texts
        )

    @property
    def _days(self) -> frozenset[int]:
        """The days of the month in its dates, which some languages name alone in one word."""
        return frozenset(day for each in self.dated for m in each.moments for day in m.days)

    def _is_of_time(self, claimed: Amount) -> bool:
        """Tell whether a year, decade or century has a year that is stated in it."""
        return any(
            first <= year < last
            for each in claimed.quantities
            for first, last in years_of(claimed, each)
            for year in (*self.years, *(year % 100 for year in self.years))
        )

    def _turns(self, claimed: Amount, stated: Amount, said: str) -> bool:
        """Tell whether a number is negative that is not stated so, or the other way round."""
        if not claimed.negative:
            return stated.role.negative and not claimed.role.negative and not declines(said)
        return (
            not stated.negative
            and "(" + stated.written not in "".join(text.plain for text in self.texts)
            and not any(declines(text.plain) for text in self.texts)
        )

    def _unit_may_be(self, mine: Quantity, theirs: Quantity, *, scaled_apart: bool) -> bool:
        """Tell whether two equal numbers may have one unit and scale, though not as written."""
        if scaled_apart and (
            mine.value == mine.bare
            or theirs.value != theirs.bare
            or not (self.is_table or self._scales(mine))
        ):
            return False
        if mine.measures and theirs.measures:
            return {mine.measures[0].of, theirs.measures[0].of} in _LOOSE
        return not mine.measures or self.is_table or self._mentions(mine)

    def _scales(self, mine: Quantity) -> bool:
        power = int((mine.value / mine.bare).log10()) if mine.bare else 0
        return any(IN_HEADS.get(word) == power for word in self.known.words)

    def _mentions(self, mine: Quantity) -> bool:
        """Tell whether the unit may be left out, or is stated at all."""
        return not mine.measures or any(
            each.of in SOFT or each.of in self.measured for each in mine.measures
        )


def different(numbers: Iterable[Amount]) -> tuple[Amount, ...]:
    """Return the numbers without those that stand as another does."""
    return tuple({(each.written, each.quantities, each.role): each for each in numbers}.values())


def _inside(text: Text) -> Iterator[Amount]:
    """Yield the numbers inside what is no number: 5 of `5-Door`."""
    for written in text.identifiers:
        yield from amounts("; ".join(_DIGITS.findall(written)), english=text.english)


def _squashed(written: str) -> str:
    return re.sub(r"[\W_]", "", folded(written))


def _measured(numbers: Iterable[Amount], known: Known, whole: str) -> Iterator[str]:
    """Yield what is measured by any unit that is named, with a number or without."""
    for amount in numbers:
        for quantity in amount.quantities:
            yield from (each.of for each in quantity.measures)
    for word in (known.words & MEASURES.keys()) | {sign for sign in SIGNS if sign in whole}:
        yield from (each.of for each in MEASURES[word])


def _years(numbers: Iterable[Amount], dated: Iterable[Dated]) -> Iterator[int]:
    for amount in numbers:
        role = amount.role
        if amount.is_year and amount.is_whole and not (role.counts or role.place):
            yield int(amount.quantities[0].value)
    for each in dated:
        yield from (moment.year for moment in each.moments if moment.year)
