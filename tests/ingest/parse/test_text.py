from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SourceError
from ingest.parse.markup import read_text
from ingest.parse.reading import sections
from ingest.parse.text import decode

_FORMATS = ["text", "markdown", "rst", "code", "csv", "json"]
_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200)
_LINES = st.lists(
    st.one_of(
        _TEXT,
        st.sampled_from([
            "# Title", "=====", "----", "---", "```", "~~~", "def f():", "    x",
            "ITEM 1. Business", "title: x", "Title: y", "\ufeff", "\f", "", "NOTE 2. Leases",
            "class A {", "- item",
        ]),
    ),
    max_size=12,
)  # fmt: skip


@given(_LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(_FORMATS))
def test_text_is_its_decoded_bytes_and_sections_tile_it(
    lines: list[str], end: str, form: str
) -> None:
    content = end.join(lines).encode()
    reading = read_text(content, format=form)
    assert reading.text == content.decode(reading.encoding)
    found = sections(reading.headings, length=len(reading.text))
    assert "".join(section.span.slice(reading.text) for section in found) == reading.text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_marked_encoding_is_read_and_recorded(encoding: str, text: str) -> None:
    if encoding == "utf-8" and text.startswith("\ufeff"):
        encoding = "utf-8-sig"
        text = text.removeprefix("\ufeff")
    assert decode(text.encode(encoding)) == (text, encoding)


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_refused(content: bytes) -> None:
    try:
        text, encoding = decode(content)
    except SourceError:
        return
    assert text == content.decode(encoding)
    assert text.encode().decode() == text


_WORDS = {
    "cp1252": "Le café coûte 3 € à l'été; la façade a été rénovée. Ça va bien, très bien. " * 3,
    "utf-16-le": "A plain English sentence without a mark. " * 3,
    "utf-16-be": "A plain English sentence without a mark. " * 3,
    "shift_jis": "契約は、通知を受け取った月の末日に終了します。ありがとうございます。" * 5,
    "cp1251": "Договор прекращается по истечении месяца, в котором получено уведомление. " * 3,
}


@pytest.mark.parametrize(("encoding", "text"), _WORDS.items(), ids=list(_WORDS))
def test_unmarked_encoding_is_detected(encoding: str, text: str) -> None:
    found, name = decode(text.encode(encoding))
    assert found == text
    assert found.encode(name) == text.encode(encoding)


def test_one_foreign_byte_far_behind_does_not_hide_what_the_text_is() -> None:
    content = b"plain text, line after line\n" * 20_000 + "Le café coûte\n".encode("latin-1")
    text, _ = decode(content)
    assert text.endswith("Le café coûte\n")


def test_declared_encoding_is_believed_unless_it_is_utf_8() -> None:
    content = "é".encode("iso8859-15")
    assert decode(content, declared="iso-8859-15") == ("é", "iso8859-15")
    assert decode("é".encode(), declared="iso-8859-15") == ("é", "utf-8")


@pytest.mark.parametrize("declared", ["no-such", "rot13", "base64", "\0"])
def test_declared_name_that_is_no_encoding_is_passed_over(declared: str) -> None:
    assert decode(b"text", declared=declared) == ("text", "utf-8")


@pytest.mark.parametrize(
    "content",
    [bytes(range(256)) * 4, b"text with \0 in it", b"\x01\x02\x03\x04" * 50],
    ids=["all", "nul", "control"],
)
def test_binary_is_refused(content: bytes) -> None:
    with pytest.raises(SourceError, match="is binary"):
        decode(content)


def test_broken_utf_16_is_refused_with_the_place() -> None:
    with pytest.raises(SourceError, match="cannot be decoded: it begins as utf-16"):
        decode("ab".encode("utf-16") + b"\x00\xd8")


def test_front_matter_is_metadata_and_stays_in_the_text() -> None:
    content = (
        b"---\ntitle: Guide\ndate: 2024-03-01\ntags: [a, 2]\nnested: {x: 1}\nnone:\n---\n# One\n"
    )
    reading = read_text(content, format="markdown")
    assert reading.text == content.decode()
    assert reading.title == "Guide"
    assert reading.metadata == {
        "title": "Guide",
        "date": "2024-03-01",
        "tags": ["a", "2"],
        "nested.x": 1,
    }
    assert [heading.title for heading in reading.headings] == ["One"]


@pytest.mark.parametrize(
    "front",
    ["---\n[broken\n---\n", "---\n- a list\n---\n", "---\nno end", "----\na: b\n----\n"],
)
def test_what_is_no_front_matter_is_text(front: str) -> None:
    reading = read_text(front.encode(), format="markdown")
    assert reading.metadata == {}
    assert reading.text == front


def test_front_matter_that_would_grow_without_bound_is_passed_over() -> None:
    bomb = "---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\n"
    assert read_text(bomb.encode(), format="markdown").metadata == {}


def test_front_matter_cannot_build_objects() -> None:
    content = b"---\na: !!python/object/apply:os.getcwd []\n---\n"
    assert read_text(content, format="markdown").metadata == {}


def test_fields_at_the_top_are_metadata_if_title_is_among_them() -> None:
    titled = read_text(b"PEP: 1\nTitle: Purpose\nAuthor: A,\n  B\n\nText\n====\n", format="rst")
    assert titled.metadata == {"pep": "1", "title": "Purpose", "author": "A, B"}
    chat = read_text(b"User: hello\nAssistant: hi\n\nmore\n", format="markdown")
    assert chat.metadata == {}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Guide\n\ntext\n\n## Part\n", "Guide"),
        ("# Summary\n\n# Motivation\n", ""),
        ("## Part\n\n# Late\n", ""),
        ("no heading", ""),
    ],
)
def test_only_heading_of_the_first_level_is_the_title(text: str, title: str) -> None:
    assert read_text(text.encode(), format="markdown").title == title
