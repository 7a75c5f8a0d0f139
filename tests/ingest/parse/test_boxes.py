import re
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdfium2 import PdfDocument
from reportlab.pdfgen.canvas import Canvas

from core.answers import Box
from core.text import trimmed
from core.types import Span
from ingest.parse.boxes import Part, boxes_of
from ingest.parse.pdf import read_pdf
from tests.doubles.disk import quick_directory
from tests.doubles.files import pdf

WORDS = st.sampled_from(
    ["tower", "of", "Pisa", "3,538", "kg", "(old)", "-", "Ärger", "naïve", "x²"]
)
LINES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
PAGES = st.lists(st.lists(LINES, min_size=1, max_size=8).map("\n".join), min_size=1, max_size=3)


def found(content: bytes, *quotes: str) -> list[tuple[Box, ...]]:
    """Return the boxes of the first place of each of `quotes`."""
    reading = read_pdf(content)
    parts: list[Part] = []
    for quote in quotes:
        at = reading.text.index(quote)
        page = next(each for each in reading.pages if at < each.span.end)
        start = at - page.span.start
        text = page.span.slice(reading.text)
        parts.append(Part(page=page.number, text=text, span=Span(start, start + len(quote))))
    return boxes(content, parts)


def boxes(content: bytes, parts: list[Part]) -> list[tuple[Box, ...]]:
    with quick_directory() as directory:
        path = directory / "a.pdf"
        path.write_bytes(content)
        return boxes_of(path, parts)


def within(content: bytes, box: Box) -> str:
    """Return what stands in the middle of a box, without the lines that touch it."""
    edge = (box.y1 - box.y0) * 0.3
    with PdfDocument(content) as document:
        page = document[box.page - 1].get_textpage()
        text = page.get_text_bounded(box.x0 + 0.3, box.y0 + edge, box.x1 - 0.3, box.y1 - edge)
        return text.strip()


def drawn(*texts: tuple[float, float, str], turned: int = 0, stands: bool = False) -> bytes:
    """Return a PDF of one page with texts at places, on a page or in lines that are turned."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800), invariant=1)
    canvas.setPageRotation(turned)
    if stands:
        canvas.rotate(90)
    for x, y, text in texts:
        canvas.drawString(x, y, text)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_quote_has_a_box_for_each_line() -> None:
    content = pdf(["The tower is old.", "Seven bells\nring in it\nat noon."])
    one, three = found(content, "is old", "bells\nring in it\nat")
    assert [box.page for box in (*one, *three)] == [1, 2, 2, 2]
    assert [within(content, box) for box in (*one, *three)] == [
        "is old",
        "bells",
        "ring in it",
        "at",
    ]


def test_box_is_in_points_from_the_lower_left_corner() -> None:
    (box,) = found(drawn((100, 700, "old"), (100, 20, "new")), "new")[0]
    assert 99 < box.x0 < 101
    assert 115 < box.x1 < 130
    assert 10 < box.y0 <= 20
    assert 28 < box.y1 < 40


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_box_is_the_same_however_the_page_is_turned(turned: int) -> None:
    content = drawn((100, 700, "The tower is old."), turned=turned)
    assert found(content, "tower is") == found(drawn((100, 700, "The tower is old.")), "tower is")


def test_line_that_stands_on_end_is_one_box() -> None:
    content = drawn((100, -300, "The tower is old."), stands=True)
    (box,) = found(content, "The tower is old.")[0]
    assert box.y1 - box.y0 > 60
    assert box.x1 - box.x0 < 20


def test_cells_of_a_row_are_one_box() -> None:
    content = drawn((72, 700, "Revenue"), (400, 700, "5300"), (72, 660, "Cost"), (400, 660, "10"))
    reading = read_pdf(content)
    quotes = found(content, reading.text)[0]
    assert [re.sub(r"\s+", " ", within(content, box)) for box in quotes] == [
        "Revenue 5300",
        "Cost 10",
    ]


def test_word_that_a_line_break_divides_has_two_boxes() -> None:
    content = pdf(["The super-\nvisor is old, says the supervisor."])
    assert read_pdf(content).text.startswith("The supervisor is")
    first, second = found(content, "supervisor is")[0]
    assert within(content, first).startswith("super")
    assert within(content, second) == "visor is"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (1, "The tower is new."),
        (1, "The tower is old. So."),
        (1, "The tower"),
        (2, "The tower is old."),
    ],
)
def test_other_text_than_that_of_the_page_has_no_box(page: int, text: str) -> None:
    content = pdf(["The tower is old."])
    assert boxes(content, [Part(page=page, text=text, span=Span(0, 3))]) == [()]
    whole = Part(page=1, text="The tower is old.", span=Span(0, 3))
    assert len(boxes(content, [whole])[0]) == 1


def test_white_space_has_no_box() -> None:
    assert found(pdf(["The tower\nis old."]), "\n", " ") == [(), ()]


@pytest.mark.parametrize("content", [b"", b"not a PDF", pdf(["secret"], password="key")])
def test_file_that_cannot_be_opened_gives_no_box(content: bytes) -> None:
    assert boxes(content, [Part(page=1, text="secret", span=Span(0, 6))]) == [()]


def test_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="gone"):
        boxes_of(tmp_path / "gone.pdf", [Part(page=1, text="a", span=Span(0, 1))])


@settings(max_examples=50, deadline=None)
@given(PAGES, st.data())
def test_boxes_have_the_quote_and_nothing_else(pages: list[str], data: st.DataObject) -> None:
    content = pdf(pages)
    reading = read_pdf(content)
    page = data.draw(st.sampled_from(reading.pages))
    text = page.span.slice(reading.text)
    ends = sorted(data.draw(st.integers(0, len(text))) for _ in range(2))
    span = trimmed(Span(*ends), text)
    (quoted,) = boxes(content, [Part(page=page.number, text=text, span=span)])
    letters = "".join(within(content, box) for box in quoted)
    assert re.findall(r"[^\W\d_]", letters) == re.findall(r"[^\W\d_]", span.slice(text))
