"""Sources into documents, each parsed in a process that may crash or hang without harm."""

from __future__ import annotations

import asyncio
import hashlib
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING

from core.errors import SourceError
from core.ids import document_id, version_id
from ingest.chunk import CHUNKER_VERSION
from ingest.parse.document import PARSER_VERSION, parse
from ingest.parse.frontmatter import storable

if TYPE_CHECKING:
    from collections.abc import Generator

    from core.ids import CollectionName
    from core.library import Library
    from core.protocols import Embedder
    from core.records import DocumentRecord
    from core.types import Document, Metadata
    from ingest.sources import Source

PARSE_TIMEOUT_S = 300.0
SAMPLE = "The 1,234,567 tokens of a 語彙, of слова and of words:\r\n\tfunction(a_b) ------ 🗼\n"
"""Tokenizers count it differently."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocument:
    """A document and the bytes that it was made of."""

    document: Document
    bytes: int
    sha256: str
    replaces: DocumentRecord | None
    """What the collection has of the same source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """A source that the collection already has as it is."""

    bytes: int


class Reader:
    """Reads the sources of one collection."""

    def __init__(
        self,
        *,
        library: Library,
        collection: CollectionName,
        embedder: Embedder,
        metadata: Metadata,
        refresh: bool,
        max_bytes: int,
    ) -> None:
        self._library = library
        self._collection = collection
        self._embedder = embedder
        self._metadata = storable(metadata)
        self._refresh = refresh
        self._max_bytes = max_bytes
        self._parser = _ParserProcess()

    async def read(self, source: Source) -> ReadDocument | Unchanged:
        """Return the document that `source` is, or that nothing changed.

        Raises:
            SourceError: it cannot be read; names the source and the reason.
        """
        content = await asyncio.to_thread(source.read, max_bytes=self._max_bytes)
        sha256 = hashlib.sha256(content).hexdigest()
        key = document_id(self._collection, source.name)
        stored = (await self._library.documents(self._collection, [key])).get(key)
        if stored and stored.sha256 == sha256 and not self._refresh and self._has_metadata(stored):
            return Unchanged(bytes=len(content))
        document = await self._parser.parse(source, content, self._collection, self._metadata)
        # A document that is read anew by a newer parser or chunker, or for an embedder that by now
        # takes another number of tokens or counts otherwise, replaces its version whole.
        sizes = f"{self._embedder.max_tokens} {self._embedder.count_tokens(SAMPLE)}"
        made_of = f"{sha256} {PARSER_VERSION} {CHUNKER_VERSION} {sizes}"
        return ReadDocument(
            document=replace(document, version=version_id(key, made_of.encode())),
            bytes=len(content),
            sha256=sha256,
            replaces=stored,
        )

    def close(self) -> None:
        """End the process that parses."""
        self._parser.close()

    def _has_metadata(self, stored: DocumentRecord) -> bool:
        return all(stored.metadata.get(key) == value for key, value in self._metadata.items())


class _ParserProcess:
    """One process that parses; replaced when it dies or hangs."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    async def parse(
        self, source: Source, content: bytes, collection: CollectionName, metadata: Metadata
    ) -> Document:
        """Return the document; raises `SourceError`."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        job = partial(_parse, source, content, collection=collection, metadata=metadata)
        with _interrupts_held():
            parsing = asyncio.wrap_future(self._pool.submit(job))
        try:
            return await asyncio.wait_for(parsing, PARSE_TIMEOUT_S)
        except BrokenProcessPool:
            self.close()
            raise SourceError("crashed the parser", source=source.name, stage="parse") from None
        except TimeoutError:
            self.close()
            reason = f"took the parser more than {PARSE_TIMEOUT_S:.0f} s"
            raise SourceError(reason, source=source.name, stage="parse") from None

    def close(self) -> None:
        """Kill the process, whatever it does."""
        pool, self._pool = self._pool, None
        if pool is not None:
            # `kill_workers` is new in Python 3.14.
            for process in list((pool._processes or {}).values()):  # noqa: SLF001
                process.kill()
            pool.shutdown(wait=False, cancel_futures=True)


def _parse(
    source: Source, content: bytes, *, collection: CollectionName, metadata: Metadata
) -> Document:
    """Parse at the edge of a process: whatever goes wrong in a library is this source's failure."""
    try:
        return parse(source, content, collection=collection, metadata=metadata)
    except SourceError:
        raise
    except Exception as error:  # noqa: BLE001 - a library's bug must not end the whole ingestion
        reason = f"broke the parser ({type(error).__name__})"
        raise SourceError(reason, source=source.name, stage="parse") from None


@contextmanager
def _interrupts_held() -> Generator[None]:
    """Start processes that a Ctrl-C on the terminal does not reach: they inherit what is held."""
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
