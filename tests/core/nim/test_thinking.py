from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.nim.thinking import ThinkingSeparator


def _separate(
    *pieces: str, expected: bool = False, elsewhere: bool = False, cut: bool = False
) -> tuple[str, str]:
    """Return the reasoning and the answer, as someone who shows deltas would see them."""
    separator = ThinkingSeparator(expected=expected)
    if elsewhere:
        separator.reasoned_elsewhere()
    reasoning = answer = ""
    deltas = [separator.feed(piece) for piece in pieces]
    for delta in [*deltas, separator.close(cut=cut)]:
        if delta.retracts:
            reasoning, answer = reasoning + answer, ""
        reasoning += delta.reasoning
        answer += delta.text
    return reasoning, answer


@pytest.mark.parametrize(
    ("text", "reasoning", "answer"),
    [
        ("plain", "", "plain"),
        ("", "", ""),
        ("  \n plain\n", "", "plain\n"),
        ("<think>why</think>yes", "why", "yes"),
        ("\n<think>\nwhy\n</think>\n\nyes", "\nwhy\n", "yes"),
        ("<think></think>yes", "", "yes"),
        ("<think>a</think><think>b</think>yes", "ab", "yes"),
        ("<think>never closed", "never closed", ""),
        ("why\n</think>\n\nyes", "why\n", "yes"),
        ("why</think>", "why", ""),
        ("</think>yes", "", "yes"),
        ("a <b> c < d", "", "a <b> c < d"),
        ("ends in <thin", "", "ends in <thin"),
        ("<thin", "", "<thin"),
    ],
)
def test_reasoning_is_taken_out(text: str, reasoning: str, answer: str) -> None:
    assert _separate(text) == (reasoning, answer)


@pytest.mark.parametrize(
    "text",
    [
        "It writes `</think>` when done.",
        "It writes “</think>”.",
        "It puts <think>reasons</think> first.",
        "The tags `<think>` and `</think>` stand around it.",
        "```\n<think>\nwhy\n</think>\n```",
    ],
)
def test_an_answer_may_speak_of_the_tags(text: str) -> None:
    assert _separate(text) == ("", text)
    assert _separate("<think>why</think>" + text) == ("why", text)


def test_a_tag_that_is_quoted_does_not_end_the_reasoning() -> None:
    text = "<think>I must write `</think>` here.</think>Done."
    assert _separate(text) == ("I must write `</think>` here.", "Done.")


def test_a_quote_that_begins_the_answer_does_not_hide_the_tag_before_it() -> None:
    assert _separate('<think>why</think>"Yes", it says.') == ("why", '"Yes", it says.')


def test_a_tag_behind_the_reasoning_is_text() -> None:
    assert _separate("<think>a</think>b</think>c") == ("a", "b</think>c")


def test_no_tag_is_half_open_where_the_server_takes_reasoning_out() -> None:
    assert _separate("a</think>b", elsewhere=True) == ("", "a</think>b")
    assert _separate("<think>a</think>b", elsewhere=True) == ("a", "b")


def test_nothing_is_shown_before_it_is_known_whether_it_is_reasoning() -> None:
    separator = ThinkingSeparator(expected=True)
    assert separator.feed("first, ").text == ""
    assert separator.feed("then").text == ""
    assert separator.feed("</think>\n").reasoning == "first, then"
    assert separator.feed("yes").text == "yes"


def test_untagged_text_of_a_model_told_to_reason_is_an_answer_if_it_is_whole() -> None:
    assert _separate("forty-two", expected=True) == ("", "forty-two")
    assert _separate("first I will", expected=True, cut=True) == ("first I will", "")


def test_text_is_shown_as_it_comes() -> None:
    separator = ThinkingSeparator(expected=False)
    assert separator.feed("one ").text == "one "
    assert separator.feed("two <").text == "two "
    assert separator.feed("three").text == "<three"


TEXTS = st.lists(
    st.sampled_from(["<think>", "</think>", "`", '"', " ", "\n", "a", "<", "</", "think>", "é"]),
    max_size=12,
).map("".join)


@given(TEXTS, st.data(), st.booleans(), st.booleans())
def test_cuts_change_nothing(text: str, data: st.DataObject, expected: bool, cut: bool) -> None:  # noqa: FBT001
    places = data.draw(st.lists(st.integers(0, len(text)), max_size=6).map(sorted))
    whole = _separate(text, expected=expected, cut=cut)
    assert _separate(*_cut(text, places), expected=expected, cut=cut) == whole


@given(TEXTS, st.booleans())
def test_the_answer_is_the_end_of_the_text(text: str, expected: bool) -> None:  # noqa: FBT001
    reasoning, answer = _separate(text, expected=expected)
    assert text.endswith(answer)
    rest = iter(text)
    assert all(char in rest for char in reasoning + answer)


def _cut(text: str, places: Sequence[int]) -> list[str]:
    edges = [0, *places, len(text)]
    return [text[a:b] for a, b in pairwise(edges)]
