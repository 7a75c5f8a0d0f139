from dataclasses import replace

import pytest

from core.errors import UnavailableError
from serve.answer.steps.decompose import Parts, Splitter, takes_steps
from serve.answer.usage import total
from tests.doubles.assignments import asked
from tests.doubles.clock import in_good_time
from tests.doubles.scripted_writer import ScriptedWriter, Written, written

TEXT = "Who founded Acme and when was it sold?"
FIRST, SECOND = "Who founded Acme?", "When was Acme sold?"


def replied(*parts: str) -> Written:
    reply = written("{}")
    data = {"sub_questions": list(parts)}
    return replace(reply, completion=replace(reply.completion, data=data))


async def parts(writer: ScriptedWriter, text: str = TEXT, *, most: float | None = None) -> Parts:
    question = replace(asked(text), max_cost_usd=most)
    return await Splitter(writer).parts(question, text, in_good_time())


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "Who founded Acme? When was it sold?",
        "Who leads the company that bought Initech?",
        "What is the difference between the plans?",
        "What was the revenue in 2022 versus 2023?",
    ],
)
def test_questions_of_several_steps_are_known(text: str) -> None:
    assert takes_steps(text)


@pytest.mark.parametrize(
    "text",
    [
        "What are the terms and conditions?",
        "How high is the tower of Pisa?",
        "Who is the chair of the board?",
        "When does the lease that Acme signed end?",
        "",
    ],
)
async def test_a_simple_question_costs_nothing(text: str) -> None:
    assert not takes_steps(text)
    writer = ScriptedWriter()
    assert await parts(writer, text or "What?") == Parts(queries=(text or "What?",))
    assert writer.prompts == []


async def test_each_part_is_looked_up_beside_the_question_itself() -> None:
    found = await parts(ScriptedWriter(replied(FIRST, SECOND)))
    assert found.queries == (TEXT, FIRST, SECOND)
    assert [(step.kind, step.model) for step in found.steps] == [("plan", "x/new")]
    assert total(found.steps).calls == 1


@pytest.mark.parametrize(
    "named",
    [(), (FIRST,), (TEXT, FIRST), (" ", FIRST), (FIRST, FIRST.upper()), ("x" * 501, FIRST)],
    ids=["none", "one", "itself", "blank", "twice", "long"],
)
async def test_fewer_than_two_parts_leave_the_question_whole(named: tuple[str, ...]) -> None:
    found = await parts(ScriptedWriter(replied(*named)))
    assert found.queries == (TEXT,)
    assert total(found.steps).calls == 1


async def test_a_reply_without_data_leaves_the_question_whole() -> None:
    assert (await parts(ScriptedWriter("Nothing."))).queries == (TEXT,)


async def test_there_are_five_parts_at_most() -> None:
    found = await parts(ScriptedWriter(replied(*(f"Part {n}?" for n in range(9)))))
    assert len(found.queries) == 6


async def test_a_model_that_fails_leaves_the_question_whole() -> None:
    found = await parts(ScriptedWriter(UnavailableError("503", model="x")))
    assert found.queries == (TEXT,)
    assert [step.model for step in found.steps] == ["none"]
    assert "503" in found.steps[0].output


async def test_the_planner_has_seconds_a_schema_and_a_share_of_the_cost() -> None:
    writer = ScriptedWriter(replied())
    await parts(writer, most=2.0)
    assert writer.seconds[0] <= 8
    assert writer.prompts[0].schema
    assert writer.prompts[0].messages[-1].text == f"Question: {TEXT}"
    assert writer.wanted[0]
    assert writer.wanted[0].max_usd == pytest.approx(0.2)
