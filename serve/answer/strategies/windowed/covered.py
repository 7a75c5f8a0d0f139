"""Which documents were read, and how much of each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from core.answers import Dropped
from core.ids import DocumentId
from serve.answer.strategies.documents import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

    from core.answers import Consulted
    from retrieval.pack import Evidence


def consulted(evidence: Sequence[Evidence], read: Set[int]) -> tuple[Consulted, ...]:
    """Return what of `evidence` was read, each stretch of a document by itself."""
    return tuple(each for run in _runs(evidence, read) for each in whole(run))


def read_whole(evidence: Sequence[Evidence], read: Set[int]) -> int:
    """Return how many documents were read from their beginning to their end."""
    documents = {each.passage.document_id for each in evidence}
    return len(documents - {each.passage.document_id for each in _left(evidence, read)})


def missing(evidence: Sequence[Evidence], read: Set[int], *, why: str) -> list[Dropped]:
    """Return the documents that were not read whole, with the tokens that were not."""
    tokens = Counter[DocumentId]()
    for each in _left(evidence, read):
        tokens[each.passage.document_id] += each.tokens
    return [Dropped(document_id=name, tokens=count, why=why) for name, count in tokens.items()]


def _left(evidence: Sequence[Evidence], read: Set[int]) -> list[Evidence]:
    return [each for each in evidence if each.number not in read]


def _runs(evidence: Sequence[Evidence], read: Set[int]) -> Iterator[list[Evidence]]:
    run: list[Evidence] = []
    for each in evidence:
        if each.number in read:
            run.append(each)
        elif run:
            yield run
            run = []
    if run:
        yield run
