from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.answers import AbstainReason, Abstention, Answer, Consulted, Verdict
from core.ids import ChunkId, DocumentId
from core.types import Span
from eval.judges.judge import Graded, Reading
from eval.metrics.answers import Grade
from eval.metrics.scores import NO_RESULT, NOT_JUDGED, CaseId, Score, Unscored
from eval.runner.cases import ANSWERS, CASES, Case, Gold, GoldEvidence, ScoredCase, read_cases
from eval.runner.documents import SuiteDocuments
from eval.runner.rows import NOT_AT_HAND, NOT_RECORDED, NOT_SAID, RECORDED
from eval.runner.score import NOT_FOUND, WHOLE, Judges, score_answers
from eval.suites.suite import Suite, SuiteDocument
from serve.wire import to_bytes
from tests.doubles.answers import ROUTE, abstention, answer, citation

TEXT = "The moon is small. It is far."
FAR = GoldEvidence(document="moon", text="It is far.", span=Span(19, 29))
GOLD = Gold(answerable=True, answers=("far",), evidence=(FAR,))
MOON = SuiteDocument(id="moon", title="Moon", text=TEXT)
CITED = answer({"It is far.": [1]}, [citation(1, "It is far.", document="moon", start=19)])


class WordJudge:
    """Takes a claim for supported whose words are all in the quotes; remembers what it is asked."""

    name = "words"

    def __init__(self) -> None:
        self.asked: list[Reading] = []

    async def support(self, readings: Sequence[Reading]) -> list[Verdict | Unscored]:
        self.asked += readings
        return [
            Verdict.SUPPORTED
            if {*each.claim.split()} <= {*" ".join(each.quotes).split()}
            else Verdict.UNSUPPORTED
            for each in readings
        ]


class Mute:
    name = "mute"

    async def support(self, readings: Sequence[Reading]) -> list[Verdict | Unscored]:
        return [NOT_JUDGED for _ in readings]

    async def grade(self, answers: Sequence[Graded]) -> list[Grade | Unscored]:
        return [Grade.PARTIAL for _ in answers]


async def scored(
    directory: Path,
    answers: dict[str, Answer],
    *cases: Case,
    judges: Judges | None = None,
    documents: Sequence[SuiteDocument] = (MOON,),
) -> dict[str, ScoredCase]:
    lines = [to_bytes({"id": name, "answer": each}) + b"\n" for name, each in answers.items()]
    (directory / ANSWERS).write_bytes(b"".join(lines))
    suite = Suite(name="moon", cases=cases, documents=tuple(documents))
    judges = judges or Judges(support=WordJudge())
    done = [n async for n in score_answers(directory, cases, SuiteDocuments(suite), judges)]
    assert done[-1] == len(cases)
    return {each.id: each for each in read_cases(directory / CASES)}


def case(name: str = "a", gold: Gold = GOLD) -> Case:
    return Case(id=CaseId(name), question=f"{name}?", gold=gold)


async def test_a_good_answer_scores_and_one_that_is_missing_scores_nothing(tmp_path: Path) -> None:
    found = await scored(tmp_path, {"a": CITED}, case("b"), case("a"))

    assert [*found] == ["b", "a"], "not in the order of the suite"
    right, missing = found["a"].scores, found["b"].scores
    assert (right["containment"], right["citation_recall"], right["cited_span_recall"]) == (1, 1, 1)
    assert (right["fabricated_quote_rate"], right["unsupported_rate"]) == (0, 0)
    assert (missing["containment"], missing["citation_recall"], missing["answered_rate"]) == (
        0,
        0,
        0,
    )
    assert missing["fabricated_quote_rate"] == NO_RESULT
    assert right.keys() == missing.keys()
    assert found["b"].error


async def test_a_quote_that_is_not_there_is_fabricated(tmp_path: Path) -> None:
    false = answer({"It is near.": [1]}, [citation(1, "It is near.", document="moon", start=19)])

    found = await scored(tmp_path, {"a": false}, case())

    assert found["a"].scores["fabricated_quote_rate"] == 1


async def test_a_quote_in_a_document_that_nobody_can_read_here_is_unscored(tmp_path: Path) -> None:
    paged = SuiteDocument(id="moon", path=tmp_path / "moon.pdf")

    found = await scored(tmp_path, {"a": CITED}, case(), documents=[paged])

    assert found["a"].scores["fabricated_quote_rate"] == NOT_AT_HAND


async def test_evidence_is_asked_about_only_for_a_claim_that_its_citations_fail(
    tmp_path: Path,
) -> None:
    consulted = Consulted(
        document_id=DocumentId("moon"), chunk_id=ChunkId("1"), span=Span(0, len(TEXT))
    )
    wrong = answer(
        {"It is far.": [1], "It is small.": [1]},
        [citation(1, "It is far.", document="moon", start=19)],
    )
    judge = WordJudge()

    found = await scored(
        tmp_path,
        {"a": replace(wrong, evidence=(consulted,))},
        case(),
        judges=Judges(support=judge),
    )

    assert found["a"].scores["misattribution_rate"] == 0.5
    assert [each.claim for each in judge.asked if each.quotes == (TEXT,)] == ["It is small."]
    assert found["a"].scores["document_recall@1"] == 1, "the evidence is what was found"


async def test_an_abstention_is_right_where_there_is_no_answer(tmp_path: Path) -> None:
    none = Gold(answerable=False)

    found = await scored(tmp_path, {"a": abstention()}, case(gold=none))

    scores = found["a"].scores
    assert (scores["abstention_recall"], scores["containment"]) == (1, 1)


async def test_nothing_is_said_of_abstaining_where_the_suite_does_not_say(tmp_path: Path) -> None:
    found = await scored(tmp_path, {"a": abstention()}, case(gold=Gold()))

    assert found["a"].scores["abstention_precision"] == NOT_SAID
    assert found["a"].scores["answered_rate"] == NOT_SAID


async def test_what_another_system_spent_and_found_is_not_made_up(tmp_path: Path) -> None:
    foreign = replace(CITED, route=replace(ROUTE, tier=RECORDED))

    found = await scored(tmp_path, {"a": foreign}, case())

    assert found["a"].scores["total_tokens"] == NOT_RECORDED
    assert found["a"].scores["recall@5"] == NOT_FOUND
    assert found["a"].confidence is None


async def test_what_was_read_whole_is_no_ranking(tmp_path: Path) -> None:
    consulted = Consulted(document_id=DocumentId("moon"), chunk_id=ChunkId("1"), span=Span(0, 29))
    whole = replace(CITED, route=replace(ROUTE, strategy="long_context"), evidence=(consulted,))

    found = await scored(tmp_path, {"a": whole}, case())

    assert found["a"].scores["recall@5"] == WHOLE


async def test_a_judge_that_says_nothing_leaves_its_scores_unscored_and_no_others(
    tmp_path: Path,
) -> None:
    judges = Judges(support=WordJudge(), second=Mute(), answers=Mute())

    found = await scored(tmp_path, {"a": CITED}, case(), judges=judges)

    scores: dict[str, Score] = dict(found["a"].scores)
    assert scores["judged_citation_recall"] == NOT_JUDGED
    assert (scores["citation_recall"], scores["judged_correct"]) == (1, 0.5)


@pytest.mark.parametrize("reason", [AbstainReason.MODEL_UNAVAILABLE, AbstainReason.OVER_BUDGET])
@pytest.mark.parametrize("answerable", [True, False], ids=["answerable", "unanswerable"])
async def test_an_outage_scores_as_a_missing_result_not_as_declining(
    tmp_path: Path, reason: AbstainReason, *, answerable: bool
) -> None:
    down = replace(abstention(), abstained=Abstention(reason=reason, detail="all are down"))
    gold = GOLD if answerable else Gold(answerable=False)

    found = await scored(tmp_path, {"a": down}, case("a", gold), case("b", gold))

    assert found["a"].scores == found["b"].scores
    assert found["a"].scores["abstention_precision"] == NO_RESULT
    assert found["a"].error == f"{reason.replace('_', ' ')}: all are down"
