"""The numbers of a text, with their units, and what has digits and is no number."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from serve.answer.verify.accounting.amounts import Amount, Quantity
from serve.answer.verify.accounting.measures import MEASURES, Measure
from serve.answer.verify.accounting.numerals import (
    FIGURES,
    SPELLED,
    SPELLED_ORDINAL,
    SPELLED_SHARE,
    readings,
    share,
    spelled,
)
from serve.answer.verify.accounting.plain import CASELESS, unglued
from serve.answer.verify.accounting.role import role
from serve.answer.verify.accounting.scales import MYRIADS, POWERS, UNCERTAIN, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODES = "USD|EUR|GBP|JPY|INR|CHF|CNY|KRW|RUB|RMB|Rs\\.?|US\\$|A\\$|C\\$|CA\\$|AU\\$|NZ\\$|HK\\$"


def _alternatives(names: list[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_UNSPACED = re.compile(rf"[{CASELESS}].*")
"""What no space divides from the word behind it."""
_WORDED = [name for name in MEASURES if name[0].isalpha() and not _UNSPACED.match(name)]
_SIGNED = [name for name in MEASURES if not name[0].isalpha()]
_GLUED = [name for name in MEASURES if _UNSPACED.match(name)]
_SCALES = [word for word in WORDS if len(word) > 1 and not _UNSPACED.match(word)]
_GLUED_SCALES = [word for word in WORDS if _UNSPACED.match(word)]
_MYRIADS = "".join(MYRIADS)
_PART = rf"(\d[\d,]*)(?!\d)\s?((?:[{_MYRIADS}]\s?){{0,2}})"
"""What stands behind a part of a number: 3000万 of `5億3000万`."""
_AMOUNT = re.compile(
    # What it may begin with, first: the rest is slow to try at every letter.
    r"(?=[\d($€£¥₹₩₽.-]|\b[^\W\d_])"
    rf"(?P<open>\()?(?P<before>(?:\b(?:{_CODES})|[$€£¥₹₩₽])\s?)?"
    r"(?P<minus>(?:(?<![\w)\]%.,-])-\s?|\b(?:minus|negative)\s)(?=[$€£¥₹]?[\d.]))?"
    r"(?P<after>[$€£¥₹₩₽]\s?)?"
    r"(?:(?<![^\W\d_])(?<![\d.,/])"
    r"(?P<fraction>(?:\d+ )?\d+⁄\d+|(?:\d+ )?[1-9]/[23458](?![\d/]))"
    rf"|(?<![\w])(?<!\d[.,'])(?P<figures>{FIGURES})"
    rf"|\b(?:{SPELLED_SHARE}|(?P<order>{SPELLED_ORDINAL})|(?P<spelled>{SPELLED}))\b)"
    r"(?P<suffix>(?<=\d)(?:st|nd|rd|th|s|'s)\b)?"
    r"(?:(?<=\d)(?P<power>\s?[x×]\s?10\s?\^\s?|\^)(?P<exponent>-?\d{1,2})(?!\d))?"
    rf"(?:[\s-]?(?P<scale>(?:{_alternatives(_SCALES)})(?!\w)"
    rf"|(?<=\d)[kmbt](?![^\W\d])|(?:{_alternatives(_GLUED_SCALES)}))"
    rf"(?P<more>(?:(?<=[{_MYRIADS}])\s?{_PART}(?!\s?[年년月월]))*))?"
    rf"(?:\s?-?\s?(?P<unit>(?:{_alternatives(_WORDED)})(?![\w/^])"
    rf"|(?:{_alternatives(_SIGNED)})(?!\w)|(?:{_alternatives(_GLUED)})(?![国國])))?"
    r"(?P<close>\))?",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<![\w:.,])(?P<hour>[01]?\d|2[0-4])(?:(?P<mark>[:.])(?P<minute>[0-5]\d)(?::[0-5]\d)?)?"
    r"(?:\s?(?P<half>[ap]m)\b)?(?![\w:]|[.,]\d)",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(
    r"(?<![\w.])(?:(?=[\w-]*[A-Z])[^\W\d_]{1,12}-?\d[\w]*(?:[.-]\w+)*|[a-z]{1,8}\d+[\w]*(?:-\w+)*"
    r"|\d+(?:\.\d+){2,}|\d{25,}|v\d+(?:\.\d+)+|\d+-?[A-Z][\w]*(?:-\w+)*)(?![\w])"
)
"""`GPT-4`, `10-K`, `Q3`, `mp3`, `3.11.2`: what has digits and is no number."""
_ABOUT = re.compile(
    r"(?P<about>\b(?:about|approximately|approx\.?|around|roughly|some|circa|ca\.?|close to|"
    r"nearly|almost|(?:an )?estimated|just (?:over|under))\s|[~≈]\s?)"
    r"|(?P<above>\b(?:over|more than|at least|above|exceed(?:ing|s|ed)?|upwards? of|beyond)\s)"
    r"|(?P<below>\b(?:under|less than|fewer than|below|at most|up to|within|no more than)\s)",
    re.IGNORECASE,
)
_BEFORE_RANGE = re.compile(
    r"\s?(?:-|~|to|and|or|through|,|,? and|bis|und|et|à|y|e|до|и|至|到|から)\s?", re.IGNORECASE
)
_HEDGE = 24
_OF_YEARS = frozenset({"bc", "ad"})
_OR_SO = re.compile(r"\s?\+|\s(?:or so|or more|or less|plus)\b", re.IGNORECASE)


def identifiers(text: str) -> list[re.Match[str]]:
    """Return what has digits in `text`, which is `plain`, and is no number."""
    return [
        match
        for match in _IDENTIFIER.finditer(text)
        if not _AMOUNT.fullmatch(match.group()) and not _CLOCK.fullmatch(match.group())
    ]


def amounts(text: str, *, english: bool) -> list[Amount]:
    """Return the numbers of `text`, which is `plain`, in its order.

    Args:
        text: without its dates and identifiers.
        english: whether `1,234` is more than a thousand without doubt.
    """
    clocks = [amount for amount in map(_clock, _CLOCK.finditer(text)) if amount]
    for clock in clocks:
        text = text[: clock.start] + " " * (clock.end - clock.start) + text[clock.end :]
    found = [_amount(match, text, english=english) for match in _AMOUNT.finditer(text)]
    return clocks + _spread(text, [amount for amount in found if amount.quantities])


def _clock(match: re.Match[str]) -> Amount | None:
    """Return a time of day in minutes; `None` for a number that does not say it is one."""
    if not match["half"] and match["mark"] != ":":
        return None
    hour, minute = int(match["hour"]) % 12, int(match["minute"] or 0)
    hours = {"a": (hour,), "p": (hour + 12,)}.get(
        (match["half"] or " ")[0].casefold(), (int(match["hour"]), hour + 12, hour)
    )
    clock = (Measure(of="clock", factor=Decimal(1), named="clock"),)
    values = [Decimal(60 * each + minute) for each in hours]
    return Amount(
        written=unglued(match.group()),
        start=match.start(),
        end=match.end(),
        quantities=tuple(Quantity(value=v, bare=v, measures=clock) for v in values),
        coarse=Decimal(0),
    )


def _amount(match: re.Match[str], text: str, *, english: bool) -> Amount:
    values = _values(match, english=english)
    powers = _powers(match)
    figures = match["figures"] or ""
    more = _more(match)
    is_share = (match["share"] or match["share_of"] or "half")[:3] in {"thi", "six"}
    amount = Amount(
        written=unglued(match.group().strip(" ().")),
        start=match.start(),
        end=match.end(),
        quantities=(
            *(
                Quantity(value=value.scaleb(power) + sum(more), bare=value, measures=measures)
                for value in values
                for power, measures in powers
            ),
            *_as_percent(match, values),
        ),
        coarse=Decimal(0) if more else _coarse(figures, values, powers[0][0]),
        hedge=_hedge(text, match) or ("about" if is_share else ""),
        negative=bool(match["minus"]),
        in_words=not figures and not match["fraction"],
        ordinal=bool(match["order"]) or (match["suffix"] or "") in {"st", "nd", "rd", "th"},
        plural=(match["suffix"] or "") in {"s", "'s"},
    )
    is_measured = any(each.of not in _OF_YEARS for _, measures in powers for each in measures)
    standing = role(text, amount.start, amount.end, is_year=amount.is_year, is_measured=is_measured)
    return replace(amount, role=standing)


def _values(match: re.Match[str], *, english: bool) -> tuple[Decimal, ...]:
    if match["figures"]:
        return readings(match["figures"], english=english)
    if match["fraction"]:
        whole, _, fraction = match["fraction"].rpartition(" ")
        over, under = re.split(r"[/⁄]", fraction)
        return (Decimal(whole or 0) + Decimal(over) / max(Decimal(under), Decimal(1)),)
    if match["order"] or match["spelled"]:
        return (spelled(match["order"] or match["spelled"]),)
    return (share(match),)


def _more(match: re.Match[str]) -> list[Decimal]:
    """Return the values of what a number is put together with."""
    return [
        Decimal(figures.replace(",", "")).scaleb(
            sum(MYRIADS[each] for each in scales if each != " ")
        )
        for figures, scales in re.findall(_PART, match["more"] or "")
    ]


def _as_percent(match: re.Match[str], values: tuple[Decimal, ...]) -> Iterator[Quantity]:
    """Yield the percentage that a share is."""
    if match["fraction"] or match["share"] or match["share_of"] or match["half"]:
        for value in values:
            yield Quantity(value=100 * value, bare=100 * value, measures=MEASURES["%"])


def _powers(match: re.Match[str]) -> list[tuple[int, tuple[Measure, ...]]]:
    """Return the powers of ten and units that stand around the number; `5m` may be two things."""
    scale = (match["scale"] or "").removesuffix(match["more"] or "").casefold().rstrip(".")
    measures = _measures(match)
    if match["exponent"] and match["power"].strip() != "^":
        return [(int(match["exponent"]), measures)]
    if scale in {"m", "mm"} and not measures:
        return [(6, ()), (0, MEASURES["m" if scale == "m" else "mm"])]
    if scale == "t" and not measures:
        return [(12, ()), (0, MEASURES["tonne"])]
    if scale in UNCERTAIN:
        return [(power, measures) for power in UNCERTAIN[scale]]
    return [(POWERS.get(scale, 0), measures)]


def _measures(match: re.Match[str]) -> tuple[Measure, ...]:
    unit = match["unit"] or ""
    before = ((match["before"] or "") + (match["after"] or "")).strip(" .").casefold()
    if before:
        return MEASURES.get(before, ())
    if not unit or (match["order"] and unit.casefold() != "century") or _is_no_unit(match):
        return ()
    return MEASURES[unit.casefold()]


def _is_no_unit(match: re.Match[str]) -> bool:
    unit = match["unit"]
    if unit.casefold() in {"bc", "bce", "ad", "ce", "w", "v", "j"}:
        return not unit.isupper()
    short = unit.isalpha() and len(unit) <= 2
    return (short and not match["figures"]) or (unit == "won" and not match["scale"])


def _coarse(figures: str, values: tuple[Decimal, ...], power: int) -> Decimal:
    """Return by how much what is written may have been rounded: nothing, if it may be exact."""
    if not figures or not values:
        return Decimal(0)
    exponent = values[-1].as_tuple().exponent
    return Decimal(5).scaleb(int(exponent) - 1 + power)


def _hedge(text: str, match: re.Match[str]) -> str:
    before = text[max(0, match.start() - _HEDGE) : match.start()]
    for found in _ABOUT.finditer(before):
        if found.lastgroup and not before[found.end() :].strip(" ("):
            return found.lastgroup
    return "about" if _OR_SO.match(text, match.end()) else ""


def _spread(text: str, found: list[Amount]) -> list[Amount]:
    """Give the scale and unit behind the last number of a range or list to those before it too."""
    result = found[-1:]
    for one, following in reversed(list(pairwise(found))):
        other = result[0] if result else following
        between = text[one.end : other.start]
        if (
            _BEFORE_RANGE.fullmatch(between)
            and not one.ordinal
            and any(q.measures or q.value != q.bare for q in other.quantities)
            and all(q.value == q.bare for q in one.quantities)
        ):
            one = _with_unit(one, other)  # noqa: PLW2901
        result.insert(0, one)
    return result


def _with_unit(one: Amount, other: Amount) -> Amount:
    more = tuple(
        Quantity(
            value=mine.value * (theirs.value / theirs.bare if theirs.bare else 1),
            bare=mine.bare,
            measures=mine.measures or theirs.measures,
        )
        for mine in one.quantities
        for theirs in other.quantities[:2]
    )
    return replace(one, quantities=tuple(dict.fromkeys((*one.quantities, *more))))
