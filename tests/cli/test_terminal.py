from __future__ import annotations

from pathlib import Path

import pytest

from cli.terminal import printable, shown_quote, shown_source


@pytest.mark.parametrize(
    "stray", ["\x1b[2J", "\x07", "\x9b31m", "\u202egnp.exe", "\u2066", "\x7f", "\r"]
)
def test_nothing_that_steers_a_terminal_is_shown(stray: str) -> None:
    assert stray[0] not in printable(f"a{stray}b")


def test_text_of_every_script_is_shown_as_it_is() -> None:
    text = "naïve – 東京 العربية हिन्दी 🌝\tend\n"

    assert printable(text) == text


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("The moon\nis small\r\nand far.", "The moon is small and far."),
        ("page one\fpage two", "page one page two"),
        ("| a | b |\n| 1 | 2 |", "| a | b |\n| 1 | 2 |"),
        ("Bring:\n- a lamp\n\n- a rope", "Bring:\n- a lamp\n- a rope"),
        ("def f():\n    return 1", "def f():\n    return 1"),
        ("| a |", "| a |"),
    ],
    ids=["prose", "pages", "table", "list", "code", "row"],
)
def test_prose_flows_and_what_is_laid_out_keeps_its_lines(quote: str, shown: str) -> None:
    assert shown_quote(quote) == shown


def test_a_source_below_the_working_directory_is_short(tmp_path: Path) -> None:
    assert shown_source(str(tmp_path / "a" / "b.md")) == str(Path("a") / "b.md")
    assert shown_source("/elsewhere/b.md") == "/elsewhere/b.md"
    assert shown_source("https://example.org/b") == "https://example.org/b"
