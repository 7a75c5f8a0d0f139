from __future__ import annotations

import pytest

from core.errors import SourceError
from ingest.parse.pdf import read_pdf
from ingest.parse.reading import sections
from tests.doubles.files import pdf


def test_pages_are_joined_by_form_feeds_that_belong_to_none() -> None:
    reading = read_pdf(pdf(["First page\nof two", "Second page"]))
    assert reading.text == "First page\nof two\fSecond page"
    assert [page.number for page in reading.pages] == [1, 2]
    assert [page.span.slice(reading.text) for page in reading.pages] == [
        "First page\nof two",
        "Second page",
    ]


def test_page_without_text_counts_and_is_reported() -> None:
    reading = read_pdf(pdf(["one", "", "three"]))
    assert reading.text == "one\f\fthree"
    assert len(reading.pages) == 3
    assert reading.metadata["pages_without_text"] == ["2"]


def test_pdf_without_any_text_is_refused_as_scanned() -> None:
    with pytest.raises(SourceError, match=r"no text on its 2 pages \(scanned\?\)"):
        read_pdf(pdf(["", ""]))


def test_encrypted_pdf_is_refused() -> None:
    with pytest.raises(SourceError, match="is encrypted"):
        read_pdf(pdf(["secret"], password="key"))


@pytest.mark.parametrize("keep", [10, 200, 700])
def test_truncated_pdf_is_refused(keep: int) -> None:
    with pytest.raises(SourceError, match="truncated or corrupt"):
        read_pdf(pdf(["some text"])[:keep])


def test_outline_gives_the_sections() -> None:
    content = pdf(
        ["Cover", "intro\nThe Start\ntext", "The Middle\nmore"],
        outline=[("the start", 1, 0), ("The Middle", 2, 1), ("Not in the text", 2, 1)],
    )
    reading = read_pdf(content)
    found = sections(reading.headings, length=len(reading.text))
    assert [(s.path, s.span.slice(reading.text)) for s in found] == [
        ((), "Cover\fintro\n"),
        (("the start",), "The Start\ntext\f"),
        (("the start", "Not in the text"), "The Middle\nmore"),
    ]


def test_looks_give_the_sections_where_there_is_no_outline() -> None:
    reading = read_pdf(pdf(["PART I\nItem 1. Business\nWe sell tea."]))
    assert [h.title for h in reading.headings] == ["PART I", "Item 1. Business"]


def test_properties_are_metadata() -> None:
    reading = read_pdf(pdf(["text"], title="On Tea"))
    assert reading.title == "On Tea"
    assert reading.metadata["author"] == "Ada Lovelace"
    assert reading.metadata["created"] == "2000-01-01"


@pytest.mark.parametrize(
    "title",
    ["Microsoft Word - x.doc", "0001018724-18-000005", "untitled", "report_v2.pdf", "FORM TEN K"],
)
def test_title_that_no_person_wrote_is_passed_over(title: str) -> None:
    assert read_pdf(pdf(["text"], title=title)).title == ""


def test_a_word_divided_at_the_end_of_a_line_is_whole_if_it_stands_whole_on_another_page() -> None:
    divided = "of photosyn-\nthesis and well-\nknown"
    reading = read_pdf(pdf([divided, "Photosynthesis needs light."]))
    assert reading.text == "of photosynthesis and well-known\fPhotosynthesis needs light."
