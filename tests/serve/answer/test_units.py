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
