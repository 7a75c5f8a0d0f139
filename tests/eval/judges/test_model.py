from __future__ import annotations

from dataclasses import replace

from core.answers import Verdict
from core.chat import Written
from core.clock import SystemClock
from core.errors import UnavailableError
from eval.judges.judge import Graded, Reading
from eval.judges.model import NO_REPLY, ModelAnswerJudge, ModelSupportJudge
from eval.metrics.answers import Grade
from tests.doubles.scripted_writer import ScriptedWriter, written

DOWN = UnavailableError("is down", model="x/judge")


def replied(data: object) -> Written:
    reply = written("")
    return replace(reply, completion=replace(reply.completion, data=data))


async def test_each_claim_gets_the_verdict_of_its_number_and_none_where_the_model_gave_none() -> (
    None
):
    verdicts = [{"claim": 2, "verdict": "contradicted"}, {"claim": 1, "verdict": "supported"}]
    writer = ScriptedWriter(replied({"verdicts": verdicts}))
    judge = ModelSupportJudge(writer, name="x/judge", clock=SystemClock())
    readings = [
        Reading(claim=claim, quotes=("The moon is small.",), head="Moon", question="Is it?")
        for claim in ("It is small.", "It is large.", "It is old.")
    ]

    said = await judge.support(readings)

    assert said == [Verdict.SUPPORTED, Verdict.CONTRADICTED, NO_REPLY]
    asked = writer.prompts[0].messages[-1].text
    assert asked.count("The moon is small.") == 1, "a quote of several claims is shown once"


async def test_claims_of_different_questions_are_asked_about_apart() -> None:
    writer = ScriptedWriter(*[replied({"verdicts": [{"claim": 1, "verdict": "partial"}]})] * 2)
    judge = ModelSupportJudge(writer, name="x/judge", clock=SystemClock())

    said = await judge.support(
        [Reading(claim="It is.", quotes=("It is.",), question=f"Q{n}?") for n in range(2)]
    )

    assert said == [Verdict.PARTIAL] * 2
    assert len(writer.prompts) == 2


async def test_nobody_who_answers_leaves_every_claim_unscored() -> None:
    judge = ModelSupportJudge(ScriptedWriter(DOWN), name="x/judge", clock=SystemClock())

    assert await judge.support([Reading(claim="It is.", quotes=("It is.",))]) == [NO_REPLY]


async def test_an_answer_is_graded_by_its_references() -> None:
    writer = ScriptedWriter(replied({"grade": "partial"}), DOWN)
    judge = ModelAnswerJudge(writer, name="x/judge", clock=SystemClock())
    graded = Graded(question="How far?", given="Far.", accepted=("384,400 km",))

    assert await judge.grade([graded, graded]) == [Grade.PARTIAL, NO_REPLY]
    assert "Reference: 384,400 km" in writer.prompts[0].messages[-1].text
