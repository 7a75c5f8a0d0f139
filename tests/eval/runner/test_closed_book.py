from __future__ import annotations

import pytest

from core.clock import SystemClock
from core.ids import CollectionName
from core.types import Scope
from eval.runner.closed_book import ClosedBook
from serve.answer.question import Question
from tests.doubles.scripted_writer import ScriptedWriter

QUESTION = Question(text="How far is the moon?", scope=Scope(collection=CollectionName("none")))


async def test_what_a_model_knows_by_heart_cites_nothing_and_tells_what_it_took() -> None:
    writer = ScriptedWriter("It is 384,400 km away. It is small.")

    answer = await ClosedBook(writer, clock=SystemClock(), timeout_s=9).ask(QUESTION)

    assert answer.answer == "It is 384,400 km away. It is small."
    assert [claim.text for claim in answer.claims] == ["It is 384,400 km away.", "It is small."]
    assert (answer.citations, answer.route.strategy) == ((), "closed_book")
    assert (answer.usage.prompt_tokens, answer.usage.cost_usd) == (70, 0.25)
    assert writer.prompts[0].messages[-1].text == "Question: How far is the moon?"


@pytest.mark.parametrize("said", ["NO ANSWER", "I do not have information about that."])
async def test_who_does_not_know_abstains(said: str) -> None:
    book = ClosedBook(ScriptedWriter(said), clock=SystemClock(), timeout_s=9)

    answer = await book.ask(QUESTION)

    assert answer.answer is None
    assert answer.abstained is not None
