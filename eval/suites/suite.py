"""A named set of questions with gold, and the documents that they are asked of."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from core.types import Metadata, MetadataValue
    from eval.runner.cases import Case

_READ_BYTES = 1 << 20
_PLAIN = (".txt", ".md", ".markdown", ".rst", ".text")
"""Formats whose canonical text is what the file has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteDocument:
    """A document of a suite: its text, or the file that has it."""

    id: str
    """As the suite's questions name it."""
    title: str = ""
    text: str | None = None
    path: Path | None = None
    """Absolute; `None`: the text is given."""
    metadata: Metadata = field(default_factory=dict[str, "MetadataValue"])

    @property
    def source(self) -> str:
        """What it is called where it has been ingested."""
        return str(self.path) if self.path else self.id.strip()

    @property
    def is_plain(self) -> bool:
        """Whether its canonical text is what it has, with nothing to parse."""
        return self.path is None or self.path.suffix.lower() in _PLAIN

    def read(self) -> str | None:
        """Return its canonical text; `None` where only a parser knows it."""
        if self.path is None or not self.is_plain:
            return self.text
        try:
            return self.path.read_bytes().decode()
        except UnicodeDecodeError:
            return None


@dataclass(frozen=True, kw_only=True)
class Suite:
    """Questions with gold; without documents they are asked of a collection that there is."""

    name: str
    cases: tuple[Case, ...]
    documents: tuple[SuiteDocument, ...] = ()
    notes: tuple[str, ...] = ()
    """What was passed over when it was read."""

    @cached_property
    def hash(self) -> str:
        """The hash of all that is asked, of what is right, and of the documents."""
        hasher = hashlib.sha256()
        for case in self.cases:
            hasher.update(orjson.dumps(asdict(case), option=orjson.OPT_SORT_KEYS))
        for document in self.documents:
            hasher.update(orjson.dumps([document.id, document.title, document.metadata]))
            for piece in _bytes(document):
                hasher.update(piece)
        return hasher.hexdigest()

    @cached_property
    def by_id(self) -> dict[str, SuiteDocument]:
        """The documents by their names."""
        return {document.id: document for document in self.documents}


def _bytes(document: SuiteDocument) -> Iterator[bytes]:
    if document.path is None:
        yield (document.text or "").encode("utf-8", "surrogatepass")
        return
    with document.path.open("rb") as file:
        while piece := file.read(_READ_BYTES):
            yield piece
