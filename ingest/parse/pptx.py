"""PowerPoint files: a page for each slide, with its title, text, tables and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.parse import headings
from ingest.parse.archive import Archive
from ingest.parse.ooxml import RELATION, table, targets
from ingest.parse.reading import Reading, paged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_DECK = "ppt/presentation.xml"
_TITLES = frozenset({"title", "ctrTitle"})
_NOT_TEXT = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})


def read_pptx(content: bytes) -> Reading:
    """Return the slides in the order they are shown; a slide without text is a page too."""
    archive = Archive(content)
    slides = targets(archive, _DECK, "slide")
    order = archive.xml(_DECK).iter(f"{_P}sldId")
    parts = [slides.get(slide.get(f"{RELATION}id", ""), "") for slide in order]
    text, pages = paged([_slide(archive, part) for part in parts])
    title, metadata = archive.properties()
    return Reading(
        text=text,
        format="pptx",
        title=title,
        headings=list(headings.markdown(text)),
        pages=pages,
        metadata=metadata,
    )


def _slide(archive: Archive, part: str) -> str:
    blocks = list(_blocks(archive.xml(part)))
    for notes in targets(archive, part, "notesSlide").values():
        said = "\n".join(_blocks(archive.xml(notes)))
        blocks.append(f"Notes: {said}" if said else "")
    return "\n\n".join(block for block in blocks if block)


def _blocks(root: Element) -> Iterator[str]:
    for shape in root.iter():
        if shape.tag == f"{_P}sp":
            holder = shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
            kind = "" if holder is None else holder.get("type", "")
            text = "" if kind in _NOT_TEXT else _shape_text(shape)
            if text:
                yield f"# {' '.join(text.split())}" if kind in _TITLES else text
        elif shape.tag == f"{_A}tbl":
            yield table(
                ["\n".join(_paragraphs(cell)) for cell in row.iterfind(f"{_A}tc")]
                for row in shape.iterfind(f"{_A}tr")
            )


def _shape_text(shape: Element) -> str:
    body = shape.find(f"{_P}txBody")
    return "" if body is None else "\n".join(_paragraphs(body))


def _paragraphs(body: Element) -> Iterator[str]:
    for paragraph in body.iter(f"{_A}p"):
        pieces = (
            "\n" if element.tag == f"{_A}br" else element.text or ""
            for element in paragraph.iter()
            if element.tag in {f"{_A}t", f"{_A}br"}
        )
        if text := "".join(pieces).strip():
            yield text
