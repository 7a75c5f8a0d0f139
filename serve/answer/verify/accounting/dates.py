"""The dates of a text, and whether what it states of time is stated elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from serve.answer.verify.accounting.plain import unglued

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MONTHS = (
    "january jan januar janvier enero gennaio janeiro januari",
    "february feb febr februar février fevrier febrero febbraio fevereiro februari",
    "march mar märz maerz mars marzo março marco maart",
    "april apr avril abril aprile",
    "may mai mayo maggio maio mei",
    "june jun juni juin junio giugno junho",
    "july jul juli juillet julio luglio julho",
    "august aug août aout agosto augustus",
    "september sept sep septembre septiembre settembre setembro",
    "october oct oktober okt octobre octubre ottobre outubro",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre decembre diciembre dicembre dezembro",
)
_NUMBERS = {name: n for n, names in enumerate(_MONTHS, start=1) for name in names.split()}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(_WEEKDAYS)})s?\b", re.IGNORECASE)
_NAME = rf"(?:{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\.?"
_CUED = (
    r"(?:(?<=\b[Ii]n )|(?<=\b[Oo]f )|(?<=\b[Bb]y )|(?<=\b[Uu]ntil )|(?<=\b[Ss]ince )"
    r"|(?<=[Ll]ate )|(?<=\b[Ee]arly )|(?<=[Mm]id-)|(?<=[Ll]ast )|(?<=[Tt]his )|(?<=\b[Tt]o )"
    r"|(?<=[Ff]rom )|(?<=[Ee]ach )|(?<=[Ee]very )|(?<=[Dd]uring )"
    r"|(?<=[Ff]ollowing )|(?<=\b[Aa]nd )|(?<=[Ee]nd of ))"
)
_PLAIN_MONTH = r"(?:January|February|April|June|July|August|September|October|November|December)"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d)"
_DAYS = rf"{_DAY}(?:\s?(?:-|to|and|or)\s?{_DAY})?"
_YEAR = r"[12]\d{3}(?!\d)"
_DATE = re.compile(
    # What it may begin with, first: the rest is slow to try at every letter.
    r"(?=\d|\b[^\W\d_])(?:"
    rf"(?<![\w.,/-])(?P<iso>[12]\d{{3}})(?P<mark>[-/.])(?P<iso_month>1[0-2]|0?[1-9])(?P=mark)"
    rf"(?P<iso_day>3[01]|[12]\d|0?[1-9])(?![\w/-])"
    rf"|(?<![\w.,/-])(?P<one>\d{{1,2}})(?P<between>[-/.])(?P<other>\d{{1,2}})(?P=between)"
    rf"(?P<last>{_YEAR}|\d\d)(?![\w/-])"
    r"|(?P<cjk_year>[12]\d{3})\s?[年년]"
    r"(?:\s?(?P<cjk_month>\d{1,2})\s?[月월](?:\s?(?P<cjk_day>\d{1,2})\s?[日일号號])?)?"
    r"|(?P<no_year>(?<!\d)\d{1,2})\s?[月월]\s?(?P<day_of>\d{1,2})\s?[日일号號]"
    rf"|\b(?P<month>{_NAME})\s(?:the\s)?(?P<days>{_DAYS})(?![\d:%,.]*\d)(?:,?\s(?:of\s)?(?P<year>{_YEAR}))?"
    rf"|\b(?P<month_y>{_NAME})\s(?P<days_y>{_DAYS}),?\s(?P<year_y>{_YEAR})"
    rf"|(?<![\d.,$€£-])(?P<days_first>{_DAYS}\.?)\s(?:(?:of|de)\s)?(?P<month_after>{_NAME})(?![\w])"
    rf"(?:,?\s(?:de\s)?(?P<year_after>{_YEAR}))?"
    rf"|\b(?P<month_of>{_NAME}),?\s(?:of\s|de\s)?(?P<year_of>{_YEAR})"
    rf"|\b(?P<alone>{_PLAIN_MONTH})\b|{_CUED}(?P<cued>(?-i:March|May))\b)",
    re.IGNORECASE,
)
_AMBIGUOUS = frozenset({"mar", "mars", "may", "mai", "mei", "march", "marco", "sep", "dec", "jan"})
"""Names of months that are words or names as well; they take a capital."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One reading of a date; what is not stated is `None` or empty."""

    year: int | None = None
    month: int | None = None
    days: tuple[int, ...] = ()
    """The first and the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date as a text states it."""

    written: str
    start: int
    end: int
    moments: tuple[Moment, ...]
    """What it may be: `05/03/2021` is two days."""


def dates(text: str) -> list[Dated]:
    """Return the dates of `text`, which is `plain`, in its order, but for years alone."""
    return [
        Dated(written=unglued(match.group()), start=match.start(), end=match.end(), moments=moments)
        for match in _DATE.finditer(text)
        if (moments := _moments(match))
    ]


def weekdays(text: str) -> list[str]:
    """Return the days of the week that `text` names."""
    return [match.group() for match in _WEEKDAY.finditer(text) if match.group()[0].isupper()]


def is_stated(claimed: Dated, stated: Iterable[Dated], years: set[int], days: set[int]) -> bool:
    """Tell whether `stated` have a date.

    Args:
        claimed: the date; all that it says has to be there.
        stated: where that may be.
        years: stated alone, or in any date.
        days: stated alone, as `the 5th`.
    """
    return any(
        _covers(theirs, mine, years, days)
        for mine in claimed.moments
        for other in stated
        for theirs in other.moments
    )


def is_day_of(weekday: str, found: Iterable[Dated]) -> bool:
    """Tell whether one of the dates falls on the weekday."""
    for each in found:
        for moment in each.moments:
            if moment.year and moment.month and moment.days:
                try:
                    day = date(moment.year, moment.month, moment.days[0])
                except ValueError:
                    continue
                if weekday.casefold().rstrip("s") == _WEEKDAYS[day.weekday()]:
                    return True
    return False


def _covers(theirs: Moment, mine: Moment, years: set[int], days: set[int]) -> bool:
    if mine.month != theirs.month and mine.month is not None:
        return False
    if mine.year not in {None, theirs.year} and (theirs.year is not None or mine.year not in years):
        return False
    if not mine.days:
        return True
    if not theirs.days:
        return set(mine.days) <= days
    return all(theirs.days[0] <= day <= theirs.days[-1] for day in mine.days)


def _moments(match: re.Match[str]) -> tuple[Moment, ...]:
    if match["iso"]:
        return (_moment(match["iso"], int(match["iso_month"]), match["iso_day"]),)
    if match["one"]:
        return tuple(_either(int(match["one"]), int(match["other"]), match["last"]))
    if match["cjk_year"]:
        month = match["cjk_month"]
        return (_moment(match["cjk_year"], int(month) if month else None, match["cjk_day"]),)
    if match["no_year"]:
        return (_moment(None, int(match["no_year"]), match["day_of"]),)
    for month, days, year in (
        ("month", "days", "year"),
        ("month_y", "days_y", "year_y"),
        ("month_after", "days_first", "year_after"),
        ("month_of", None, "year_of"),
        ("alone", None, None),
        ("cued", None, None),
    ):
        if name := match[month]:
            return _named(name, match[year] if year else None, match[days] if days else None)
    return ()


def _named(name: str, year: str | None, days: str | None) -> tuple[Moment, ...]:
    folded = name.casefold().rstrip(".")
    if folded in _AMBIGUOUS and name.islower() and not (year and days):
        return ()
    return (_moment(year, _NUMBERS[folded], days),)


def _moment(year: str | None, month: int | None, days: str | None) -> Moment:
    found = tuple(sorted(map(int, re.findall(r"\d+", days or ""))))
    return Moment(year=int(year) if year else None, month=month, days=found)


def _either(one: int, other: int, last: str) -> Iterator[Moment]:
    """Yield the readings of a date in figures whose year stands last, days or months first."""
    years = [int(last)] if len(last) == 4 else [1900 + int(last), 2000 + int(last)]
    for day, month in {(one, other), (other, one)}:
        if 1 <= month <= 12 and 1 <= day <= 31:
            yield from (Moment(year=year, month=month, days=(day,)) for year in years)
