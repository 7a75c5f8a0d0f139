from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from core.answers import Verdict
from core.errors import UnavailableError
from core.types import Span
from retrieval.pack import Evidence
from serve.answer.draft import Drafted
from serve.answer.verify.judge import Judge, Judged
from serve.answer.verify.statement import Place, Statement
from tests.doubles.clock import in_good_time
from tests.doubles.passages import passage
from tests.doubles.scripted_writer import ScriptedWriter, written

if TYPE_CHECKING:
    from core.chat import Written

EVIDENCE = [
    Evidence(number=1, passage=passage("The tower of Pisa is 56 m high."), tokens=9),
    Evidence(number=2, passage=passage("Rain fell.", source="b.md"), tokens=9),
]


def claim(text: str, *numbers: int, score: float, verdict: Verdict = Verdict.PARTIAL) -> Statement:
    return Statement(
        said=Drafted(lead="", text=text, gap="", cited=numbers, states=True),
        places=tuple(Place(number=n, span=Span(0, 4), checked_by=("quote",)) for n in numbers),
        verdict=verdict,
        score=score,
    )


def replying(*verdicts: tuple[int, str]) -> Written:
    data: Any = {"verdicts": [{"claim": n, "verdict": verdict} for n, verdict in verdicts]}
    found = written("{}")
    return replace(found, completion=replace(found.completion, data=data))


async def judge(writer: ScriptedWriter, *claims: Statement) -> Judged:
    return await Judge(writer).judge("Is it so?", claims, EVIDENCE, deadline=in_good_time())


async def test_only_claims_in_doubt_are_asked_about() -> None:
    writer = ScriptedWriter(replying((1, "supported")))
    sure, doubtful = (
        claim("It is sure.", 1, score=0.95),
        claim("It leans, one hears.", 1, score=0.5),
    )
    judged = await judge(writer, sure, doubtful)
    assert judged.statements[0] is sure
    assert judged.statements[1].verdict is Verdict.SUPPORTED
    (prompt,) = writer.prompts
    assert "It leans, one hears." in prompt.messages[-1].text
    assert "It is sure." not in prompt.messages[-1].text
    assert "Rain fell." not in prompt.messages[-1].text
    assert prompt.schema is not None


async def test_nobody_is_asked_where_nothing_is_in_doubt() -> None:
    writer = ScriptedWriter()
    judged = await judge(
        writer, claim("It is sure.", 1, score=0.95), claim("It is not.", score=0.0)
    )
    assert writer.prompts == []
    assert judged.steps == ()


@pytest.mark.parametrize(("verdict", "is_surer"), [("supported", True), ("unsupported", False)])
async def test_verdict_of_the_model_moves_the_score(verdict: str, is_surer: bool) -> None:  # noqa: FBT001 - a parameter of the test
    judged = await judge(ScriptedWriter(replying((1, verdict))), claim("So.", 1, score=0.5))
    (found,) = judged.statements
    assert (found.score > 0.5) is is_surer
    assert found.verdict == verdict
    assert found.places[0].checked_by == ("quote", "judge")
    assert (found.places[0].verdict, found.places[0].score) == (found.verdict, found.score)


async def test_what_was_asked_is_a_step_with_its_cost() -> None:
    judged = await judge(ScriptedWriter(replying((1, "partial"))), claim("So.", 1, score=0.5))
    (step,) = judged.steps
    assert (step.kind, step.usage.calls) == ("judge", 1)
    assert step.usage.prompt_tokens > 0


async def test_claims_keep_their_verdicts_where_no_model_answers() -> None:
    doubtful = claim("So.", 1, score=0.5)
    judged = await judge(ScriptedWriter(UnavailableError("503: down", model="x/1")), doubtful)
    assert judged.statements == (doubtful,)
    assert [step.output for step in judged.steps] != [""]


async def test_claim_that_the_model_passes_over_keeps_its_verdict() -> None:
    one, other = claim("So.", 1, score=0.5), claim("Or so.", 2, score=0.5)
    judged = await judge(
        ScriptedWriter(replying((2, "contradicted"), (7, "supported"))), one, other
    )
    assert judged.statements[0] == one
    assert judged.statements[1].verdict is Verdict.CONTRADICTED


async def test_nobody_is_asked_about_an_endless_claim() -> None:
    writer = ScriptedWriter(replying((1, "supported")))
    endless = claim("It leans and " * 400, 1, score=0.5, verdict=Verdict.UNCHECKED)
    assert list((await judge(writer, endless)).statements) == [endless]
    assert writer.prompts == []
