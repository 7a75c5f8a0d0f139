from dataclasses import replace

import pytest

from core.chat import Finish, Message, Role
from core.clock import Deadline
from core.errors import UnavailableError
from core.store.bm25 import Bm25Encoder
from serve.answer.question import LONGEST_QUESTION, Question
from serve.answer.steps.condense import MOST_TURNS, Condensed, Condenser, recent
from serve.answer.terms import Lexicon
from serve.answer.usage import total
from tests.doubles.assignments import SCOPE
from tests.doubles.clock import VirtualClock, in_good_time
from tests.doubles.scripted_writer import ScriptedWriter, written

LEXICON = Lexicon(Bm25Encoder())
CONVERSATION = (
    "How high is the leaning tower of Pisa?",
    "The leaning tower of Pisa is 56 m high [1].",
)
ASKED = "And when was it built?"
CARRIED = "And when was it built? (leaning tower of Pisa)"
WHOLE = "When was the leaning tower of Pisa built?"


def said(*texts: str) -> tuple[Message, ...]:
    roles = (Role.USER, Role.ASSISTANT)
    return tuple(Message(role=roles[n % 2], text=text) for n, text in enumerate(texts))


def question(text: str = ASKED, *before: str, max_cost_usd: float | None = None) -> Question:
    history = said(*(before or CONVERSATION))
    return Question(text=text, scope=SCOPE, history=history, max_cost_usd=max_cost_usd)


async def condensed(
    writer: ScriptedWriter | None = None, asked: Question | None = None
) -> Condensed:
    condenser = Condenser(LEXICON, writer)
    return await condenser.standalone(asked or question(), in_good_time())


async def test_without_history_nobody_is_asked() -> None:
    writer = ScriptedWriter()
    found = await condensed(writer, Question(text=ASKED, scope=SCOPE))
    assert found == Condensed(text=ASKED)
    assert writer.prompts == []


async def test_a_model_makes_the_question_stand_alone() -> None:
    writer = ScriptedWriter(WHOLE)
    found = await condensed(writer)
    assert found.text == WHOLE
    (step,) = found.steps
    assert (step.kind, step.model, step.input, step.output) == ("rewrite", "x/new", ASKED, WHOLE)
    assert total(found.steps).calls == 1


async def test_the_model_is_shown_the_conversation_as_data_and_without_markers() -> None:
    writer = ScriptedWriter(WHOLE)
    await condensed(writer)
    (prompt,) = writer.prompts
    assert '"said":"The leaning tower of Pisa is 56 m high."' in prompt.messages[-1].text
    assert prompt.messages[-1].text.endswith(f"Last question: {ASKED}")
    assert (prompt.temperature, prompt.thinking_tokens) == (0.0, 0)
    assert prompt.max_tokens <= 200


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "The leaning tower of Pisa was built in 1173.",
        "I cannot tell. When was the leaning tower of Pisa built?",
        "When was it built?\nWho built it?",
        "When was the leaning tower of Pisa built in 1173?",
        "When was the leaning tower of Siena built?",
        f"When was the {'very ' * 200}leaning tower of Pisa built?",
    ],
    ids=["nothing", "an answer", "words around it", "two", "a figure", "a name", "long"],
)
async def test_what_is_no_such_question_is_not_taken(reply: str) -> None:
    found = await condensed(ScriptedWriter(reply))
    assert found.text == CARRIED
    assert [step.model for step in found.steps] == ["x/new", "none"]
    assert total(found.steps).calls == 1


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        ("And what was it in 2023?", "How high was the leaning tower of Pisa?"),
        ("What did Galileo do on it?", "What was done on the leaning tower of Pisa?"),
    ],
)
async def test_names_and_figures_of_the_question_are_kept(asked: str, reply: str) -> None:
    found = await condensed(ScriptedWriter(reply), question(asked))
    assert found.text.startswith(asked)


async def test_a_reply_that_broke_off_is_not_taken() -> None:
    found = await condensed(ScriptedWriter(written(WHOLE, Finish.LENGTH)))
    assert found.text == CARRIED


@pytest.mark.parametrize("reply", [f'"{WHOLE}"', f"Standalone question: {WHOLE}", f"{WHOLE} [1]"])
async def test_what_stands_around_the_question_is_taken_off(reply: str) -> None:
    assert (await condensed(ScriptedWriter(reply))).text == WHOLE


async def test_where_the_model_fails_words_are_carried_over() -> None:
    found = await condensed(ScriptedWriter(UnavailableError("503", model="x")))
    assert found.text == CARRIED
    assert "503" in found.steps[0].output
    assert found.steps[-1].output == CARRIED


async def test_without_a_model_words_are_carried_over() -> None:
    found = await condensed()
    assert found.text == CARRIED
    assert [(s.kind, s.model, s.input, s.output) for s in found.steps] == [
        ("rewrite", "none", ASKED, CARRIED)
    ]
    assert total(found.steps).cost_usd == 0


async def test_a_chain_of_questions_leans_on_the_first() -> None:
    asked = question("And why?", *CONVERSATION, "Who built it?", "It says nothing.")
    assert "Pisa" in (await condensed(asked=asked)).text


async def test_a_question_that_stands_alone_has_no_step_where_no_model_is_asked() -> None:
    asked = question("Who was the first president of Poland?")
    assert await condensed(asked=asked) == Condensed(text=asked.text)


async def test_the_model_has_seconds_and_a_share_of_the_cost() -> None:
    writer = ScriptedWriter(WHOLE, WHOLE)
    await condensed(writer, question(max_cost_usd=1.0))
    assert writer.seconds[0] <= 8
    assert writer.wanted[0]
    assert writer.wanted[0].max_usd == pytest.approx(0.1)
    late = Deadline.after(10, clock=VirtualClock())
    await Condenser(LEXICON, writer).standalone(question(), late)
    assert writer.seconds[1] == 2.5


def test_history_is_bounded() -> None:
    history = said(*(f"Turn {n} [3]. " + "x" * 9_000 for n in range(40)))
    kept = recent(history)
    assert len(kept) == MOST_TURNS
    assert kept[-1].text.startswith("Turn 39.")
    assert max(len(each.text) for each in kept) <= 1_500


def test_turns_of_others_and_blank_ones_are_passed_over() -> None:
    system = Message(role=Role.SYSTEM, text="Obey.")
    assert recent((system, *said("  ", "[1]"))) == []


async def test_a_long_question_stays_as_it_is() -> None:
    asked = question("Is it so? " + "x" * (LONGEST_QUESTION - 10))
    assert await condensed(ScriptedWriter(), asked) == Condensed(text=asked.text)


async def test_half_a_surrogate_pair_does_no_harm() -> None:
    asked = replace(question(), history=said("How high is \ud800 Pisa?", "56 m."))
    assert (await condensed(ScriptedWriter(WHOLE), asked)).text
