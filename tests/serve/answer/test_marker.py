import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve.answer.marker import Marker, marker_for

MARKER = Marker(label="E")
FORMS = {
    "[E1]": [1],
    "[e1]": [1],
    "[E 1]": [1],
    "[ E1 ]": [1],
    "[E#1]": [1],
    "【E1】": [1],
    "［E1］": [1],
    "(E1)": [1],
    "（E1）": [1],
    "[^E1]": [1],
    "[/E1]": [1],
    r"\[E1\]": [1],
    "E1": [1],
    "[E1": [1],
    "E1]": [1],
    "[E1†L5-L10]": [1],
    "[E1: Annual report 2023]": [1],
    "[E1, page 3]": [1],
    "[E1, pp. 3-4]": [1],
    "[E1 (page 3)]": [1],
    "[E1](#e1)": [1],
    "[E1](https://example.org/2023)": [1],
    "[source E1]": [1],
    "(see E1)": [1],
    "[Excerpts E1 and E3]": [1, 3],
    "[E1][E3]": [1, 3],
    "[E1] [E3]": [1, 3],
    "[E1], [E3]": [1, 3],
    "[E1] and [E3]": [1, 3],
    "[E1], [E2], and [E4]": [1, 2, 4],
    "[E1] (E3)": [1, 3],
    "[E1, E3]": [1, 3],
    "[E1, 3]": [1, 3],
    "[E1; E3]": [1, 3],
    "[E1 & E3]": [1, 3],
    "[E1/E3]": [1, 3],
    "[E1E3]": [1, 3],
    "[E1 E3]": [1, 3],
    "[E1、E3]": [1, 3],
    "[E1، E3]": [1, 3],
    "[E1 und E3]": [1, 3],
    "[E1, E2, and E4]": [1, 2, 4],
    "[E1-E3]": [1, 2, 3],
    "[E1–3]": [1, 2, 3],
    "[E1 — E3]": [1, 2, 3],
    "[E1]–[E3]": [1, 2, 3],
    "[E1-E2, E5]": [1, 2, 5],
    "[E3, E1, E3]": [3, 1],
    "[E١]": [1],
    "[E1-E999]": [],
    "[E3-E1]": [],
    "[E1000]": [1000],
    "[E" + "1" * 5000 + "]": [],
}


@pytest.mark.parametrize(("form", "numbers"), FORMS.items(), ids=[form[:30] for form in FORMS])
def test_marker_is_read_in_every_form(form: str, numbers: list[int]) -> None:
    found = MARKER.pattern().search(f"It is old {form}, they say.")
    assert found
    assert found[0] == form
    assert MARKER.numbers(found[0]) == numbers


@pytest.mark.parametrize(
    "text",
    ["[1]", "[F1]", "1E5", "SE1", "[E]", "E 1", "e1", "[THE 1]", "[E-mail]", "(E)", "E1a", "CAFÉ1"],
)
def test_what_only_looks_alike_is_no_marker(text: str) -> None:
    assert MARKER.pattern().search(f"It is {text} old.") is None


@pytest.mark.parametrize(
    ("form", "numbers"),
    {
        "[1]": [1],
        "【1】": [1],
        "[1][3]": [1, 3],
        "[1, 3]": [1, 3],
        "[1-3]": [1, 2, 3],
        "[^1]": [1],
        "[1](#1)": [1],
        "[12, p. 3]": [12],
    }.items(),
)
def test_marker_without_its_letter_is_read(form: str, numbers: list[int]) -> None:
    found = MARKER.plain_pattern().search(f"It is old {form}.")
    assert found
    assert found[0] == form
    assert MARKER.numbers(found[0]) == numbers


@pytest.mark.parametrize("text", ["(1)", "[2023]", "[a1]", "1", "[1"])
def test_what_is_no_number_in_square_brackets_is_no_marker_without_its_letter(text: str) -> None:
    assert MARKER.plain_pattern().search(f"It is old {text} so.") is None


@given(st.integers(1, 200))
def test_marker_that_is_written_is_read(number: int) -> None:
    for written in (MARKER.of(number), MARKER.closing(number)):
        found = MARKER.pattern().fullmatch(written)
        assert found
        assert MARKER.numbers(found[0]) == [number]


@pytest.mark.parametrize(
    "begun",
    ["[", "[E", "[E1", "[E1,", "[E1, E", "[E1-", "【E1", "(E1", "[^E", "[see E", "E1", "\\[E1\\"],
)
def test_beginning_of_a_marker_is_found_at_the_end(begun: str) -> None:
    assert MARKER.half_written().sub("", f"It is old {begun}") == "It is old "


@pytest.mark.parametrize("whole", ["It is old.", "It is old (", "It is old (Eiffel", "[E1] is old"])
def test_what_begins_no_marker_is_left_at_the_end(whole: str) -> None:
    assert MARKER.half_written().sub("", whole) == whole


@pytest.mark.parametrize(
    "text",
    [
        "see [E1]",
        "[e 1]",
        "【E1】",
        "［E1］",
        "[/E1]",
        "the E1 from London",
        "E-10 petrol",
        "[\u200bE\u200b1]",
        "[Ｅ１]",
        "[Е1]",  # Cyrillic
        "[Ε1]",  # Greek
        "[E\n1]",
        "[E①]",
        "[E²]",
    ],
    ids=ascii,
)
def test_label_that_a_text_has_is_not_used(text: str) -> None:
    assert marker_for([text]).label == "S"


def test_label_is_the_first_that_no_text_has() -> None:
    assert marker_for([]).label == "E"
    assert marker_for(["[E]", "1E5", "cafe1", "[THE1]"]).label == "E"
    assert marker_for(["[E1] S1 x 2", "(Q/3)", "z#1"]).label == "EE"
    assert marker_for(["EE1", "E1", "S1", "X1", "Q1", "Z1"]).label == "SS"


@pytest.mark.parametrize("text", ["as shown [12]", "[ 1 ]", "[^1]", "【1】", "［1］"])
def test_letter_may_not_be_missing_where_a_text_has_numbers_in_brackets(text: str) -> None:
    assert not marker_for(["some text", text]).plain


def test_letter_may_be_missing_where_no_text_has_numbers_in_brackets() -> None:
    assert marker_for(["some text", "[a] (1) E1"]).plain


@given(
    st.lists(
        st.text(alphabet="ESXQZesxqzЕΕ[]()【】［］/^\\ \n\t_#.:,;-–†a012\u200b①²１Ｅ"), max_size=4
    )
)
def test_no_document_can_forge_a_marker(texts: list[str]) -> None:
    marker = marker_for(texts)
    for text in texts:
        assert marker.pattern().search(text) is None
        assert not marker.plain or marker.plain_pattern().search(text) is None


@given(st.text(alphabet="ab \n"))
def test_marker_is_the_same_for_the_same_texts(text: str) -> None:
    assert marker_for([text, "E1"]) == marker_for([text, "E1"])
    assert re.fullmatch("[A-Z]+", marker_for([text]).label)
