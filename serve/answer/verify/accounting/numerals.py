"""The values of numbers, in figures as the world writes them, and in English words."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_FIRST = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
_TENTH = [
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
_TWENTIETH = [
    "twentieth",
    "thirtieth",
    "fortieth",
    "fiftieth",
    "sixtieth",
    "seventieth",
    "eightieth",
    "ninetieth",
]
_BIG = {
    "hundred": 10**2,
    "thousand": 10**3,
    "lakh": 10**5,
    "million": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "trillion": 10**12,
}
_VALUES = {
    "a": 1,
    "an": 1,
    "zero": 0,
    "fourty": 40,
    **{word: n for n, word in enumerate(_UNITS + _TEENS, start=1)},
    **{word: n for n, word in enumerate(_FIRST + _TENTH, start=1)},
    **{word: 10 * n for n, word in enumerate(_TENS, start=2)},
    **{word: 10 * n for n, word in enumerate(_TWENTIETH, start=2)},
    "dozen": 12,
}
_SHARES = {
    "half": Decimal("0.5"),
    "third": Decimal(1) / 3,
    "quarter": Decimal("0.25"),
    "fifth": Decimal("0.2"),
    "sixth": Decimal(1) / 6,
    "eighth": Decimal("0.125"),
    "tenth": Decimal("0.1"),
}


def _any(words: list[str]) -> str:
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


_SUB = rf"(?:{_any([*_TENS, 'fourty'])}(?:[\s-]{_any(_UNITS)})?|{_any(_TEENS + _UNITS)}|zero)"
_HUNDREDS = rf"(?:(?:an?|{_SUB})[\s-]hundred(?:[\s-](?:and[\s-])?{_SUB})?|{_SUB})"
_SCALED = rf"(?:an?|{_HUNDREDS})[\s-](?:thousand|lakh|million|crore|billion|trillion)"
_JOINED = r"(?:\s|,\s|[\s-]and[\s-])"
SPELLED = (
    rf"(?:{_SCALED}(?:{_JOINED}{_SCALED}){{0,4}}(?:{_JOINED}{_HUNDREDS})?|{_HUNDREDS}"
    rf"|(?:(?:an?|{_SUB})[\s-])?dozen)"
)
"""A number in words: `two hundred and five thousand`, `a dozen`."""
SPELLED_ORDINAL = rf"(?:(?:{_any(_TENS)}[\s-])?{_any(_FIRST + _TENTH)}|{_any(_TWENTIETH)})"
SPELLED_SHARE = (
    rf"(?:(?P<parts>an?|{_any(_UNITS)})[\s-](?P<share>{_any(list(_SHARES))})s?(?=\s(?:of|the)\b)"
    r"|(?P<parts_of>one|two|three|four|five|seven)(?:-|\s(?=(?:third|fifth|sixth|eighth|tenth)s\b))"
    rf"(?P<share_of>{_any(list(_SHARES))})s?"
    r"|(?P<half>half)(?=\s(?:of|the|a|an|its|their|as)\b))"
)
"""A share in words: `two thirds`, `a quarter of`, `half the`; `three quarters` may be months."""
FIGURES = r"(?:\d{1,3}(?: \d{3})+(?:[.,]\d+)?(?![\d,.]*\d)|\d+(?:[.,']\d+)*|(?<![\d\w])\.\d+)"
"""A number in figures, thousands divided in any way."""
_LONGEST = 24
"""In characters; what is longer is no number, and no decimal holds it."""
_GROUPS = re.compile(r"\d{1,3}(?:\D\d{2,3})*\D\d{3}")
_DIGITS = re.compile(r"\d+")


def spelled(words: str) -> Decimal:
    """Return the value of what `SPELLED` or `SPELLED_ORDINAL` found."""
    total = current = 0
    for word in re.findall(r"[a-z]+", words.casefold()):
        if word == "and":
            continue
        if word in {"hundred", "dozen"}:
            current = max(current, 1) * (100 if word == "hundred" else 12)
        elif word in _BIG:
            total += max(current, 1) * _BIG[word]
            current = 0
        else:
            current += _VALUES[word]
    return Decimal(total + current)


def share(match: re.Match[str]) -> Decimal:
    """Return the value of what `SPELLED_SHARE` found."""
    if match["half"]:
        return _SHARES["half"]
    parts, of = (match["parts"] or match["parts_of"]), (match["share"] or match["share_of"])
    return _VALUES[parts.casefold()] * _SHARES[of.casefold()]


def readings(figures: str, *, english: bool) -> tuple[Decimal, ...]:
    """Return the values that `figures` may have; none where it is not one number.

    `1.234` and `1,234` may each be a thousand or a fraction, but in English.
    """
    marks = re.findall(r"\D", figures)
    if len(figures) > _LONGEST:
        return ()
    if len({*marks}) > 1:
        return _of_two(figures, marks)
    grouped = _GROUPS.fullmatch(figures) is not None
    whole = Decimal(re.sub(r"\D", "", figures))
    if not marks or marks[0] in " '" or len(marks) > 1:
        return (whole,) if not marks or (grouped and _are_groups(figures)) else ()
    fraction = Decimal(figures.replace(",", "."))
    if not grouped or figures.startswith("0"):
        return (fraction,)
    if english:
        return (whole,) if marks[0] == "," else (fraction,)
    return (whole, fraction)


def _of_two(figures: str, marks: list[str]) -> tuple[Decimal, ...]:
    """Return the value of figures with thousands and a fraction."""
    whole, _, fraction = figures.rpartition(marks[-1])
    if marks.count(marks[-1]) > 1 or not _are_groups(whole) or not _GROUPS.fullmatch(whole):
        return ()
    return (Decimal(re.sub(r"\D", "", whole) + "." + fraction),)


def _are_groups(figures: str) -> bool:
    """Tell whether the digits are divided by thousands, or as in India, and in one way."""
    marks = re.findall(r"\D", figures)
    sizes = [len(group) for group in _DIGITS.findall(figures)]
    middle = sizes[1:-1]
    same = all(one == other for one, other in pairwise(marks))
    return same and sizes[-1] == 3 and (all(n == 3 for n in middle) or all(n == 2 for n in middle))
