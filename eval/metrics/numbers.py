"""Whether an answer states the numbers of the gold answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING

from core.language import DEFAULT
from eval.metrics.scores import Unscored
from serve.answer.verify.accounting.measures import SOFT
from serve.answer.verify.accounting.texts import Text, reads_english

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eval.metrics.scores import Score
    from serve.answer.verify.accounting.amounts import Amount, Quantity

NO_NUMBER = Unscored(reason="the gold answer has no number")
_DECLINE = re.compile(
    r"\b(?:loss|losses|lost|fell|fall(?:s|en|ing)?|declin\w*|decrease[sd]?|decreasing|drop\w*|reduc\w*|negative"
    r"|minus|down|lower|shrank|shrunk)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far a number may be from gold: the wider of both."""

    relative: Decimal = Decimal(0)
    """A share of the gold number."""
    absolute: Decimal = Decimal(0)
    """In the unit of the gold number."""


EXACT = Tolerance()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number:
    amount: Amount
    signs: frozenset[int]
    """What it may be: in brackets, or where something falls, a number may be negative."""


def numeric_match(
    given: str, gold: str, *, tolerance: Tolerance = EXACT, language: str = DEFAULT
) -> Score:
    """Return 1 if `given` states every number of `gold` within `tolerance`, else 0.

    Value, scale and sign have to be right, as in TAT-QA (Zhu et al. 2021,
    https://aclanthology.org/2021.acl-long.254). Units of one measure are converted, scale words
    and signs for percent and currencies are read; a unit that texts leave out (of money, of time)
    may be missing, another unit is wrong. A gold number without a unit says nothing of it. Years
    are exact. What else `given` states is not held against it; dates are no numbers.
    """
    wanted = _numbers(gold, language)
    if not wanted:
        return NO_NUMBER
    stated = _numbers(given, language)
    return float(all(any(_same(mine, each, tolerance) for each in stated) for mine in wanted))


def _numbers(text: str, language: str) -> list[_Number]:
    read = Text.of(text, english=reads_english(text, else_english=language == DEFAULT))
    falls = _DECLINE.search(read.plain) is not None
    return [_Number(amount=each, signs=_signs(each, read, falls=falls)) for each in read.amounts]


def _signs(amount: Amount, text: Text, *, falls: bool) -> frozenset[int]:
    if amount.negative:
        return frozenset({-1})
    bracketed = text.undated[amount.start : amount.end]
    if falls or (bracketed.startswith("(") and bracketed.endswith(")")):
        return frozenset({1, -1})
    return frozenset({1})


def _same(gold: _Number, given: _Number, tolerance: Tolerance) -> bool:
    if gold.signs.isdisjoint(given.signs):
        return False
    pairs = product(gold.amount.quantities, given.amount.quantities)
    return any(
        abs(mine - theirs) <= _allowed(gold.amount, mine, unit, tolerance)
        for one, other in pairs
        for mine, theirs, unit in _comparable(one, other)
    )


def _allowed(gold: Amount, value: Decimal, unit: Decimal, tolerance: Tolerance) -> Decimal:
    if gold.is_year and gold.is_whole:
        return Decimal(0)
    return max(tolerance.relative * value, tolerance.absolute * unit)


def _comparable(gold: Quantity, given: Quantity) -> Iterator[tuple[Decimal, Decimal, Decimal]]:
    """Yield both values in one unit, and how much of it the gold unit is; none if none fits."""
    one = Decimal(1)
    if not gold.measures:
        yield gold.value, given.value, one
    elif not given.measures:
        if any(each.of in SOFT for each in gold.measures):
            yield gold.value, given.value, one
    else:
        for mine, theirs in product(gold.measures, given.measures):
            if mine.of == theirs.of:
                yield gold.value * mine.factor, given.value * theirs.factor, mine.factor
