"""What a sentence states that may be an answer: its dates, numbers and names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from typing import TYPE_CHECKING

from core.types import Span
from serve.answer.verify.conflicts.named import WORD, runs, same_name

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from serve.answer.verify.conflicts.named import Run

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:(?:Jan|Febr?)(?:uary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?"
    r"|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|(?:Nov|Dec)(?:ember|\.)?)(?![a-z])"
)
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\d.:])"
_YEAR = r"(?:1[5-9]|20)\d\d(?![\d%]|[.,:]\d)"
_DATE = re.compile(
    rf"(?<![\w$€£.,-])(?:(?P<iso>{_YEAR})-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)(?!\d)"
    rf"|(?P<month>{_MONTH})\s{{1,2}}(?P<day>{_DAY})(?:\s?,?\s?(?:of\s)?(?P<year>{_YEAR}))?"
    rf"|(?P<day_first>{_DAY})\s(?:of\s)?(?P<month_after>{_MONTH})(?:\s?,?\s(?P<year_after>{_YEAR}))?"
    rf"|(?P<month_alone>{_MONTH})\s?,?\s(?P<year_of_month>{_YEAR})"
    rf"|(?P<year_alone>{_YEAR}))(?![\w-]|\s?[–-]\s?\d)"
)
_PUBLISHED = re.compile(rf"\W*(?P<date>{_DATE.pattern})\W*?(?:\.\.\.|…|[—–·:|.-]\s)")

_COUNTED: Mapping[str, str] = {
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
}
_SCALES: Mapping[str, int] = {
    "thousand": 3,
    "million": 6,
    "mn": 6,
    "m": 6,
    "billion": 9,
    "bn": 9,
    "b": 9,
    "trillion": 12,
}
"""Powers of ten."""
_CURRENCIES = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥", "inr": "₹"}
_NUMBER = re.compile(
    r"(?P<currency>[$€£¥₹]|\b(?:USD|EUR|GBP|JPY|INR)\b)?\s?"
    rf"(?<![\w.,:/–-])(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?|(?:{'|'.join(_COUNTED)})(?=\s))"
    r"(?![\w:/–-]*\d|st\b|nd\b|rd\b|th\b)"
    r"(?:\s?(?P<percent>%|％|per\s?cent\b))?"
    r"(?:[\s-]?(?P<scale>thousand|million|billion|trillion|mn|bn|[mb])\b)?"
    r"(?:[\s-]{0,2}(?P<noun>[a-zà-ÿ]{2,}))?",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"(?:\s(?:per|an?|each|every)\s|\s?/\s?)(?P<of>hour|day|night|week|month|quarter|year)s?\b",
    re.IGNORECASE,
)
_ROUNDED = Decimal("0.05")
"""The share by which a number may differ from what it was rounded from."""
_MOST_MAGNITUDES = 12
"""Numbers further apart than so many powers of ten are not compared digit by digit."""


class ValueKind(Enum):
    """What a value is."""

    DATE = auto()
    NUMBER = auto()
    NAME = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value where a sentence states it."""

    kind: ValueKind
    span: Span
    """In the sentence."""
    written: str
    parts: tuple[str, ...]
    """Of a date year, month and day, each may be empty; of a number it and its unit; the words."""
    per: str = ""
    """The time that a number is of: `month`; empty: it does not say."""

    @property
    def shape(self) -> tuple[bool, ...]:
        """How exactly it is stated: which parts of a date, one word or several of a name."""
        if self.kind is ValueKind.NAME:
            return (len(self.parts) > 1,)
        return tuple(map(bool, self.parts))


def folded(text: str) -> list[str]:
    """Return the words and figures of `text`, case folded, in order."""
    return [word.casefold() for word in WORD.findall(text)]


def published(text: str) -> int:
    """Return where `text` begins behind the day that it was published on, 0 without one."""
    match = _PUBLISHED.match(text)
    return match.end() if match else 0


def values(
    sentence: str,
    *,
    known: Container[str] = frozenset(),
    common: Container[str] = frozenset(),
    names: bool = True,
) -> list[Value]:
    """Return the values of `sentence` in its order; no two overlap.

    Args:
        sentence: what is read; the day it was published on is not a value of it.
        known: words that are no part of a name, those of the question.
        common: words that are none where they stand alone or in a headline.
        names: whether a capital makes a name, as it does not in German.
    """
    start = published(sentence)
    named = map(_named, runs(sentence, start, known=known, common=common)) if names else ()
    found: list[Value] = []
    for read in (_dates(sentence, start), named, _numbers(sentence, start)):
        before = tuple(found)
        found += [each for each in read if not any(_overlap(each, other) for other in before)]
    return sorted(found, key=lambda value: value.span)


def agree(one: Value, other: Value) -> bool | None:
    """Tell whether two values may be the same: an alias, a part, a rounding of it.

    `None`: they cannot be compared, as a month and a year, metres and days.
    """
    if one.kind is not other.kind:
        return None
    if one.kind is ValueKind.DATE:
        return _same_date(one.parts, other.parts)
    if one.kind is ValueKind.NUMBER:
        is_rate = one.per and other.per and one.per != other.per
        return None if is_rate else _same_number(one.parts, other.parts)
    return same_name(one.parts, other.parts)


def _overlap(one: Value, other: Value) -> bool:
    return one.span.start < other.span.end and other.span.start < one.span.end


def _dates(sentence: str, start: int) -> Iterator[Value]:
    for match in _DATE.finditer(sentence, start):
        year = match["iso"] or match["year"] or match["year_after"] or match["year_of_month"]
        month = match["month"] or match["month_after"] or match["month_alone"]
        day = match["iso_day"] or match["day"] or match["day_first"] or ""
        yield Value(
            kind=ValueKind.DATE,
            span=Span(*match.span()),
            written=match.group(),
            parts=(
                year or match["year_alone"] or "",
                _month(month) if month else (match["iso_month"] or "").lstrip("0"),
                day.rstrip("stndrh").lstrip("0"),
            ),
        )


def _month(written: str) -> str:
    return str(_MONTHS.index(written[:3].casefold()) + 1)


def _numbers(sentence: str, start: int) -> Iterator[Value]:
    for match in _NUMBER.finditer(sentence, start):
        written = match["number"].casefold()
        amount = Decimal(_COUNTED.get(written, written).replace(",", ""))
        scale = _SCALES.get((match["scale"] or "").casefold(), 0)
        currency = (match["currency"] or "").casefold()
        unit = "%" if match["percent"] else _CURRENCIES.get(currency, currency)
        behind = max(map(match.end, ("number", "percent", "scale")))
        period = _PERIOD.match(sentence, behind) or _PERIOD.match(sentence, match.end())
        span = Span(
            match.start("currency" if currency else "number"),
            behind,
        )
        yield Value(
            kind=ValueKind.NUMBER,
            span=span,
            written=span.slice(sentence),
            parts=(str(amount.scaleb(scale)), unit or (match["noun"] or "").casefold().rstrip("s")),
            per=period["of"].casefold() if period else "",
        )


def _named(run: Run) -> Value:
    span = Span(run[0].start(), run[-1].end())
    parts = tuple(word.group().casefold() for word in run)
    telling = tuple(part for part in parts if len(part) > 1 or part.isdigit())
    return Value(
        kind=ValueKind.NAME,
        span=span,
        written=span.slice(run[0].string),
        parts=telling or parts,
    )


def _same_date(one: Sequence[str], other: Sequence[str]) -> bool | None:
    both = [(mine, theirs) for mine, theirs in zip(one, other, strict=True) if mine and theirs]
    if all(mine == theirs for mine, theirs in both):
        return True if both else None
    years = bool(one[0] and other[0])
    return False if years or len(both) > 1 else None


def _same_number(one: Sequence[str], other: Sequence[str]) -> bool | None:
    if one[1] != other[1]:
        return None
    mine, theirs = sorted((Decimal(one[0]), Decimal(other[0])), key=_digits)
    if mine == theirs or not (mine and theirs):
        return mine == theirs
    if abs(mine.adjusted() - theirs.adjusted()) > _MOST_MAGNITUDES:
        return False
    coarse = Decimal(1).scaleb(mine.adjusted() - _digits(mine) + 1)
    is_near = abs(theirs - mine) <= _ROUNDED * max(mine, theirs)
    return is_near and (theirs / coarse).to_integral_value() * coarse == mine


def _digits(number: Decimal) -> int:
    return len(number.normalize().as_tuple().digits)
