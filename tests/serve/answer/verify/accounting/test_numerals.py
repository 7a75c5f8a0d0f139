from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve.answer.verify.accounting.account import unaccounted
from serve.answer.verify.accounting.numerals import readings, spelled

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
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


def in_words(number: int) -> str:
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")
    for size, word in ((10**6, "million"), (10**3, "thousand"), (100, "hundred")):
        if number >= size:
            many, rest = divmod(number, size)
            return f"{in_words(many)} {word}" + (f" {in_words(rest)}" if rest else "")
    raise AssertionError(number)


def grouped(mark: str) -> Callable[[int], str]:
    return lambda number: f"{number:,}".replace(",", mark)


def indian(number: int) -> str:
    head, tail = divmod(number, 1000)
    groups: list[str] = []
    while head >= 100:
        head, group = divmod(head, 100)
        groups.insert(0, f"{group:02}")
    return ",".join([str(head), *groups, f"{tail:03}"])


FORMS: dict[str, Callable[[int], str]] = {
    "digits": str,
    "commas": grouped(","),
    "spaces": grouped(" "),
    "no-break spaces": grouped("\u00a0"),
    "narrow spaces": grouped("\u202f"),
    "apostrophes": grouped("'"),
    "curly apostrophes": grouped("’"),
    "India": indian,
    "words": in_words,
    "full width": lambda n: str(n).translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)}),
    "Arabic": lambda n: str(n).translate({ord(str(d)): chr(0x660 + d) for d in range(10)}),
    "thousands": lambda n: f"{Decimal(n) / 1000} thousand",
    "millions": lambda n: f"{Decimal(n) / 10**6:f}m",
}

form = st.sampled_from(sorted(FORMS))
exact = st.sampled_from(sorted(FORMS.keys() - {"thousands", "millions"}))
"""Forms whose last digit says no more than that it is the last."""


@given(st.integers(1000, 999_999_999), form, form)
def test_number_in_any_form_is_accounted_for_by_any_other(
    number: int, one: str, other: str
) -> None:
    claim, quote = f"There are {FORMS[one](number)} of them.", f"{FORMS[other](number)} were there"
    assert unaccounted(claim, [quote]) == []


@given(st.integers(1000, 99_999_999), st.integers(1, 9), exact, form)
def test_number_that_differs_in_one_digit_is_not(
    number: int, by: int, one: str, other: str
) -> None:
    quote = f"{FORMS[other](number)} were there"
    assert unaccounted(f"There are {FORMS[one](number + by)} of them.", [quote]) != []


@given(st.integers(1, 999_999_999))
def test_number_in_words_has_its_value(number: int) -> None:
    assert spelled(in_words(number)) == number


@pytest.mark.parametrize(
    ("figures", "english", "values"),
    [
        ("1,234", True, ["1234"]),
        ("1.234", True, ["1.234"]),
        ("1,234", False, ["1234", "1.234"]),
        ("1.234", False, ["1234", "1.234"]),
        ("0.123", False, ["0.123"]),
        ("3,14", True, ["3.14"]),
        ("1.234,5", True, ["1234.5"]),
        ("12,34,567.89", True, ["1234567.89"]),
        ("1,2,3", True, []),
        ("9" * 30, True, []),
    ],
)
def test_figures_are_read_as_the_world_writes_them(
    figures: str, *, english: bool, values: list[str]
) -> None:
    assert readings(figures, english=english) == tuple(map(Decimal, values))
