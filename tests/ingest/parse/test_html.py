from __future__ import annotations

import pytest

from core.errors import SourceError
from ingest.parse.html import read_html
from tests.doubles.files import PAGE


def test_main_text_is_kept_and_what_is_around_it_left_out() -> None:
    reading = read_html(PAGE.encode())
    assert "°C for 2 minutes, R&D says < 3 * a_b [1]." in reading.text
    assert "| Green | 2 |" in reading.text
    for noise in ("evil", "About us", "Copyright", "color:red"):
        assert noise not in reading.text
    assert reading.title == "Tea guide"
    assert [(h.level, h.title) for h in reading.headings] == [(1, "Tea guide"), (2, "Brewing")]


def test_fragment_is_kept_whole() -> None:
    assert read_html(b"<p>One paragraph of 12 words.</p>").text.strip() == (
        "One paragraph of 12 words."
    )


def test_escapes_are_taken_out_of_prose_and_left_in_code() -> None:
    text = "<p>{}</p><p>5 * 3</p><pre><code>a \\* b\nc</code></pre>".format("words of text " * 30)
    reading = read_html(text.encode())
    assert "5 * 3" in reading.text
    assert "a \\* b" in reading.text


def test_declared_encoding_is_used() -> None:
    page = PAGE.replace("utf-8", "shift_jis").replace("Tea is a drink", "お茶は飲み物です")
    page = page.replace("\xa0", " ").replace("&nbsp;°", " ")
    reading = read_html(page.encode("shift_jis"))
    assert "お茶は飲み物です" in reading.text
    assert reading.encoding == "shift_jis"


def test_page_without_text_is_refused() -> None:
    with pytest.raises(SourceError, match="has no text"):
        read_html(b"<html><body><script>x()</script></body></html>")
