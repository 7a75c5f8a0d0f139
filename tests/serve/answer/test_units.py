from hypothesis import given
from hypothesis import strategies as st

from core.types import Span
from serve.answer.units import units
from tests.doubles.passages import passage

LINES = st.sampled_from(
    [
        "# A heading",
        "It is a sentence. It is another one!",
        "What does it cost?",
        "It needs these things:",
        "- a first thing of some length",
        "- a second thing of some length",
        "| name | price in euro |",
        "|---|---|",
        "| apples in a bag | 3 |",
        "",
        "42",
        "これは文です。これも文です。",
    ]
)


@given(st.lists(LINES).map("\n".join), st.integers(0, 99))
def test_every_unit_is_a_slice_of_its_document(text: str, start: int) -> None:
    document = "." * start + text
    for place, unit in enumerate(units(passage(text, start=start), at=3)):
        assert (unit.passage, unit.place) == (3, place)
        assert unit.span.slice(document) == unit.text
        assert unit.text == unit.text.strip() != ""
        if unit.lead:
            assert unit.lead.end <= unit.span.start


def test_question_is_joined_to_the_answer_behind_it() -> None:
    text = "What does it cost? It costs three euro a month."
    assert [unit.text for unit in units(passage(text), at=0)] == [text]


def test_list_items_are_led_by_the_line_above_the_list() -> None:
    text = "To install it you need:\n- a Python of version 3.11\n- a machine with make"
    first, second = units(passage(text), at=0)
    assert first.lead == second.lead == Span(0, text.index("\n"))
    assert second.text == "- a machine with make"


def test_table_rows_are_led_by_the_head_of_the_table() -> None:
    text = "| fruit | price in euro |\n|---|---|\n| apples | 3.20 |\n| pears in a bag | 4.10 |"
    found = units(passage(text), at=0)
    assert [unit.text for unit in found] == ["| apples | 3.20 |", "| pears in a bag | 4.10 |"]
    assert {unit.lead for unit in found} == {Span(0, text.index("\n"))}


def test_headings_and_page_numbers_are_not_quoted() -> None:
    text = "# How to install\n\nRun make in the directory of the project.\n\n- 12 -\n\nNext Steps\n"
    (unit,) = units(passage(text), at=0)
    assert (unit.text, unit.heading) == (
        "Run make in the directory of the project.",
        "How to install",
    )


def test_sentence_after_the_list_is_not_led_by_its_line() -> None:
    text = "You need these:\n- a Python of version 3.11\n\nIt is then ready for use."
    assert units(passage(text), at=0)[-1].lead is None


def test_first_row_of_the_rest_of_a_table_is_not_taken_for_its_head() -> None:
    text = "| apples in a bag | 3.20 |\n| pears in a bag | 4.10 |"
    assert [unit.lead for unit in units(passage(text), at=0)] == [None, None]


def test_short_lines_without_a_full_stop_are_quoted_one_by_one() -> None:
    text = "Supplier Quandel may go bankrupt\nThe permit is still missing"
    assert texts(text) == text.split("\n")


def test_lines_with_a_label_are_quoted() -> None:
    text = "Budget: $2.4 million\nSponsor: Dana Whitfield"
    assert texts(text) == text.split("\n")


def test_captions_and_titles_are_not_quoted() -> None:
    text = "Table 3: Net sales by segment\n\nCondensed Statements of Operations (In Millions)\n\n"
    assert texts(text) == []


def test_short_line_above_prose_is_a_heading() -> None:
    text = "Where the ship was built\n\nThe ship was built at the yard of the town in 1911."
    assert texts(text) == ["The ship was built at the yard of the town in 1911."]


def test_lead_in_is_never_quoted_alone() -> None:
    assert texts("Net sales by segment were as follows (in millions):") == []


def test_lead_in_and_the_dates_above_the_columns_lead_the_rows_of_a_plain_table() -> None:
    head = "Sales were as follows (in millions):\nThree Months Ended\nJune 30, 2023 June 25, 2022"
    found = units(passage(f"{head}\nTotal revenue $ 52,857 $ 49,360\nCost 9,000 8,000"), at=0)
    assert {unit.lead for unit in found} == {Span(0, len(head))}
    assert [unit.text for unit in found] == ["Total revenue $ 52,857 $ 49,360", "Cost 9,000 8,000"]


def test_lead_in_is_not_joined_to_the_next_page() -> None:
    text = "The terms are as follows:\fThe rent is paid on the first of the month."
    assert texts(text) == ["The rent is paid on the first of the month."]


def test_rows_of_comma_separated_values_are_led_by_the_names_of_the_columns() -> None:
    text = "quarter,revenue\nQ1 2023,52857\nQ2 2023,61000\n"
    found = units(passage(text, source="sales.csv"), at=0)
    assert [unit.text for unit in found] == ["Q1 2023,52857", "Q2 2023,61000"]
    assert {unit.lead for unit in found} == {Span(0, len("quarter,revenue"))}


def test_first_row_of_the_rest_of_a_file_is_not_taken_for_its_head() -> None:
    (unit,) = units(passage("Q2 2023,61000\n", source="sales.csv", start=99), at=0)
    assert (unit.text, unit.lead) == ("Q2 2023,61000", None)


def texts(text: str) -> list[str]:
    return [unit.text for unit in units(passage(text), at=0)]
