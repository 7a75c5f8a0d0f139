import pytest

from serve.answer.verify.accounting.account import unaccounted

PLANS = "| plan | fee in 2023 |\n|---|---|\n| basic | 10 |\n| pro plus | 25 |\n| pro | 30 |"


@pytest.mark.parametrize("claim", ["The basic plan costs 25.", "pro | 10", "Pro costs 25."])
def test_number_of_another_row_is_not_that_of_the_row_that_is_named(claim: str) -> None:
    assert [each.kind.value for each in unaccounted(claim, [PLANS])] == ["number"]


@pytest.mark.parametrize(
    "claim",
    [
        "The basic plan costs 10.",
        "The pro plus plan costs 25.",
        "The basic plan costs 10, the largest 30.",
        "In 2023, a plan was 25.",
        "The basic plan had another price than in 2023.",
    ],
)
def test_numbers_of_the_row_that_is_named_and_of_heads_are_accounted_for(claim: str) -> None:
    assert unaccounted(claim, [PLANS]) == []


def test_number_that_the_text_beside_the_table_has_is_accounted_for() -> None:
    text = f"Since May basic costs 25.\n{PLANS}"
    assert unaccounted("The basic plan costs 25.", [text]) == []


def test_rows_that_are_quoted_without_their_head_are_rows() -> None:
    quotes = ["| basic | 10 |", "| pro | 30 |"]
    assert [each.written for each in unaccounted("The pro plan costs 10.", quotes)] == ["10"]


def test_years_above_a_table_are_of_no_row() -> None:
    text = "Sales (in $ millions) | 2023 | 2022\nAcme | 45 | 40"
    assert unaccounted("Acme had sales in 2023.", [text]) == []
