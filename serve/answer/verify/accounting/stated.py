"""What quotes state together, and which numbers and dates of a claim are not among it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING

from core.text import figure_share
from serve.answer.terms import listed
from serve.answer.verify.accounting.amounts import Amount, Quantity, equal, same_measure
from serve.answer.verify.accounting.dates import Dated, is_day_of, is_stated, weekdays
from serve.answer.verify.accounting.figures import amounts
from serve.answer.verify.accounting.measures import MEASURES, SIGNS, SOFT
from serve.answer.verify.accounting.names import Known
from serve.answer.verify.accounting.plain import folded
from serve.answer.verify.accounting.scales import IN_HEADS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from serve.answer.verify.accounting.texts import Text

_COUNTING = {
    "both": 2, "pair": 2, "pairs": 2, "couple": 2, "twice": 2, "double": 2, "doubled": 2,
    "twin": 2, "twins": 2, "duo": 2, "half": 2, "halves": 2, "triple": 3, "tripled": 3,
    "thrice": 3, "trio": 3, "trilogy": 3, "thirds": 3, "quartet": 4, "quarters": 4,
    "quadruple": 4, "decade": 10, "century": 100,
}  # fmt: skip
"""Words that say a number without being one."""
_MANY_FIGURES = 0.25
"""The share of figures from which on a text is a table, whose head may say the unit."""
_SMALL = 12
"""Numbers up to it have words of their own in any language."""
_MOST_COUNTED = 100
_FIRST_YEAR, _LAST_YEAR = 1000, 2199
_LETTERS = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d+(?:\.\d+)*")
_OF_TIME = listed("fy cy q h mid pre post early late")
"""What stands joined to a year or quarter."""
_LOOSE = ({"degree", "celsius"}, {"degree", "fahrenheit"}, {"ton", "mass"})
"""Measures one of which may be the other, less exactly."""
_DECLINE = re.compile(r"\b(?:loss|lost|fell|fall|declin|decreas|drop|negative|minus|below|down)")


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
    is_table: bool
    """Whether units and scales may stand in the head of a table that no quote shows."""
    english: bool

    @classmethod
    def of(cls, texts: Sequence[Text], *, otherwise: Sequence[Text] = ()) -> Stated:
        """Return what `texts` state; their figures may also be read `otherwise`."""
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
                + [value for word, value in _COUNTING.items() if word in known.words]
            ),
            measured=frozenset(_measured(numbers, known, whole)),
            known=known,
            is_table=any("|" in t.plain or figure_share(t.plain) >= _MANY_FIGURES for t in texts),
            english=all(text.english for text in texts),
        )

    def fault(self, claimed: Amount) -> Kind | None:
        """Return what is wrong with a number; `None`: it is accounted for."""
        if self._is_free(claimed) or self._is_of_time(claimed):
            return None
        kind: Kind | None = None
        for stated in self.amounts:
            agrees = self._agrees(claimed, stated)
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
            if amount.is_whole and each.value <= 31
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

    def has_identifier(self, written: str) -> bool:
        """Tell whether `GPT-4` is there, perhaps as `GPT 4`."""
        squashed = _squashed(written)
        named = {_squashed(each) for text in self.texts for each in text.identifiers}
        if squashed in named or re.search(re.escape(squashed) + r"(?!\d)", self.known.squashed):
            return True
        letters = [letter.casefold() for letter in _LETTERS.findall(written)]
        parts = amounts("; ".join(_DIGITS.findall(written)), english=True)
        has_letters = all(word in _OF_TIME or word in self.known.words for word in letters)
        return has_letters and bool(parts) and all(self.fault(part) is None for part in parts)

    def has_roman(self, numeral: str, value: int) -> bool:
        """Tell whether a roman numeral is there, perhaps as another number."""
        return (
            value in self.counts
            or numeral.casefold() in self.known.words
            or any(each.value == value for a in self.amounts for each in a.quantities)
        )

    def _agrees(self, claimed: Amount, stated: Amount) -> bool | None:
        """Tell whether two numbers are one: `False` of another unit, `None` not at all."""
        if stated.plural != claimed.plural or self._turns(claimed, stated):
            return None
        found: bool | None = None
        for mine, theirs in product(claimed.quantities, stated.quantities):
            same = equal(claimed, mine.value, theirs.value)
            if same_measure(claimed, mine, theirs):
                return True
            if same or mine.bare == theirs.bare:
                found = self._unit_may_be(mine, theirs, scaled_apart=not same)
            if found:
                return True
        return found

    def _is_free(self, claimed: Amount) -> bool:
        """Tell whether a number needs no account: one, and what other words may say."""
        bare = claimed.quantities[0]
        if bare.value == 1:
            return claimed.is_whole or any(map(self._mentions, claimed.quantities))
        if not claimed.is_whole:
            return False
        if bare.value <= _MOST_COUNTED and int(bare.value) in self.counts:
            return True
        return not self.english and (
            claimed.in_words or bare.value <= _SMALL or int(bare.value) in self._days
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
            for first, last in _years_of(claimed, each)
            for year in (*self.years, *(year % 100 for year in self.years))
        )

    def _turns(self, claimed: Amount, stated: Amount) -> bool:
        """Tell whether a number is negative that is not stated so."""
        return (
            claimed.negative
            and not stated.negative
            and "(" + stated.written not in "".join(text.plain for text in self.texts)
            and not any(_DECLINE.search(text.plain) for text in self.texts)
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
    """Return the numbers without those that are written as another is."""
    return tuple({(each.written, each.quantities): each for each in numbers}.values())


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


def _years_of(claimed: Amount, quantity: Quantity) -> Iterator[tuple[int, int]]:
    """Yield the first year, and the one behind the last, of what may be a year or more of them."""
    value = int(min(quantity.value, _LAST_YEAR))
    if claimed.plural:
        yield value, value + (100 if value % 100 == 0 and value >= 1000 else 10)
    elif any(each.named == "century" for each in quantity.measures):
        yield 100 * (value - 1) + 1, 100 * value + 1
    elif not quantity.measures and value >= _FIRST_YEAR:
        yield value, value + 1


def _years(numbers: Iterable[Amount], dated: Iterable[Dated]) -> Iterator[int]:
    for amount in numbers:
        if amount.is_year and amount.is_whole:
            yield int(amount.quantities[0].value)
    for each in dated:
        yield from (moment.year for moment in each.moments if moment.year)
