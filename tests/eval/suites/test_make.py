from __future__ import annotations

from dataclasses import replace

import pytest

from core.chat import Written
from core.clock import SystemClock
from core.errors import UnavailableError
from core.ids import CollectionName
from eval.runner.documents import records_of
from eval.suites.make import Drafting, drafted_lines
from serve.service import IngestRequest, TextSource
from tests.doubles.scripted_service import ScriptedService
from tests.doubles.scripted_writer import ScriptedWriter, written

NAME = CollectionName("sky")


@pytest.fixture
async def service() -> ScriptedService:
    made = ScriptedService()
    texts = [TextSource(text=f"Body {n} is small. It is far.", title=f"b{n}") for n in range(9)]
    async for _ in made.ingest(IngestRequest(collection=NAME, texts=texts)):
        pass
    return made


def drafted(question: str, quote: str) -> Written:
    data = {"question": question, "answer": "It is.", "quote": quote}
    reply = written("")
    return replace(reply, completion=replace(reply.completion, data=data))


async def lines(service: ScriptedService, drafting: Drafting) -> list[dict[str, object]]:
    records = await records_of(service, NAME)
    return [line async for line in drafted_lines(service, records, drafting)]


async def test_a_model_is_asked_once_for_each_question_and_believed_only_where_it_quotes(
    service: ScriptedService,
) -> None:
    down = UnavailableError("is down", model="x/any")
    writer = ScriptedWriter(drafted("How far?", "It is far."), drafted("Old?", "It is old."), down)

    found = await lines(service, Drafting(count=3, writer=writer, clock=SystemClock()))

    assert len(writer.prompts) == 3
    assert [(line["question"], line["type"]) for line in found] == [("How far?", "model")]
    [evidence] = found[0]["evidence"]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType] - JSON
    assert evidence["text"] == "It is far."


async def test_what_several_documents_answer_is_not_asked(service: ScriptedService) -> None:
    writer = ScriptedWriter(*[drafted("How far is it?", "It is far.")] * 2)

    assert not await lines(service, Drafting(count=2, writer=writer, clock=SystemClock()))
