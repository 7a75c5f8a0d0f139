import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tokens import PIECE, count_tokens, first_tokens, well_formed


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("hello world", 2),
        ("tiktoken is great!", 6),
        ("antidisestablishmentarianism", 6),
        ("2 + 2 = 4", 7),
        ("お誕生日おめでとう", 9),
        ("'LL 12345\r\n\r\n  x", 8),
    ],
    ids=repr,
)
def test_tokens_are_those_of_cl100k(text: str, tokens: int) -> None:
    assert count_tokens(text) == tokens


def test_special_tokens_are_ordinary_text() -> None:
    assert count_tokens("<|endoftext|>") > 1


def test_long_text_is_counted_in_pieces() -> None:
    line = "A line of ordinary words.\n"
    lines = 2 * PIECE // len(line)
    assert abs(count_tokens(line * lines) - count_tokens(line) * lines) <= 4


def test_a_long_run_is_counted_at_once() -> None:
    assert count_tokens(" " * 300_000) < 5000


@settings(deadline=None)
@given(st.text(st.characters(codec=None)), st.integers(0, 20))
def test_first_tokens_are_a_start_of_the_text(text: str, limit: int) -> None:
    start = first_tokens(text, limit)
    assert text.startswith(start)
    assert start == text or count_tokens(text) > limit


def test_first_tokens_end_between_characters() -> None:
    assert first_tokens("🙂🙂🙂", 2) in {"", "🙂"}
    assert first_tokens("one two three", 2) == "one two"


@given(st.text(st.characters(codec=None)))
def test_well_formed_text_can_be_encoded(text: str) -> None:
    clean = well_formed(text)
    assert len(clean) == len(text)
    clean.encode("utf-8")
