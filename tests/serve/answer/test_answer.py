from collections.abc import AsyncIterator, Mapping, Sequence

import orjson

from core.answers import AbstainReason, Answer, Fallback
from core.clock import Deadline
from core.ids import CollectionName, DocumentId
from core.records import DocumentRecord
from core.store.bm25 import Bm25Encoder
from core.types import Chunk, Passage, Scope
from retrieval.found import Retrieved
from serve.answer.answer import Answerer, Ways
from serve.answer.events import Tell
from serve.answer.extract import Extracting
from serve.answer.question import Question
from serve.answer.read import ExtractiveReader
from serve.answer.routing.planned import Quoting
from serve.answer.strategies.passages import Passages
from serve.answer.strategies.strategy import Limits
from serve.answer.terms import Lexicon
from serve.answer.verify.conflicts.conflict import ConflictFinder
from tests.doubles.clock import in_good_time
from tests.doubles.hash_embedder import HashEmbedder
from tests.doubles.passages import passage

SCOPE = Scope(collection=CollectionName("default"))
TOWER = passage("The tower is old.\fThe tower of Pisa has 294 steps.", start=5, similarity=0.9)


class Found:
    """A retriever that always finds the same, and knows where its pages lie."""

    def __init__(self, *passages: Passage, fallbacks: tuple[Fallback, ...] = ()) -> None:
        self.passages, self.fallbacks = passages, fallbacks

    async def find(
        self,
        question: str,  # noqa: ARG002 - it finds the same for every one
        scope: Scope,  # noqa: ARG002 - likewise
        *,
        top_k: int,
        deadline: Deadline,  # noqa: ARG002 - and at once
    ) -> Retrieved:
        return Retrieved(passages=self.passages[:top_k], fallbacks=self.fallbacks)

    async def documents(
        self,
        collection: CollectionName,  # noqa: ARG002 - it has one
        ids: Sequence[DocumentId],  # noqa: ARG002 - it gives them all
    ) -> Mapping[DocumentId, DocumentRecord]:
        return {found.document_id: record(found) for found in self.passages}

    async def in_scope(self, scope: Scope) -> Sequence[DocumentRecord]:  # noqa: ARG002 - one for all
        return [record(found) for found in self.passages]

    async def count_documents(self, scope: Scope) -> int:  # noqa: ARG002 - likewise
        return len(self.passages)

    async def read(
        self, documents: Sequence[DocumentRecord]
    ) -> AsyncIterator[tuple[DocumentRecord, list[Chunk]]]:
        for document, found in zip(documents, self.passages, strict=True):
            yield document, chunks(found)


def chunks(found: Passage) -> list[Chunk]:
    return [
        Chunk(
            chunk_id=found.chunk_id,
            document_id=found.document_id,
            version=found.version,
            span=found.span,
            text=found.text,
        )
    ]


def record(found: Passage) -> DocumentRecord:
    return DocumentRecord(
        document_id=found.document_id,
        collection=SCOPE.collection,
        version=found.version,
        source=found.source,
        title=found.title,
        format="pdf",
        language="en",
        encoding="utf-8",
        bytes=1,
        sha256="",
        characters=found.span.end,
        tokens=1,
        chunks=1,
        page_spans=((0, 23), (23, 60)),
        embedder="hash-64",
        parser=1,
        chunker=1,
        created_at="",
        updated_at="",
    )


def answerer(*passages: Passage) -> Answerer:
    return answerer_over(Found(*passages))


def answerer_over(found: Found) -> Answerer:
    reader = Extracting(
        ExtractiveReader(HashEmbedder(), Bm25Encoder()), ConflictFinder(Lexicon(Bm25Encoder()))
    )
    passages = Passages(found, reader, found, count_tokens=lambda text: len(text.split()))
    return Answerer(
        Ways(planner=Quoting(), strategies={"retrieval": passages}, retriever=found), found
    )


async def ask(asked: Answerer, question: str, max_tokens: int = 6_000) -> Answer:
    limits = Limits(top_k=8, max_tokens=max_tokens, deadline=in_good_time())
    return await asked.answer(Question(text=question, scope=SCOPE), limits, tell=Tell())


async def test_answer_quotes_and_says_that_it_generated_nothing() -> None:
    answer = await ask(answerer(TOWER), "How many steps has the tower of Pisa?")
    assert answer.answer == "The tower of Pisa has 294 steps. [1]"
    assert answer.abstained is None
    assert not answer.generated
    assert (answer.route.model, answer.route.tier) == ("extractive", "standard")
    assert answer.route.strategy == "retrieval"
    assert answer.usage.calls == 0
    assert answer.usage.cost_usd == 0
    assert answer.coverage.documents_searched == 1


async def test_citation_names_the_page_of_the_quote_and_not_of_the_passage() -> None:
    answer = await ask(answerer(TOWER), "How many steps has the tower of Pisa?")
    (citation,) = answer.citations
    assert citation.pages == (2,)
    assert ("." * 5 + TOWER.text)[citation.span.start : citation.span.end] == citation.quote
    assert citation.checked_by == ("quote",)


async def test_question_that_is_not_answered_abstains_with_what_came_nearest() -> None:
    answer = await ask(answerer(TOWER), "Who invented the differential gear?")
    assert answer.answer is None
    assert answer.claims == answer.citations == ()
    assert answer.abstained is not None
    assert answer.abstained.nearest[0].document_id == TOWER.document_id


async def test_evidence_that_does_not_fit_is_not_read() -> None:
    long = passage("The tower of Pisa has steps, " * 9 + "and bells.", source="b.md")
    for max_tokens, tokens in ((35, 11), (120, 67)):
        answer = await ask(
            answerer(long, TOWER), "How many steps has the tower of Pisa?", max_tokens=max_tokens
        )
        assert answer.route.context_tokens == tokens
        assert {c.document_id for c in answer.citations} <= {TOWER.document_id, long.document_id}


async def test_question_whose_evidence_is_too_long_abstains_for_that_reason() -> None:
    answer = await ask(answerer(TOWER), "How many steps?", max_tokens=3)
    assert answer.abstained is not None
    assert answer.abstained.reason is AbstainReason.OVER_BUDGET
    assert answer.route.context_tokens == 0


async def test_empty_collection_abstains() -> None:
    answer = await ask(answerer(), "How many steps has the tower?")
    assert answer.abstained is not None
    assert answer.abstained.nearest == ()


async def test_same_question_over_the_same_evidence_has_the_same_id() -> None:
    first, again, other = [
        (await ask(answerer(TOWER), question)).id
        for question in ("How many steps?", "How many steps?", "How many stairs?")
    ]
    assert first == again != other
    assert first.startswith("ans_")


async def test_answer_is_json() -> None:
    answer = await ask(answerer(TOWER), "How many steps has the tower of Pisa?")
    assert orjson.loads(orjson.dumps(answer))["claims"][0]["citations"] == [1]


async def test_reranking_model_that_failed_is_in_the_route() -> None:
    failed = Fallback(model="x/rerank", error="x/rerank: 503: down")
    answer = await ask(answerer_over(Found(TOWER, fallbacks=(failed,))), "How many steps?")
    assert answer.route.fallbacks == (failed,)
    nothing = await ask(answerer_over(Found(fallbacks=(failed,))), "How many steps?")
    assert nothing.route.fallbacks == (failed,)
