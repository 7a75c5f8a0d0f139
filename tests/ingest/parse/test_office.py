from __future__ import annotations

import codecs
from io import BytesIO

import docx
import openpyxl
import pptx
import pytest
from pptx.shapes.placeholder import SlidePlaceholder

from core.errors import SourceError
from core.ids import CollectionName
from ingest.parse.archive import Archive
from ingest.parse.document import parse
from ingest.parse.docx import read_docx
from ingest.parse.extracted import read_epub, read_xlsx
from ingest.parse.pptx import read_pptx
from ingest.sources import Source
from tests.doubles.files import archive, epub

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BOMB = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'


def _docx() -> bytes:
    document = docx.Document()
    document.core_properties.title = "Annual plan"
    document.core_properties.author = "Ada"
    document.add_heading("R&D", 1)
    document.add_paragraph('Prices * rise_up < 3 & "more".')
    document.add_heading("Ink", 2)
    document.add_paragraph("First", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip(
        [cell for row in table.rows for cell in row.cells],
        ["Item", "Cost", "Pens | ink", "3"],
        strict=True,
    ):
        cell.text = text
    paragraph = document.add_paragraph("See ")
    paragraph.add_run("bold").bold = True
    paragraph.add_run(" words\tand more.")
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_docx_keeps_every_character_with_headings_lists_and_tables() -> None:
    reading = read_docx(_docx())
    assert reading.text == (
        '# R&D\n\nPrices * rise_up < 3 & "more".\n\n## Ink\n\n- First\n\n'
        "| Item | Cost |\n| --- | --- |\n| Pens \\| ink | 3 |\n\nSee bold words\tand more."
    )
    assert [(h.level, h.title) for h in reading.headings] == [(1, "R&D"), (2, "Ink")]
    assert reading.title == "Annual plan"
    assert reading.metadata["author"] == "Ada"


def test_pptx_has_a_page_for_each_slide_with_tables_and_notes() -> None:
    deck = pptx.Presentation()
    for name in ("One", "R&D"):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        title, body = (shape for shape in slide.placeholders)
        for shape, text in ((title, name), (body, f"about {name}\nmore")):
            assert isinstance(shape, SlidePlaceholder)
            shape.text_frame.text = text
        frame = slide.notes_slide.notes_text_frame
        assert frame is not None
        frame.text = f"say {name}"
    deck.slides.add_slide(deck.slide_layouts[6])
    buffer = BytesIO()
    deck.save(buffer)
    reading = read_pptx(buffer.getvalue())
    assert [page.span.slice(reading.text) for page in reading.pages] == [
        "# One\n\nabout One\nmore\n\nNotes: say One",
        "# R&D\n\nabout R&D\nmore\n\nNotes: say R&D",
        "",
    ]
    assert [h.title for h in reading.headings] == ["One", "R&D"]
    assert reading.title == ""


def test_xlsx_has_a_page_for_each_sheet() -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Sales 2024").append(["Region", "Amount"])
    book["Sales 2024"].append(["R&D < North", 1234.5])
    buffer = BytesIO()
    book.save(buffer)
    reading = read_xlsx(buffer.getvalue())
    assert [page.span.slice(reading.text) for page in reading.pages] == [
        "## Sheet",
        "## Sales 2024\n\n| Region | Amount |\n| --- | --- |\n| R&D < North | 1234.5 |",
    ]
    assert [h.title for h in reading.headings] == ["Sheet", "Sales 2024"]


def test_epub_has_its_chapters_in_reading_order() -> None:
    reading = read_epub(epub())
    assert [h.title for h in reading.headings] == ["First chapter", "Second chapter"]
    assert "The text of First chapter: 3 < 5 & more." in reading.text
    assert reading.title == "Night & Day"
    assert reading.metadata == {"author": "V. Woolf"}


def _word(body: str, notes: str = "") -> bytes:
    parts = {"word/document.xml": f'<w:d xmlns:w="{WORD}"><w:body>{body}</w:body></w:d>'}
    if notes:
        parts["word/footnotes.xml"] = f'<w:footnotes xmlns:w="{WORD}">{notes}</w:footnotes>'
    return archive(parts)


def test_docx_is_read_with_all_changes_accepted() -> None:
    body = (
        "<w:p><w:r><w:t>The fee is </w:t></w:r><w:del><w:r><w:t>5</w:t></w:r></w:del>"
        "<w:ins><w:r><w:t>7</w:t><w:br/><w:t>euros.</w:t></w:r></w:ins></w:p>"
    )
    assert read_docx(_word(body)).text == "The fee is 7\neuros."


def test_docx_has_its_footnotes_last() -> None:
    body = '<w:p><w:r><w:t>Claim</w:t><w:footnoteReference w:id="2"/></w:r></w:p>'
    notes = (
        '<w:footnote w:id="0" w:type="separator"><w:p><w:r><w:t>-</w:t></w:r></w:p></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:t>Source.</w:t></w:r></w:p></w:footnote>'
    )
    assert read_docx(_word(body, notes)).text == "Claim[^2]\n\n[^2]: Source."


def test_docx_outline_level_makes_a_heading_and_nonsense_does_not() -> None:
    body = "".join(
        f'<w:p><w:pPr><w:outlineLvl w:val="{level}"/></w:pPr><w:r><w:t>{level}</w:t></w:r></w:p>'
        for level in ("1", "9", "x", "99999999")
    )
    assert read_docx(_word(body)).text == "## 1\n\n9\n\nx\n\n99999999"


def test_document_that_is_nested_too_deeply_is_refused() -> None:
    content = _word("<w:sdt>" * 5_000 + "</w:sdt>" * 5_000)
    with pytest.raises(SourceError, match="is nested too deeply"):
        parse(Source(name="a.docx"), content, collection=CollectionName("default"))


def test_reason_of_a_broken_spreadsheet_is_told() -> None:
    with pytest.raises(SourceError, match="cannot be read: Failed to parse XLSX"):
        read_xlsx(archive({"xl/workbook.xml": "<a/>"}))


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_truncated_archive_is_refused(keep: float) -> None:
    content = _docx()
    with pytest.raises(SourceError, match="truncated or corrupt"):
        read_docx(content[: int(len(content) * keep)])


def test_part_that_is_damaged_is_refused() -> None:
    content = bytearray(archive({"word/document.xml": "<a/>" * 1000}))
    content[60] ^= 0xFF
    with pytest.raises(SourceError, match="truncated or corrupt"):
        read_docx(bytes(content))


def test_archive_that_unpacks_to_far_more_than_it_is_is_refused() -> None:
    bomb = archive({"word/document.xml": b"\0" * (64 << 20)})
    with pytest.raises(SourceError, match="ZIP bomb"):
        read_docx(bomb)


def test_xml_that_could_expand_is_refused() -> None:
    with pytest.raises(SourceError, match="document type"):
        read_docx(archive({"word/document.xml": BOMB}))


@pytest.mark.parametrize(
    "content",
    [
        BOMB.encode("utf-16"),
        codecs.BOM_UTF16_BE + BOMB.encode("utf-16-be"),
        codecs.BOM_UTF16_LE + f'<?xml version="1.0" encoding="UTF-16"?>{BOMB}'.encode("utf-16-le"),
        f'<?xml version="1.0" encoding="cp1252"?><!-- – -->{BOMB}'.encode("cp1252"),
        f"<!--{' ' * 100_000}-->{BOMB}".encode("utf-16"),
    ],
    ids=["native", "big-endian", "declared", "one byte", "far down"],
)
def test_no_encoding_hides_xml_that_could_expand(content: bytes) -> None:
    with pytest.raises(SourceError, match="document type"):
        read_docx(archive({"word/document.xml": content}))


@pytest.mark.parametrize(
    "content",
    [
        BOMB.encode("utf-32"),
        f'<?xml version="1.0" encoding="utf-32"?>{BOMB}'.encode("utf-32"),
        f'<?xml version="1.0" encoding="utf-16-le"?>{BOMB}'.encode("utf-16"),
        f'<?xml version="1.0" encoding="utf-7"?>{BOMB}'.encode("utf-7"),
    ],
    ids=["utf-32", "declared utf-32", "declared utf-16-le", "utf-7"],
)
def test_xml_in_an_encoding_that_office_files_do_not_have_is_refused(content: bytes) -> None:
    with pytest.raises(SourceError, match="corrupt"):
        read_docx(archive({"word/document.xml": content}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_words_that_look_like_a_document_type_are_words(encoding: str) -> None:
    words = "<w:p><w:r><w:t><![CDATA[It begins with <!DOCTYPE html>]]></w:t></w:r></w:p>"
    xml = f'<w:d xmlns:w="{WORD}"><w:body>{words}</w:body></w:d>'
    content = archive({"word/document.xml": xml.encode(encoding)})
    assert read_docx(content).text == "It begins with <!DOCTYPE html>"


def test_encrypted_archive_is_refused() -> None:
    content = bytearray(archive({"word/document.xml": "x"}))
    content[content.rindex(b"PK\1\2") + 8] |= 1
    with pytest.raises(SourceError, match="is encrypted"):
        Archive(bytes(content))
