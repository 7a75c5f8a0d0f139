import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve.answer.marker import Marker, marker_for

MARKER = Marker(label="E")
PLAIN = Marker(label="E", plain=True)
RAISED = Marker(label="E", raised=True)
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
    "[E１]": [1],
    "[Ｅ１]": [1],
    "［Ｅ１］": [1],
    "[Е1]": [1],  # Cyrillic
    "[Ε1]": [1],  # Greek
    "[E¹]": [1],
    "[E₁]": [1],
    "E²": [2],
    "[E-1]": [1],
    "[E1, E-4]": [1, 4],
    "[E1.]": [1],
    "[E1)]": [1],
    "【E1†source】": [1],
    "[E1†L1-L5][E2†L2]": [1, 2],
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
        "［１］": [1],
        "【1†source】": [1],
        "[¹]": [1],
        "[^1]": [1],
        "^[1]": [1],
        "[#1]": [1],
        "[1.]": [1],
        r"\[1\]": [1],
        "[1](#1)": [1],
        "[12, p. 3]": [12],
        "[1], [3]": [1, 3],
        "[1]-[3]": [1, 2, 3],
        "[1] and [3]": [1, 3],
        "[1, 2 and 3]": [1, 2, 3],
        "[1–3, 5]": [1, 2, 3, 5],
        "[Source 1]": [1],
        "[source 2, source 3]": [2, 3],
        "[Ref. 2]": [2],
        "[doc 2]": [2],
        "[Doc 1, doc 3]": [1, 3],
    }.items(),
)
def test_marker_without_its_letter_is_read(form: str, numbers: list[int]) -> None:
    found = PLAIN.plain_pattern().search(f"It is old {form}.")
    assert found
    assert found[0] == form
    assert MARKER.numbers(found[0]) == numbers


@pytest.mark.parametrize("text", ["(1)", "[2023]", "[a1]", "1", "[1"])
def test_what_is_no_number_in_square_brackets_is_no_marker_without_its_letter(text: str) -> None:
    assert PLAIN.plain_pattern().search(f"It is old {text} so.") is None


@pytest.mark.parametrize(
    ("form", "numbers"),
    {
        "¹": [1],
        "³": [3],
        "¹⁰": [10],
        "¹,²": [1, 2],
        "¹, ²": [1, 2],
        "¹ ³": [1, 3],
        "¹⁻³": [1, 2, 3],
        "⁽²⁾": [2],
        "<sup>1</sup>": [1],
        "<sup>1, 3</sup>": [1, 3],
        "<sup>1</sup><sup>3</sup>": [1, 3],
        "^1": [1],
        "^1^": [1],
        "^1,3": [1, 3],
        "^{1}": [1],
        "^(1)": [1],
        "$^{1}$": [1],
        "$^1$": [1],
    }.items(),
)
@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("It is old", "."),
        ("It is old.", " So"),
        ("It is “old”", ","),
        ("It fell by 5 %", "."),
        ("塔很旧", "。"),
        ("塔很旧。", ""),
        ("हैं।", " "),
        ("It is old ", "."),
    ],
)
def test_raised_marker_is_read(before: str, behind: str, form: str, numbers: list[int]) -> None:
    found = RAISED.plain_pattern().search(before + form + behind)
    assert found
    assert found[0] == form
    assert RAISED.numbers(found[0]) == numbers


@pytest.mark.parametrize(
    "text",
    [
        *("5 m²", "10⁶", "x³", "km²", "2^10", "x^2", "m<sup>2</sup>", "10<sup>6</sup>", "E=mc²"),
        *("9.81 m/s²", "kWh³", "sin² x", "R²", "chi²", "Sigma²", "(a+b)²", "1,577²", "3 inches²"),
        *("10 ⁶", "s⁻¹", "CO₂", "f^(2)", "$x^2$", "n^{2}", "¹ As restated.", "\n² See page 4."),
        *("<sup>3</sup> Unaudited.", "^1 Unaudited.", "square feet²", "square metres ²"),
    ],
)
def test_exponent_and_footnote_are_no_markers(text: str) -> None:
    for marker in (RAISED, Marker(label="E", plain=True, raised=True)):
        assert marker.plain_pattern().search(text) is None


@pytest.mark.parametrize(
    ("found", "known", "numbers"),
    [
        ("¹²", range(1, 6), (1, 2)),
        ("¹²", range(1, 20), (12,)),
        ("¹²", range(1, 2), (1,)),
        ("⁷", range(1, 6), ()),
        ("<sup>12</sup>", range(1, 6), ()),
        ("[E12]", range(1, 6), ()),
        ("[E2, E9, E1]", range(1, 6), (2, 1)),
    ],
)
def test_raised_figures_are_several_numbers_only_where_they_are_not_one(
    found: str, known: range, numbers: tuple[int, ...]
) -> None:
    assert RAISED.known(found, known) == numbers


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


@pytest.mark.parametrize(
    "text", ["grew strongly¹", "Net revenue.²", "see note<sup>3</sup>", "basis^1", "“core”³"]
)
def test_number_may_not_be_raised_where_a_text_has_raised_numbers(text: str) -> None:
    assert not marker_for(["some text", text]).raised


def test_number_may_be_raised_where_texts_have_exponents_only() -> None:
    assert marker_for(["5 m² at 10⁶ x³, or x^2", "¹ Restated."]).raised


@pytest.mark.parametrize("text", ["[Source 1]", "[see 2]", "[#3]"])
def test_letter_may_not_be_missing_where_a_text_names_sources_by_number(text: str) -> None:
    assert not marker_for([text]).plain


def test_letter_may_be_missing_where_no_text_has_numbers_in_brackets() -> None:
    assert marker_for(["some text", "[a] (1) E1"]).plain


@given(
    st.lists(
        st.text(alphabet="ESXQZesxqzЕΕᴱ[]()【】［］/^\\ \n\t_#.:,;-–†aabc012\u200b①²¹⁽⁾１Ｅ"),
        max_size=4,
    )
)
def test_no_document_can_forge_a_marker(texts: list[str]) -> None:
    marker = marker_for(texts)
    for text in texts:
        assert marker.pattern().search(text) is None
        assert marker.plain_pattern().search(text) is None


@given(st.text(alphabet="ab \n"))
def test_marker_is_the_same_for_the_same_texts(text: str) -> None:
    assert marker_for([text, "E1"]) == marker_for([text, "E1"])
    assert re.fullmatch("[A-Z]+", marker_for([text]).label)
