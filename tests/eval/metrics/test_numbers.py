from decimal import Decimal

import pytest

from eval.metrics.numbers import NO_NUMBER, Tolerance, numeric_match

PER_CENT = Tolerance(relative=Decimal("0.01"))


@pytest.mark.parametrize(
    ("given", "gold"),
    [
        pytest.param("Revenue was $1,577 million in 2018.", "$1577 million", id="separators"),
        pytest.param("It took in 1.577 billion dollars.", "$1,577 million", id="scale words"),
        pytest.param("about 5 km", "5000 metres", id="unit of the same measure"),
        pytest.param("It is 26.2 miles, or 42.2 km.", "42.2 km", id="one of two units"),
        pytest.param("a rise of 12 percent", "12%", id="sign for percent"),
        pytest.param("0.5 percent", "50 basis points", id="basis points"),
        pytest.param("€3.5bn", "3.5 billion euros", id="currency"),
        pytest.param("revenue of 40 million", "$40 million", id="money without its currency"),
        pytest.param("five people", "5", id="in words"),
        pytest.param("42 km", "42", id="gold without a unit"),
        pytest.param("a loss of $3 million", "-$3 million", id="a fall in words"),
        pytest.param("($3) million net", "-3", id="brackets"),
        pytest.param("net (3.2)", "-3.2", id="brackets without a unit"),
        pytest.param("-3 %", "-3 %", id="both negative"),
        pytest.param("5 in 2018 and 7 in 2019", "5; 7", id="all of several"),
        pytest.param("in 2019", "2019", id="a year"),
        pytest.param("half of them", "50%", id="a share in words"),
    ],
)
def test_the_same_number_matches(given: str, gold: str) -> None:
    assert numeric_match(given, gold) == 1.0


@pytest.mark.parametrize(
    ("given", "gold"),
    [
        pytest.param("Revenue was $1,578 million.", "$1577 million", id="another number"),
        pytest.param("$1,577 billion", "$1,577 million", id="another scale"),
        pytest.param("5 miles", "5 km", id="another unit of the measure"),
        pytest.param("€40 million", "$40 million", id="another currency"),
        pytest.param("12", "12%", id="without its percent"),
        pytest.param("12 kg", "12 km", id="another measure"),
        pytest.param("a profit of $3 million", "-$3 million", id="another sign"),
        pytest.param("-3 %", "3 %", id="negative"),
        pytest.param("5 in 2018", "5; 7", id="one of several"),
        pytest.param("nothing is said", "7", id="no number"),
        pytest.param("", "7", id="no answer"),
    ],
)
def test_another_number_does_not_match(given: str, gold: str) -> None:
    assert numeric_match(given, gold) == 0.0


def test_a_tolerance_is_a_share_of_gold_or_in_its_unit() -> None:
    assert numeric_match("12.3 %", "12.4 %", tolerance=PER_CENT) == 1.0
    assert numeric_match("12.2 %", "12.4 %", tolerance=PER_CENT) == 0.0
    metres = Tolerance(absolute=Decimal(10))
    assert numeric_match("5.01 km", "5000 m", tolerance=metres) == 1.0
    assert numeric_match("5.011 km", "5000 m", tolerance=metres) == 0.0
    kilometres = Tolerance(absolute=Decimal("0.02"))
    assert numeric_match("5011 m", "5 km", tolerance=kilometres) == 1.0


def test_years_are_exact_whatever_the_tolerance() -> None:
    assert numeric_match("in 2020", "2019", tolerance=PER_CENT) == 0.0


def test_other_languages_write_numbers_their_own_way() -> None:
    assert (
        numeric_match("Es sind 1.234,5 Millionen Euro.", "1.234,5 Mio. Euro", language="de") == 1.0
    )


def test_gold_without_a_number_leaves_nothing_to_match() -> None:
    assert numeric_match("5", "The board of directors") == NO_NUMBER
    assert numeric_match("5", "31 December 2019") == NO_NUMBER
