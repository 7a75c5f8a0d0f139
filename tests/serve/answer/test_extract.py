from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.answers import AbstainReason, Verdict
from core.clock import Deadline
from core.errors import DeadlineError
from core.store.bm25 import Bm25Encoder
from retrieval.pack import Evidence
from serve.answer.events import Tell
from serve.answer.extract import MODEL, Extracting
from serve.answer.read import READ_PASSAGES, ExtractiveReader
from serve.answer.terms import Lexicon
from serve.answer.verify.conflicts.conflict import ConflictFinder
from tests.doubles.assignments import assigned
from tests.doubles.clock import VirtualClock
from tests.doubles.hash_embedder import HashEmbedder
from tests.doubles.passages import passage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.ids import DocumentId
    from core.records import DocumentRecord
    from core.types import Passage, Vector
    from serve.answer.finding import Finding

TOWER = passage("The tower is old. The tower of Pisa has 294 steps.", start=5, similarity=0.9)
QUESTION = "How many steps has the tower of Pisa?"


async def shelf(_: Sequence[DocumentId]) -> dict[DocumentId, DocumentRecord]:
    return {}


CONFLICTS = ConflictFinder(Lexicon(Bm25Encoder()))


async def conclude(question: str, *passages: Passage) -> Finding:
    evidence = [Evidence(number=n, passage=p, tokens=9) for n, p in enumerate(passages, start=1)]
    extracting = Extracting(ExtractiveReader(HashEmbedder(), Bm25Encoder()), CONFLICTS)
    draft = await extracting.draft(assigned(question, evidence), tell=Tell())
    return await draft.conclude(shelf)


async def test_sentence_that_answers_is_quoted_and_supported() -> None:
    finding = await conclude(QUESTION, TOWER)
    assert finding.text == "The tower of Pisa has 294 steps. [1]"
    assert finding.abstained is None
    assert [claim.verdict for claim in finding.claims] == [Verdict.SUPPORTED]
    assert (finding.citations[0].span.start, finding.citations[0].span.end) == (23, 55)


async def test_nothing_is_generated_nor_spent() -> None:
    finding = await conclude(QUESTION, TOWER, passage("Rain fell.", source="b.md"))
    assert not finding.generated
    assert finding.complete
    assert (finding.route.model, finding.route.context_tokens) == (MODEL, 18)
    assert finding.usage.calls == 0
    assert finding.steps == ()


async def test_question_without_an_answer_abstains_with_what_came_nearest() -> None:
    finding = await conclude("Who invented the differential gear?", TOWER)
    assert finding.text is None
    assert not finding.claims
    assert not finding.citations
    assert finding.abstained
    assert finding.abstained.reason is AbstainReason.NO_EVIDENCE
    assert finding.abstained.nearest[0].document_id == TOWER.document_id


async def test_best_passages_are_read_wherever_they_stand_in_the_evidence() -> None:
    others = [
        replace(passage(f"Rain fell in May, {n} mm.", source=f"{n}.md"), score=0.1)
        for n in range(READ_PASSAGES)
    ]
    first = await conclude(QUESTION, TOWER, *others)
    last = await conclude(QUESTION, *others, TOWER)
    assert first.text == last.text == "The tower of Pisa has 294 steps. [1]"


class _Silent(HashEmbedder):
    """An embedder that has no vectors for sentences."""

    async def embed_passages(self, texts: Sequence[str]) -> list[Vector]:  # noqa: ARG002
        await asyncio.Event().wait()
        raise AssertionError


async def test_embedder_that_takes_longer_than_a_question_may_is_named() -> None:
    clock = VirtualClock()
    extracting = Extracting(ExtractiveReader(_Silent(), Bm25Encoder()), CONFLICTS)
    evidence = [Evidence(number=1, passage=TOWER, tokens=9)]
    deadline = Deadline.after(9, clock=clock)
    with pytest.raises(DeadlineError, match="hash-64: did not embed the sentences"):
        await extracting.draft(assigned(QUESTION, evidence, deadline=deadline), tell=Tell())
    assert clock.monotonic() == 9
