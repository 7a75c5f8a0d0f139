from dataclasses import replace

from core.answers import AbstainReason, Verdict
from core.store.bm25 import Bm25Encoder
from core.types import Passage
from retrieval.pack import Evidence
from serve.answer.extract import MODEL, Extract, Extracting
from serve.answer.read import READ_PASSAGES, ExtractiveReader
from tests.doubles.hash_embedder import HashEmbedder
from tests.doubles.passages import passage

TOWER = passage("The tower is old. The tower of Pisa has 294 steps.", start=5, similarity=0.9)
QUESTION = "How many steps has the tower of Pisa?"


async def draft(question: str, *passages: Passage) -> Extract:
    evidence = [Evidence(number=n, passage=p, tokens=9) for n, p in enumerate(passages, start=1)]
    return await Extracting(ExtractiveReader(HashEmbedder(), Bm25Encoder())).draft(
        question, evidence
    )


async def test_sentence_that_answers_is_quoted_and_supported() -> None:
    drafted = await draft(QUESTION, TOWER)
    finding = drafted.conclude({})
    assert drafted.documents == [TOWER.document_id]
    assert finding.text == "The tower of Pisa has 294 steps. [1]"
    assert finding.abstained is None
    assert [claim.verdict for claim in finding.claims] == [Verdict.SUPPORTED]
    assert (finding.citations[0].span.start, finding.citations[0].span.end) == (23, 55)


async def test_nothing_is_generated_nor_spent() -> None:
    finding = (await draft(QUESTION, TOWER, passage("Rain fell.", source="b.md"))).conclude({})
    assert not finding.generated
    assert finding.complete
    assert (finding.route.model, finding.route.context_tokens) == (MODEL, 18)
    assert finding.usage.calls == 0
    assert finding.steps == ()


async def test_question_without_an_answer_abstains_with_what_came_nearest() -> None:
    finding = (await draft("Who invented the differential gear?", TOWER)).conclude({})
    assert finding.text is None
    assert finding.claims == finding.citations == ()
    assert finding.abstained
    assert finding.abstained.reason is AbstainReason.NO_EVIDENCE
    assert finding.abstained.nearest[0].document_id == TOWER.document_id


async def test_best_passages_are_read_wherever_they_stand_in_the_evidence() -> None:
    others = [
        replace(passage(f"Rain fell in May, {n} mm.", source=f"{n}.md"), score=0.1)
        for n in range(READ_PASSAGES)
    ]
    first = (await draft(QUESTION, TOWER, *others)).conclude({})
    last = (await draft(QUESTION, *others, TOWER)).conclude({})
    assert first.text == last.text == "The tower of Pisa has 294 steps. [1]"
