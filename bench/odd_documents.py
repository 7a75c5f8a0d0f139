"""Documents with the characters that offsets go wrong by, in the formats that are read."""

from __future__ import annotations

import csv
import json
import zipfile
from dataclasses import dataclass
from email.message import EmailMessage
from html import escape
from io import BytesIO, StringIO
from random import Random
from typing import TYPE_CHECKING, TypeAlias

from reportlab.pdfgen.canvas import Canvas

from ingest.sources import RECORD, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    _Writer: TypeAlias = Callable[[Random, Sequence[str]], bytes]


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


WORDS = _listed(
    "tower bell revenue 3,538 kg 56 m grew fell 12.5 % in 2023 "
    "Pisa the of was and 1,577.0 "
    "e\u0301te\u0301 nai\u0308ve A\u030angstro\u0308m q\u0323\u0307 ﬁnal oﬃce ﬂow ǆ ĳ "
    "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👍🏽 🇮🇹 ❤️ 𝒜𝓁𝑔 𠀀𠮷 𝟛𝟜 "
    "המגדל יָשָׁן \u200fשנים\u200e البُرج قديم\u061c ۱۲۳ ܫܠܡܐ "
    "塔很旧 收入增长 鐘楼 タワー ｶﾞｷﾞ 한글 \u1112\u1161\u11ab हिन्दी मीनार หอคอยเก่า သက်ရှိ "
    "ß İstanbul ıldız Σίσυφος ΟΔΟΣ Ǆ \u00adsoft\u00adhyphen zero\u200bwidth no\u00a0break "
    "m² 10⁶ [12] [1] (1) <b> &amp; {x} | `a[1]` \\n $5.3 “quoted” «so» — … #1 * - a_b "
)
STOPS = (".", "!", "?", "...", "。", "？", "؟", "।", ".”", ".[12]", ":", "", "?!", " .")
GAPS = (" ", "  ", "\t", "\u00a0", "\u3000", "\u2009", " \u200f")
BREAKS = (
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "\r\n\r\n",
    "\f",
    "\v",
    "\u2028",
    "\u2029",
    "\x85",
    " \n ",
    "\n\t",
)
ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16")


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """A document, and what was written into it."""

    source: Source
    kind: str
    sentences: Sequence[str]


def odd_documents(count: int, *, seed: int) -> Iterator[Odd]:
    """Yield `count` documents; the same for the same seed."""
    kinds = list(_WRITERS)
    for number in range(count):
        draw = Random(f"{seed} {number}")  # noqa: S311 - not a secret
        kind = kinds[number % len(kinds)]
        said = [_sentence(draw) for _ in range(draw.randrange(1, 12))]
        content = _WRITERS[kind](draw, said)
        name = f"{number:05}.{kind}"
        source = Source(name=name, content=content, format=RECORD if kind == "jsonl" else "")
        yield Odd(source=source, kind=kind, sentences=said)


def _sentence(draw: Random) -> str:
    picked = [draw.choice(WORDS) for _ in range(draw.randrange(2, 14))]
    text = picked[0]
    for word in picked[1:]:
        text += draw.choice(GAPS if draw.random() < 0.2 else " ") + word
    return text + draw.choice(STOPS)


def _prose(draw: Random, sentences: Sequence[str]) -> str:
    text = ""
    for sentence in sentences:
        text += sentence + (draw.choice(BREAKS) if draw.random() < 0.5 else " ")
    return text


def _txt(draw: Random, sentences: Sequence[str]) -> bytes:
    return _prose(draw, sentences).encode(draw.choice(ENCODINGS))


def _markdown(draw: Random, sentences: Sequence[str]) -> bytes:
    begin = ("", "- ", "1. ", "> ", "# ", "| a | ", "    ", "```\n")
    lines = [draw.choice(begin) + sentence for sentence in sentences]
    return draw.choice(("\n", "\r\n", "\n\n")).join(lines).encode()


def _html(draw: Random, sentences: Sequence[str]) -> bytes:
    tags = ("p", "li", "h2", "td", "pre", "blockquote", "div")
    body = "".join(f"<{t}>{escape(s)}</{t}>" for s in sentences for t in [draw.choice(tags)])
    page = f'<html><head><meta charset="utf-8"><title>T</title></head><body>{body}</body></html>'
    return page.encode()


def _record(draw: Random, sentences: Sequence[str]) -> bytes:
    record = {"id": "1", "title": sentences[0][:40], "text": _prose(draw, sentences)}
    return json.dumps(record, ensure_ascii=draw.random() < 0.5).encode()


def _csv(draw: Random, sentences: Sequence[str]) -> bytes:
    lines = StringIO(newline="")
    writer = csv.writer(lines, lineterminator=draw.choice(("\n", "\r\n")))
    writer.writerow(("what", "how much"))
    writer.writerows((sentence, draw.randrange(10_000)) for sentence in sentences)
    return lines.getvalue().encode()


def _code(draw: Random, sentences: Sequence[str]) -> bytes:
    lines = [f"def f{n}():\n    return {sentence!r}\n" for n, sentence in enumerate(sentences)]
    return draw.choice(("\n", "\n\n")).join(lines).encode()


def _mail(draw: Random, sentences: Sequence[str]) -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "A tower", "a@example.org", "b@example.org"
    mail.set_content(_prose(draw, sentences).replace("\x85", " "))
    return mail.as_bytes()


def _docx(_: Random, sentences: Sequence[str]) -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(each)}</w:t></w:r></w:p>'
        for each in sentences
    )
    parts = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.wordprocessingml.document.main+xml"/></Types>'
        ),
        "_rels/.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
        ),
        "word/document.xml": (
            f'<w:document xmlns:w="{space}"><w:body>{text}</w:body></w:document>'
        ),
    }
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{part}')
    return buffer.getvalue()


def _pdf(_: Random, sentences: Sequence[str]) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for number, sentence in enumerate(sentences):
        # The fonts that every reader has are of western Europe.
        text = sentence.encode("cp1252", "ignore").decode("cp1252") or "tower"
        canvas.drawString(72, 780 - 20 * (number % 6), text)
        if number % 6 == 5:
            canvas.showPage()
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


_WRITERS: dict[str, _Writer] = {
    "txt": _txt,
    "md": _markdown,
    "html": _html,
    "jsonl": _record,
    "csv": _csv,
    "py": _code,
    "eml": _mail,
    "docx": _docx,
    "pdf": _pdf,
}
