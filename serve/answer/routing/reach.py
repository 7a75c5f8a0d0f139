"""Which documents are read whole: how many tokens of them, and which first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.answers import Dropped
from retrieval.pack import TITLE_CHARACTERS
from retrieval.whole import most_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.ids import DocumentId
    from core.records import DocumentRecord

MARKER_TOKENS = 8
"""Of a marker with what stands around it, at most: `[SS123456]` and two line ends."""
_HEAD_TOKENS = 8
"""Around the title of a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How much is read without being asked for it: tokens, as cl100k counts.

    Of documents with their titles and markers.
    """

    evidence: int
    """Of passages."""
    small: int
    """A scope up to this size goes in whole: no model is asked for less at once."""
    most: int
    """Of whole documents, where the caller says nothing."""


def around_document(record: DocumentRecord) -> int:
    """Return the tokens of a document's title and markers in a prompt, at most."""
    return around_title(record.title) + MARKER_TOKENS * most_blocks(record)


def around_title(title: str) -> int:
    """Return the tokens of the title of a document in a prompt, at most."""
    shown = title[:TITLE_CHARACTERS]
    return _HEAD_TOKENS + len(shown.encode(errors="replace")) // 2


def size(record: DocumentRecord) -> int:
    """Return the tokens of a document in a prompt, with its title and markers."""
    return record.tokens + around_document(record)


def fill(
    documents: Sequence[DocumentRecord], *, most: int
) -> tuple[list[DocumentRecord], list[Dropped]]:
    """Return the first documents, up to the first that does not fit into `most`, and the others.

    Later ones may be small enough, but an answer from what is less likely, without what is most
    likely, would be a worse one.
    """
    left = most
    read: list[DocumentRecord] = []
    dropped: list[Dropped] = []
    for each in documents:
        left -= size(each)
        if left >= 0 and not dropped:
            read.append(each)
            continue
        why = (
            f"comes behind a document that does not fit into {most:,} tokens"
            if dropped
            else f"{size(each):,} tokens do not fit into {left + size(each):,}, left of {most:,}"
        )
        dropped.append(Dropped(document_id=each.document_id, tokens=each.tokens, why=why))
    return read, dropped


def why_none(documents: Sequence[DocumentRecord], *, most: int) -> str:
    """Return why none of `documents` is read whole, the first of which does not fit."""
    count = len(documents)
    if count == 1:
        return f"the document does not fit into {most:,} tokens"
    if any(size(each) <= most for each in documents):
        return f"the likeliest of {count} documents does not fit into {most:,} tokens"
    return f"none of {count} documents fits into {most:,} tokens"


def in_order(documents: Sequence[DocumentRecord]) -> tuple[DocumentRecord, ...]:
    """Return `documents` in an order that is the same for every question."""
    return tuple(sorted(documents, key=lambda each: (each.source, each.document_id)))


def likeliest_first(
    documents: Sequence[DocumentRecord], found: Sequence[DocumentId]
) -> list[DocumentRecord]:
    """Return `documents`: those `found` in their order, then the others in a stable one."""
    place = {document: at for at, document in reversed([*enumerate(found)])}
    last = len(place)
    return sorted(in_order(documents), key=lambda each: place.get(each.document_id, last))
