"""Numbers with their units, and whether one says what another says."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from serve.answer.verify.accounting.role import NO_ROLE, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from serve.answer.verify.accounting.measures import Measure

_YEAR = re.compile(r"[12]\d{3}|[12]?\d{3,4} (?:BC|BCE|AD|CE)")
_NEAR = Decimal("0.05")
_FAR = Decimal("0.25")
_ROUNDED = Decimal("0.05")
_YEARS = 5
_FIRST_YEAR, _LAST_YEAR = 1000, 2199
_DIGITS = re.compile(r"\d+(?:\.\d+)*")
_ENDLESS = 20
_HALF = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One reading of a number."""

    value: Decimal
    """Never negative; the sign is its amount's."""
    bare: Decimal
    """Without the scale: 5 of `5 million`."""
    measures: tuple[Measure, ...] = ()
    """What its unit may be; empty without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number as a text states it."""

    written: str
    start: int
    end: int
    quantities: tuple[Quantity, ...]
    """What it may be."""
    coarse: Decimal
    """Half of its last digit: what it may have been rounded by."""
    hedge: str = ""
    """`about`, `above` or `below`, if it says that it is not exact."""
    negative: bool = False
    in_words: bool = False
    ordinal: bool = False
    plural: bool = False
    """`1990s`."""
    role: Role = NO_ROLE

    @property
    def is_whole(self) -> bool:
        """Tell whether it counts, or says a place in an order: no unit, no fraction."""
        return all(
            not each.measures and each.value == each.value.to_integral_value()
            for each in self.quantities
        )

    @property
    def is_year(self) -> bool:
        """Tell whether it may be a year."""
        return _YEAR.fullmatch(self.written) is not None and not self.plural


def equal(claimed: Amount, mine: Decimal, theirs: Decimal) -> bool:
    """Tell whether `theirs` is `mine`, by what the claim says of how exact it is."""
    if mine == theirs:
        return True
    apart = abs(mine - theirs)
    most = max(mine, theirs)
    if not _is_finer(theirs, mine) or (claimed.is_year and apart > _YEARS):
        return False
    if claimed.hedge == "about":
        return apart <= _NEAR * most
    if claimed.hedge:
        rightly = theirs > mine if claimed.hedge == "above" else theirs < mine
        return rightly and apart <= _FAR * most
    return apart <= claimed.coarse and apart <= _ROUNDED * most


def _is_finer(theirs: Decimal, mine: Decimal) -> bool:
    """Tell whether `mine` is the rounder number: of fewer digits, or with a five at its end.

    A share such as a third has no end of digits.
    """
    ours, others = (value.normalize().as_tuple().digits for value in (mine, theirs))
    if len(ours) != len(others):
        return len(ours) < len(others) or len(ours) > _ENDLESS
    return ours[-1] == _HALF != others[-1]


def same_measure(claimed: Amount, mine: Quantity, theirs: Quantity) -> bool:
    """Tell whether two quantities with units are the same, perhaps in other units of a measure."""
    return any(
        one.of == other.of
        and equal(
            replace(claimed, coarse=claimed.coarse * one.factor),
            mine.value * one.factor,
            theirs.value * other.factor,
        )
        for one in mine.measures
        for other in theirs.measures
    )


def are_apart(claimed: Amount, stated: Amount) -> bool:
    """Tell whether two numbers are none of one thing, whatever their values.

    So are the number of a section and any other, a year and how many, the parts of versions.
    """
    mine, theirs = claimed.role, stated.role
    if (mine.year and theirs.counts) or (mine.counts and theirs.year):
        return True
    if (mine.version or theirs.version) and _parts(claimed) != _parts(stated):
        return True
    if mine.rate and theirs.rate and mine.rate != theirs.rate:
        return True
    return theirs.place and not (mine.place or claimed.ordinal)


def _parts(amount: Amount) -> str:
    """Return the figures of a number that has parts, as they are written; else nothing."""
    found = _DIGITS.search(amount.written)
    return found.group() if found and "." in found.group() else ""


def years_of(claimed: Amount, quantity: Quantity) -> Iterator[tuple[int, int]]:
    """Yield the first year, and the one behind the last, of what may be a year or more of them."""
    value = int(min(quantity.value, _LAST_YEAR))
    if claimed.plural:
        yield value, value + (100 if value % 100 == 0 and value >= 1000 else 10)
    elif any(each.named == "century" for each in quantity.measures):
        yield 100 * (value - 1) + 1, 100 * value + 1
    elif not (quantity.measures or claimed.role.counts) and value >= _FIRST_YEAR:
        yield value, value + 1
