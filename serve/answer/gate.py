"""The quote gate: what a claim cites is verbatim, and its figures and dates stand in the quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from core.text import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.types import Passage, Span

_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_CURRENCIES = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥", "inr": "₹"}
_FIGURE = re.compile(
    r"(?P<currency>[$€£¥₹]|\b(?:USD|EUR|GBP|JPY|INR)\b)?\s?"
    r"(?<![^\W\d_])(?P<number>\d+(?:[.,]\d+)*)"
    r"(?:\s?(?P<percent>%|％|percent\b|per\scent\b))?"
    r"(?:\s?(?P<scale>thousand|million|billion|trillion)\b)?",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(
    r"\b(?:(?<=\d\s)(?P<after>{names})[a-z]*|(?P<before>{names})[a-z]*(?=\.?,?\s\d))\b".format(
        names="|".join(month.title() for month in _MONTHS)
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number as a text states it."""

    written: str
    value: str
    """In one form: no thousands separators, no zeros at its end."""
    scale: int
    """10⁶ where `million` follows."""
    unit: str
    """`%`, a currency's sign, or nothing."""

    def agrees(self, other: Figure) -> bool:
        """Tell whether both say the same; a unit or scale may be missing in one, not differ."""
        if self.unit and other.unit and self.unit != other.unit:
            return False
        if self.value == other.value:
            return self.scale == other.scale or 1 in (self.scale, other.scale)
        mine, theirs = self._amount(), other._amount()
        return mine is not None and mine == theirs

    def _amount(self) -> Decimal | None:
        try:
            return Decimal(self.value) * self.scale
        except InvalidOperation:
            return None


def is_verbatim(quote: str, span: Span, passage: Passage) -> bool:
    """Tell whether `quote` is what the document has at `span`, which lies in `passage`."""
    start = passage.span.start
    return (
        bool(quote)
        and passage.span.contains(span)
        and passage.text[span.start - start : span.end - start] == quote
    )


def unfounded(claim: str, quotes: Sequence[str]) -> list[str]:
    """Return the figures and months of dates of `claim` that stand in none of `quotes`."""
    stated = [figure for quote in quotes for figure in figures(quote)]
    named = {month for quote in quotes for month in _months(quote)}
    missing = [
        figure.written
        for figure in figures(claim)
        if not any(figure.agrees(other) for other in stated)
    ]
    return missing + [
        month
        for month in _months(claim)
        if month not in named
        and not any(figure.value.lstrip("0") == _number(month) for figure in stated)
    ]


def figures(text: str) -> list[Figure]:
    """Return the numbers of `text`, in its order."""
    return [
        Figure(
            written=match.group().strip(),
            value=numbers(match["number"])[0],
            scale=_SCALES.get((match["scale"] or "").casefold(), 1),
            unit=_unit(match),
        )
        for match in _FIGURE.finditer(text)
    ]


def _unit(match: re.Match[str]) -> str:
    if match["percent"]:
        return "%"
    currency = (match["currency"] or "").casefold()
    return _CURRENCIES.get(currency, currency)


def _months(text: str) -> list[str]:
    return [(match["after"] or match["before"]).casefold() for match in _MONTH.finditer(text)]


def _number(month: str) -> str:
    return str(_MONTHS.index(month) + 1)
