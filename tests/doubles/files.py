"""Files as people's programs write them, made in memory."""

from __future__ import annotations

import zipfile
from email.message import EmailMessage
from io import BytesIO
from typing import TYPE_CHECKING

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def pdf(
    pages: Sequence[str],
    *,
    title: str = "",
    outline: Sequence[tuple[str, int, int]] = (),
    password: str = "",
) -> bytes:
    """Return a PDF with the lines of each page; `outline` has titles, pages from 0 and levels."""
    buffer = BytesIO()
    encryption = StandardEncryption(password) if password else None
    canvas = Canvas(buffer, encrypt=encryption, invariant=1)
    canvas.setTitle(title)
    canvas.setAuthor("Ada Lovelace")
    for number, page in enumerate(pages):
        canvas.bookmarkPage(str(number))  # pyright: ignore[reportUnknownMemberType] - untyped
        for name, at, level in outline:
            if at == number:
                canvas.addOutlineEntry(name, str(number), level)  # pyright: ignore[reportUnknownMemberType] - untyped
        for line, text in enumerate(page.splitlines()):
            canvas.drawString(72, 760 - 16 * line, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP archive of `parts`."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return buffer.getvalue()


def epub() -> bytes:
    """Return a book whose reading order is not the order of its files."""
    chapter = (
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{0}</title></head>'
        "<body><h1>{0}</h1><p>The text of {0}: 3 &lt; 5 &amp; more.</p></body></html>"
    )
    items = "".join(
        f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>'
        for name in ("a", "b")
    )
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
        'unique-identifier="i"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>Night &amp; Day</dc:title><dc:creator>V. Woolf</dc:creator>"
        '<dc:identifier id="i">x</dc:identifier></metadata>'
        f'<manifest>{items}</manifest><spine><itemref idref="b"/><itemref idref="a"/></spine>'
        "</package>"
    )
    container = (
        '<?xml version="1.0"?><container version="1.0" '
        'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/c.opf" media-type="application/oebps-package+xml"/>'
        "</rootfiles></container>"
    )
    return archive(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "OEBPS/c.opf": package,
            "OEBPS/a.xhtml": chapter.format("Second chapter"),
            "OEBPS/b.xhtml": chapter.format("First chapter"),
        }
    )


def mail(*, html_only: bool = False) -> bytes:
    """Return a message with an attachment."""
    message = EmailMessage()
    message["From"] = "Ada <ada@example.org>"
    message["To"] = "bob@example.org"
    message["Subject"] = "Invoice 42 für März"
    message["Date"] = "Tue, 05 Mar 2024 10:00:00 +0100"
    if html_only:
        message.set_content(
            "<p>Dear Bob,</p><script>x()</script><p>it is 420 euros.</p>", subtype="html"
        )
    else:
        message.set_content("Dear Bob,\n\nit is 420 euros.\n")
    message.add_attachment(b"a note", maintype="text", subtype="plain", filename="note.txt")
    return bytes(message)


PAGE = """<!doctype html>
<html lang="en"><head><title>Tea guide | Acme</title><meta charset="utf-8">
<script>var tracking = "evil";</script><style>.x{color:red}</style></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/a">About us</a></li></ul></nav>
<main><article><h1>Tea guide</h1>
<p>Tea is a drink made from leaves, and it has been drunk for thousands of years.</p>
<h2>Brewing</h2><p>Green tea brews at 80&nbsp;°C for 2 minutes, R&amp;D says &lt; 3 * a_b [1].</p>
<table><tr><th>Tea</th><th>Minutes</th></tr><tr><td>Green</td><td>2</td></tr></table>
</article></main><footer>Copyright Acme</footer></body></html>"""
"""A web page with a main part, and what is around such parts."""
