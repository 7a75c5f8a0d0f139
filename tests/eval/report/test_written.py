import pytest

from eval.metrics.catalog import Unit
from eval.report.numbers import Figure
from eval.report.written import (
    apart,
    counted,
    cut,
    interval,
    moment,
    one_line,
    probability,
    signed,
    written,
)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.9137, "share", "91.4 %"),
        (None, "share", "–"),
        (12_345.6, "tokens", "12,346"),
        (1.306, "calls", "1.31"),
        (0.0, "usd", "$0.00"),
        (0.00421, "usd", "$0.0042"),
        (0.0000042, "usd", "$4.2e-06"),
        (12.3, "usd", "$12.30"),
        (412.4, "ms", "412 ms"),
        (5_570.0, "ms", "5.57 s"),
    ],
)
def test_a_value_is_written_in_its_unit(value: float | None, unit: Unit, text: str) -> None:
    assert written(value, unit) == text


@pytest.mark.parametrize(
    ("difference", "text"),
    [(0.031, "+3.1"), (-0.031, "−3.1"), (0.0001, "±0.0"), (None, "–")],
)
def test_a_difference_has_its_sign(difference: float | None, text: str) -> None:
    assert signed(difference, "share") == text


def test_an_interval_has_both_ends_or_none() -> None:
    assert interval(Figure(value=0.5, low=0.404, high=0.6, n=9), "share") == "40.4–60.0"
    assert interval(Figure(value=0.5, n=1), "share") == "–"
    assert apart(-0.05, 0.01, "share") == "−5.0 to +1.0"
    assert apart(None, None, "share") == "–"


@pytest.mark.parametrize(
    ("p", "text"), [(0.0001, "<.001"), (0.0342, ".034"), (1.0, "1.000"), (None, "–")]
)
def test_a_probability_is_written_as_papers_do(p: float | None, text: str) -> None:
    assert probability(p) == text


def test_a_time_is_told_to_the_minute() -> None:
    assert moment("2026-03-01T10:00:59.123Z") == "2026-03-01 10:00 UTC"
    assert moment("2026-03-01T10:00:59+00:00") == "2026-03-01 10:00 UTC"
    assert moment("yesterday") == "yesterday"


def test_text_is_on_one_line_without_what_steers() -> None:
    assert one_line(" a\tb\r\nc\x1b[0m \u202ed") == "a b c�[0m �d"
    assert cut("abcdef", 4) == "abc…"
    assert counted(1, "case") == "1 case"
    assert counted(1_200, "case") == "1,200 cases"
