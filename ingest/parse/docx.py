"""Word files: paragraphs, headings, lists, tables and notes, as Markdown without escapes.

Kreuzberg 4 drops `&` and `<` from them (https://github.com/xberg-io/xberg/issues/1242).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.parse import headings
from ingest.parse.archive import Archive
from ingest.parse.ooxml import table
from ingest.parse.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree.ElementTree import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = frozenset(
    {
        f"{_W}del",
        f"{_W}moveFrom",
        f"{_W}pPr",
        f"{_W}rPr",
        f"{_W}instrText",
        f"{_W}txbxContent",
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    }
)
_INLINE = {
    f"{_W}tab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
}
_NOTES = {f"{_W}footnoteReference": "", f"{_W}endnoteReference": "e"}
_BODY_TEXT = 9
"""The outline level of what is no heading."""
_BASED_ON = 20


def read_docx(content: bytes) -> Reading:
    """Return the text as it stands with all changes accepted; footnotes come last."""
    archive = Archive(content)
    levels = _heading_levels(archive)
    body = archive.xml("word/document.xml").find(f"{_W}body")
    blocks = [] if body is None else list(_blocks(body, levels))
    for part, prefix in (("footnotes", ""), ("endnotes", "e")):
        blocks += _notes(archive, part, prefix)
    text = "\n\n".join(block for block in blocks if block)
    title, metadata = archive.properties()
    found = list(headings.markdown(text))
    return Reading(
        text=text,
        format="docx",
        title=title or next((h.title for h in found[:1] if h.level == 1), ""),
        headings=found,
        metadata=metadata,
    )


def _blocks(parent: Element, levels: Mapping[str, int]) -> Iterator[str]:
    for element in parent:
        if element.tag == f"{_W}p":
            yield _paragraph(element, levels)
            for box in element.iter(f"{_W}txbxContent"):
                yield from _blocks(box, levels)
                break  # the same box follows again, for older readers
        elif element.tag == f"{_W}tbl":
            yield table(_rows(element))
        elif element.tag not in _SKIPPED:
            yield from _blocks(element, levels)


def _paragraph(paragraph: Element, levels: Mapping[str, int]) -> str:
    text = "".join(_inline(paragraph)).strip()
    properties = paragraph.find(f"{_W}pPr")
    if properties is None or not text:
        return text
    level = levels.get(_value(properties, "pStyle"), _BODY_TEXT)
    level = _number(properties, "outlineLvl", level)
    if level < _BODY_TEXT:
        return "#" * min(level + 1, 6) + " " + " ".join(text.split())
    number = properties.find(f"{_W}numPr")
    if number is not None or _value(properties, "pStyle").startswith("List"):
        depth = _number(number, "ilvl", 0) if number is not None else 0
        return "  " * depth + "- " + text
    return text


def _inline(parent: Element) -> Iterator[str]:
    for element in parent:
        if element.tag == f"{_W}t":
            yield element.text or ""
        elif element.tag in _INLINE:
            yield _INLINE[element.tag]
        elif element.tag in _NOTES:
            yield f"[^{_NOTES[element.tag]}{element.get(f'{_W}id')}]"
        elif element.tag not in _SKIPPED:
            yield from _inline(element)


def _rows(element: Element) -> Iterator[list[str]]:
    for row in element.iter(f"{_W}tr"):
        yield [" ".join(filter(None, _blocks(cell, {}))) for cell in row.iterfind(f"{_W}tc")]


def _notes(archive: Archive, part: str, prefix: str) -> Iterator[str]:
    name = f"word/{part}.xml"
    if name not in archive:
        return
    for note in archive.xml(name):
        if note.get(f"{_W}type") is None:  # those with a type are the lines between text and notes
            text = "\n".join(filter(None, _blocks(note, {})))
            yield f"[^{prefix}{note.get(f'{_W}id')}]: {text}" if text else ""


def _heading_levels(archive: Archive) -> dict[str, int]:
    """Return the outline level, from 0, of each paragraph style that is a heading's."""
    if "word/styles.xml" not in archive:
        return {}
    styles = {
        style.get(f"{_W}styleId", ""): style
        for style in archive.xml("word/styles.xml").iter(f"{_W}style")
    }
    levels = {name: _style_level(name, styles) for name in styles}
    return {name: level for name, level in levels.items() if level is not None}


def _style_level(name: str, styles: Mapping[str, Element]) -> int | None:
    for _ in range(_BASED_ON):
        style = styles.get(name)
        if style is None:
            return None
        properties = style.find(f"{_W}pPr")
        if properties is not None and properties.find(f"{_W}outlineLvl") is not None:
            return _number(properties, "outlineLvl", _BODY_TEXT)
        label = _value(style, "name").casefold()
        if match := re.fullmatch(r"heading (\d)", label):
            return int(match[1]) - 1
        if label == "title":
            return 0
        name = _value(style, "basedOn")
    return None


def _number(parent: Element, tag: str, otherwise: int) -> int:
    value = _value(parent, tag)
    return min(int(value), _BODY_TEXT) if value.isdecimal() else otherwise


def _value(parent: Element, tag: str) -> str:
    child = parent.find(_W + tag)
    return "" if child is None else child.get(f"{_W}val", "")
