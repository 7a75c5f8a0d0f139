from __future__ import annotations

import pickle
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SourceError
from core.ids import CollectionName, document_id, version_id
from ingest.load import discover
from ingest.parse.document import parse
from ingest.sources import RECORD, Source
from tests.doubles.files import PAGE, archive, epub, mail, pdf

if TYPE_CHECKING:
    from core.types import Document, Metadata

_HERE = CollectionName("default")
_DATA = Path("../shared/data")


def _parse(content: bytes, name: str = "a.txt", *, metadata: Metadata | None = None) -> Document:
    return parse(Source(name=name, content=content), content, collection=_HERE, metadata=metadata)


def _record(**fields: object) -> Document:
    content = orjson.dumps(fields)
    source = Source(name="/x/a.jsonl#7", content=content, format=RECORD)
    return parse(source, content, collection=_HERE)


def test_identity_is_of_collection_source_and_bytes() -> None:
    document = _parse(b"text", "/x/a.txt")
    assert document.source == "/x/a.txt"
    assert document.document_id == document_id(_HERE, "/x/a.txt")
    assert document.version == version_id(document.document_id, b"text")


def test_document_travels_between_processes() -> None:
    document = _parse(pdf(["text"]), "a.pdf")
    assert pickle.loads(pickle.dumps(document)) == document  # noqa: S301 - our own


@pytest.mark.parametrize(
    ("content", "name", "form"),
    [
        (pdf(["text"]), "a.pdf", "pdf"),
        (pdf(["text"]), "a.txt", "pdf"),
        (epub(), "a.docx", "epub"),
        (mail(), "a.eml", "email"),
        (PAGE.encode(), "a.html", "html"),
        (PAGE.encode(), "page", "html"),
        (PAGE.encode(), "a.txt", "text"),
        (b"# A", "a.md", "markdown"),
        (b"A\n=\n", "a.rst", "rst"),
        (b"a,b\n1,2\n", "a.csv", "csv"),
        (b'{"a": 1}', "a.json", "json"),
        (b"def f(): ...", "a.py", "code"),
        (b"all:\n\techo", "Makefile", "code"),
        (b"text", "a.unknown", "text"),
        (b"text", "LICENSE", "text"),
    ],
)
def test_format_is_told_by_content_then_by_name(content: bytes, name: str, form: str) -> None:
    document = _parse(content, name)
    assert document.format == form
    assert document.metadata["format"] == form
    assert document.metadata["file_name"] == name


def test_a_text_longer_than_chunks_have_ids_for_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ingest.parse.document.LONGEST_TEXT", 5)

    with pytest.raises(SourceError, match=r"has 5 characters of text; divide it"):
        _parse(b"12345", "a.txt")


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b" \n\t", "a.txt", "has no text"),
        (b"no pdf at all", "a.pdf", "is named .pdf but is none"),
        (b"PK", "a.docx", "is named .docx but is none"),
        (b"PK\3\4 cut off", "a.xlsx", "truncated or corrupt"),
        (archive({"a.txt": "x"}), "a.zip", "is a ZIP archive"),
        (b"\x89PNG\r\n\x1a\n rest", "a.png", "is a PNG image"),
        (b"\x1f\x8b\x08 rest", "a.txt", "is compressed with gzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "Office format of before 2007"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a.docx",
            "is encrypted",
        ),
        (b"{\\rtf1 text}", "a.rtf", "is RTF"),
        (b"a\0b", "a.md", "is binary"),
        (bytes(range(128, 256)) * 9 + b"\0", "a.bin", "is binary"),
    ],
)
def test_what_cannot_be_read_is_named_with_stage_and_reason(
    content: bytes, name: str, reason: str
) -> None:
    with pytest.raises(SourceError) as raised:
        _parse(content, name)
    assert raised.value.source == name
    assert raised.value.stage == "parse"
    assert reason in raised.value.reason


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("3M_2018_10K.pdf", pdf(["x"], title="10-K - 02/07/2019 - 3M Company"), "3M 2018 10K"),
        ("FL_8K_dated-2022-05-20.txt", b"x", "FL 8K dated 2022-05-20"),
        ("getting-started.v1.2.md", b"x", "getting started v1.2"),
        ("chapter-3.md", b"# Routing\n", "Routing (chapter 3)"),
        ("routing.md", b"# On routing\n", "On routing"),
        ("README.md", b"# ibid\n", "ibid"),
        ("https://example.org/docs/Tea%20guide.txt?x=1", b"x", "Tea guide"),
        ("notes", b"x", "notes"),
        (".env", b"x", "env"),
    ],
)
def test_title_has_the_words_of_the_file_name(name: str, content: bytes, title: str) -> None:
    assert _parse(content, name).title == title


def test_metadata_of_the_caller_goes_before_that_of_the_document() -> None:
    content = b"---\ntitle: T\nyear: 2020\nteam: x\n---\ntext"
    metadata = _parse(content, "a.md", metadata={"year": 2021}).metadata
    assert metadata == {
        "file_name": "a.md",
        "format": "markdown",
        "title": "T",
        "year": 2021,
        "team": "x",
    }


def test_record_is_its_text_unchanged_with_title_and_metadata() -> None:
    document = _record(
        id="7", title="T", text="# A\r\n b ", metadata={"n": 1, "d": {"e": 2}}, url="u", gone=None
    )
    assert document.text == "# A\r\n b "
    assert document.title == "T"
    assert document.metadata == {
        "file_name": "a.jsonl",
        "format": "text",
        "n": 1,
        "d.e": 2,
        "url": "u",
    }
    assert [section.path for section in document.sections] == [("A",)]


def test_record_without_a_title_is_called_by_its_id() -> None:
    assert _record(text="x").title == "7"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": ""}, "has no text"),
        ({"text": 1}, 'has no "text"'),
        ({"text": "a\0"}, "is binary"),
        ({"text": "a", "metadata": [1]}, 'has "metadata" that is not an object'),
    ],
)
def test_record_that_is_no_document_is_named(fields: dict[str, object], reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as raised:
        _record(**fields)
    assert raised.value.source == "/x/a.jsonl#7"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_text_of_a_record_is_never_changed(text: str) -> None:
    try:
        document = _record(text=text)
    except SourceError:
        return
    assert document.text == text


def test_pages_ascend_and_sections_tile() -> None:
    document = _parse(pdf(["PART I\ntext", "more", "Item 1. Business\nend"]), "a.pdf")
    assert document.metadata["pages"] == len(document.pages) == 3
    for page, following in zip(document.pages, document.pages[1:], strict=False):
        assert document.text[page.span.end : following.span.start] == "\f"
    assert "".join(s.span.slice(document.text) for s in document.sections) == document.text


def test_language_of_code_is_not_guessed() -> None:
    assert (
        _parse("# Der Vertrag endet mit dem Monat und der Kündigung\n".encode(), "a.py").language
        == "en"
    )
    assert _parse("Der Vertrag endet mit dem Monat und der Kündigung\n".encode()).language == "de"


@pytest.mark.skipif(not _DATA.is_dir(), reason="the development data are not here")
def test_filing_has_its_pages_and_its_items() -> None:
    path = _DATA / "financebench/pdfs/NIKE_2018_10K.pdf"
    [source] = [s for s in discover([str(path)]) if isinstance(s, Source)]
    document = parse(source, source.read(), collection=_HERE)
    assert document.title == "NIKE 2018 10K"
    assert len(document.pages) == 97
    assert "".join(s.span.slice(document.text) for s in document.sections) == document.text
    assert any("ITEM 1A. Risk Factors" in s.path for s in document.sections)
    assert "\ufffe" not in document.text
