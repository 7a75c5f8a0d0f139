"""Citations with their places on the pages of a PDF, as long as its file is what was ingested."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from core.errors import IbidError
from core.types import Span
from serve.originals import Originals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.answers import Answer, Box, Citation
    from core.ids import CollectionName
    from core.library import Library
    from core.records import DocumentRecord

TIMEOUT_S = 2.0
MOST_PAGES = 24
"""How many cited pages of one answer are opened; each takes milliseconds."""


class Boxes:
    """Finds where quotes are drawn.

    One thread does so for everyone: PDFium cannot be used by two, see
    https://pypdfium2.readthedocs.io/en/stable/python_api.html#thread-incompatibility.
    """

    def __init__(self, library: Library, *, timeout_s: float = TIMEOUT_S) -> None:
        """Look into the files of the documents of `library`, for `timeout_s` an answer at most."""
        self._library, self._timeout_s = library, timeout_s
        self._originals = Originals()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pdfium")

    async def ready(self) -> None:
        """Load PDFium, which takes a while, so that no answer waits for it."""
        loading = partial(import_module, "ingest.parse.boxes")
        await asyncio.get_running_loop().run_in_executor(self._thread, loading)

    async def on(self, answer: Answer, collection: CollectionName) -> Answer:
        """Return `answer` with the boxes of what it cites from PDFs.

        A citation has none where the file is gone or has other bytes than were ingested, where many
        pages are cited before it, and where time runs out.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                wanted = await self._wanted(answer.citations, collection)
                if not wanted:
                    return answer
                loop = asyncio.get_running_loop()
                found = await loop.run_in_executor(self._thread, self._found, wanted)
        except (TimeoutError, IbidError):  # such as that of a document that was just deleted
            return answer
        boxed = [replace(each, boxes=found.get(each.n, ())) for each in answer.citations]
        return replace(answer, citations=tuple(boxed))

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _wanted(
        self, citations: Sequence[Citation], collection: CollectionName
    ) -> list[_Wanted]:
        """Return what is cited of each page, in order of the citations."""
        ids = list(dict.fromkeys(each.document_id for each in citations if each.pages))
        records = await self._library.documents(collection, ids) if ids else {}
        pdfs = {key: record for key, record in records.items() if record.format == "pdf"}
        cited = [
            (citation, pdfs[citation.document_id], page)
            for citation in citations
            for page in citation.pages
            if citation.document_id in pdfs
        ]
        opened = list(dict.fromkeys((record.document_id, page) for _, record, page in cited))
        return [
            wanted
            for citation, record, page in cited
            if (record.document_id, page) in opened[:MOST_PAGES]
            and (wanted := await self._on_page(citation, record, page))
        ]

    async def _on_page(
        self, citation: Citation, record: DocumentRecord, page: int
    ) -> _Wanted | None:
        """Return what of a citation is on a page of the version that is visible now."""
        if page > record.pages:
            return None
        whole = Span(*record.page_spans[page - 1])
        start, end = max(citation.span.start, whole.start), min(citation.span.end, whole.end)
        _, text = await self._library.text(record.collection, record.document_id, whole)
        span = Span(start - whole.start, end - whole.start)
        quoted = citation.quote[start - citation.span.start : end - citation.span.start]
        if start >= end or span.slice(text) != quoted:
            return None
        return _Wanted(n=citation.n, record=record, page=page, text=text, span=span)

    def _found(self, wanted: Sequence[_Wanted]) -> dict[int, tuple[Box, ...]]:
        """Return the boxes of each citation, by its number."""
        from ingest.parse.boxes import Part, boxes_of  # noqa: PLC0415 - 0.2 s

        found: dict[int, tuple[Box, ...]] = {}
        for record in {each.record.document_id: each.record for each in wanted}.values():
            of_it = [each for each in wanted if each.record.document_id == record.document_id]
            parts = [Part(page=each.page, text=each.text, span=each.span) for each in of_it]
            boxes = self._originals.read(record, partial(boxes_of, parts=parts))
            for each, drawn in zip(of_it, boxes or [()] * len(of_it), strict=True):
                found[each.n] = found.get(each.n, ()) + drawn
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What a citation has of one page."""

    n: int
    record: DocumentRecord
    page: int
    text: str
    """Of the page."""
    span: Span
    """In `text`."""
