"""A Markdown file as a PDF, so that the demo has pages to cite."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import (
    Flowable,
    Paragraph,
    Preformatted,
    SimpleDocTemplate,
    Table,
    TableStyle,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TEXT = ParagraphStyle("text", fontName="Helvetica", fontSize=10, leading=14, spaceAfter=6)
_CELL = ParagraphStyle("cell", _TEXT, fontSize=8, leading=10, spaceAfter=0)
_CODE = ParagraphStyle("code", _TEXT, fontName="Courier", fontSize=8, leading=10, leftIndent=12)
_HEADINGS = tuple(
    ParagraphStyle(
        f"h{level}",
        _TEXT,
        fontName="Helvetica-Bold",
        fontSize=size,
        leading=1.3 * size,
        spaceBefore=size / 2,
        keepWithNext=1,
    )
    for level, size in enumerate((18, 14, 12, 11, 10, 10), start=1)
)
_GRID = TableStyle(
    [("LINEBELOW", (0, 0), (-1, -1), 0.25, "grey"), ("VALIGN", (0, 0), (-1, -1), "TOP")]
)
_MARKS = {"strong": ("<b>", "</b>"), "em": ("<i>", "</i>")}
_CODE_COLUMNS = 95
# The PDF's built-in fonts have the characters of Windows-1252 and no others.
_REPLACED = str.maketrans({"→": "->", "←": "<-", "≥": ">=", "≤": "<=", "−": "-", "≠": "!="})


def write_pdf(markdown: str, path: Path, *, title: str) -> None:
    """Write `markdown` as a PDF with `title`."""
    document = SimpleDocTemplate(str(path), pagesize=A4, title=title)
    root = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(markdown))
    document.build(list(_blocks(root, document.width)))


def _blocks(node: SyntaxTreeNode, width: float) -> Iterator[Flowable]:
    for child in node.children:
        match child.type:
            case "heading":
                yield Paragraph(_inline(child), _HEADINGS[int(child.tag[1]) - 1])
            case "paragraph":
                yield Paragraph(_inline(child), _TEXT)
            case "bullet_list" | "ordered_list":
                yield from _items(child, width)
            case "fence" | "code_block":
                yield Preformatted(_plain(child.content), _CODE, maxLineLength=_CODE_COLUMNS)
            case "table":
                yield _table(child, width)
            case "blockquote":
                yield from _blocks(child, width)
            case _:
                continue


def _items(items: SyntaxTreeNode, width: float) -> Iterator[Flowable]:
    for place, item in enumerate(items.children, start=1):
        mark = f"{place}." if items.type == "ordered_list" else "•"
        style = ParagraphStyle("item", _TEXT, leftIndent=14, spaceAfter=3)
        for child in item.children:
            if child.type == "paragraph":
                yield Paragraph(_inline(child), style, bulletText=mark)
            else:
                yield from _blocks(SyntaxTreeNode(child.to_tokens()), width)


def _table(table: SyntaxTreeNode, width: float) -> Table:
    rows = [
        [Paragraph(_inline(cell), _CELL) for cell in row.children]
        for part in table.children
        for row in part.children
    ]
    columns = len(rows[0])
    return Table(rows, [width / columns] * columns, style=_GRID, repeatRows=1)


def _inline(node: SyntaxTreeNode) -> str:
    """Return the text below `node` in ReportLab's markup."""
    match node.type:
        case "text":
            return escape(_plain(node.content))
        case "code_inline":
            return f'<font face="Courier">{escape(_plain(node.content))}</font>'
        case "softbreak" | "hardbreak":
            return " "
        case _:
            before, after = _MARKS.get(node.type, ("", ""))
            return before + "".join(_inline(child) for child in node.children) + after


def _plain(text: str) -> str:
    return text.translate(_REPLACED).encode("cp1252", "replace").decode("cp1252")
