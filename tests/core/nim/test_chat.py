import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from traceback import format_exception

import orjson
import pytest
from jsonschema import validate

from core.catalog.card import ModelCard
from core.chat import Completion, Finish, Tool, ToolCall
from core.clock import Deadline
from core.errors import ProviderError, ReplyError, RequestError
from core.nim.chat import NimModel
from core.protocols import ChatModel
from tests.doubles.nim.broken import OnlyThought
from tests.doubles.nim.faults import InferenceError
from tests.doubles.nim.model import Place
from tests.doubles.nim.script import Say, Well
from tests.doubles.nim.utterance import THOUGHT, Called
from tests.doubles.nim_chat import ANSWER, KEY, ChatAtStandin, chat_at_standin, question

MODEL = "openai/gpt-oss-20b"
GLM = "z-ai/glm-5.2"
SUPER = "nvidia/nemotron-3-super-120b"
MAVERICK = "meta/llama-4-maverick-17b-128e-instruct"
SCHEMA = {
    "type": "object",
    "properties": {"place": {"type": "string"}, "sure": {"type": "boolean"}},
    "required": ["place", "sure"],
}
WEATHER = Tool(
    name="weather",
    description="The weather of a place.",
    parameters={"type": "object", "properties": {"place": {"type": "string"}}},
)


@pytest.fixture
async def at() -> AsyncIterator[ChatAtStandin]:
    async with chat_at_standin() as running:
        yield running


async def test_an_answer_is_whole_and_says_who_gave_it_and_what_it_took(at: ChatAtStandin) -> None:
    completion = await at.ask(GLM, question())
    assert (completion.text, completion.finish, completion.model) == (ANSWER, Finish.STOP, GLM)
    assert completion.usage
    assert completion.usage.prompt_tokens > 10
    [asked] = at.nim.log
    assert (asked.key, asked.streamed) == (KEY, True)


CHAT = [
    "deepseek-ai/deepseek-v4-flash",
    "moonshotai/kimi-k2.5",
    "moonshotai/kimi-k3",
    SUPER,
    "nvidia/nemotron-3-ultra-500b",
    "nvidia/nemotron-3-nano-30b-a3b",
    "nvidia/llama-3.3-nemotron-super-49b-v1",
    "nvidia/llama-3.3-nemotron-super-49b-v1.5",
    "nvidia/nvidia-nemotron-nano-9b-v2",
    "qwen/qwen3.5-397b",
    "z-ai/glm-5.1",
    "google/gemma-4-31b-it",
    "openai/gpt-oss-20b",
    "minimaxai/minimax-m3",
    "mistralai/mistral-small-4-119b-2603",
]


@pytest.mark.parametrize("name", CHAT)
@pytest.mark.parametrize("thinking_tokens", [0, 200], ids=["plain", "thinking"])
async def test_reasoning_stands_beside_the_answer_wherever_the_server_puts_it(
    at: ChatAtStandin, name: str, thinking_tokens: int
) -> None:
    prompt = replace(question(), thinking_tokens=thinking_tokens)
    completion = await at.ask(name, prompt)
    assert completion.text == ANSWER
    if thinking_tokens and at.card(name).thinking:
        assert completion.reasoning.startswith(THOUGHT[:20])
    assert {asked.status for asked in at.nim.log} <= {200, 404, 410}


@pytest.mark.parametrize("place", list(Place))
async def test_a_model_that_reasons_unasked_is_understood(at: ChatAtStandin, place: Place) -> None:
    at.nim.models[GLM] = replace(at.nim.models[GLM], place=place)
    at.nim.script(GLM, Say("Yes.", reasoning="Because."))
    completion = await at.ask(GLM, question())
    assert (completion.text, completion.reasoning) == ("Yes.", "Because.")


async def test_an_answer_that_reasoning_left_no_room_for_is_asked_for_with_more(
    at: ChatAtStandin,
) -> None:
    at.nim.script(GLM, OnlyThought())
    completion = await at.ask(GLM, replace(question(), thinking_tokens=100))
    assert (completion.text, completion.calls) == (ANSWER, 2)
    assert [asked.body["max_tokens"] for asked in at.nim.log] == [300, 1200]


async def test_where_there_is_no_more_room_reasoning_is_turned_off(at: ChatAtStandin) -> None:
    [served] = at.card(SUPER).successors
    at.nim.script(served, OnlyThought())
    prompt = replace(question(), thinking_tokens=20_000)
    assert (await at.ask(SUPER, prompt)).text == ANSWER
    first, second = (asked.body for asked in at.nim.log.of(served))
    assert first["chat_template_kwargs"] == {"enable_thinking": True}
    assert second["chat_template_kwargs"] == {"enable_thinking": False}
    assert second["max_tokens"] == 200


async def test_an_answer_that_never_begins_is_an_error(at: ChatAtStandin) -> None:
    at.nim.always(GLM, OnlyThought())
    with pytest.raises(ReplyError, match="800 tokens were not enough"):
        await at.ask(GLM, question())
    assert len(at.nim.log) == 2


async def test_an_answer_that_is_cut_says_so(at: ChatAtStandin) -> None:
    at.nim.script(MODEL, Say("one two three four five six"))
    completion = await at.ask(MODEL, replace(question(), max_tokens=4))
    assert (completion.text, completion.finish) == ("one two three four", Finish.LENGTH)


async def test_an_empty_answer_is_asked_for_again(at: ChatAtStandin) -> None:
    at.nim.script(MODEL, Say(""), Well())
    assert (await at.ask(MODEL, question())).text == ANSWER
    assert len(at.nim.log) == 2


@pytest.mark.parametrize("name", [SUPER, GLM], ids=["held by the server", "only told"])
async def test_an_answer_meets_its_schema(at: ChatAtStandin, name: str) -> None:
    completion = await at.ask(name, replace(question(), schema=SCHEMA))
    validate(completion.data, SCHEMA)
    assert completion.data
    asked = at.nim.log.requests[-1]
    assert ("response_format" in asked.body) is (name == SUPER)


async def test_an_answer_that_does_not_meet_its_schema_is_mended(at: ChatAtStandin) -> None:
    at.nim.script(GLM, Say('{"place": "Paris"}'), Say('{"place": "Paris", "sure": true}'))
    prompt = replace(question(), schema=SCHEMA, thinking_tokens=100)
    completion = await at.ask(GLM, prompt)
    assert completion.data == {"place": "Paris", "sure": True}
    first, second = at.nim.log
    turns = orjson.loads(second.raw)["messages"]
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user"]
    assert turns[1]["content"] == '{"place": "Paris"}'
    assert "'sure' is a required property" in turns[2]["content"]
    assert first.body["chat_template_kwargs"] == {"enable_thinking": True}
    assert second.body["chat_template_kwargs"] == {"enable_thinking": False}
    assert completion.calls == 2


async def test_an_answer_that_never_meets_its_schema_is_an_error(at: ChatAtStandin) -> None:
    at.nim.always(GLM, Say("Paris, I think."))
    with pytest.raises(ReplyError, match="does not meet the schema"):
        await at.ask(GLM, replace(question(), schema=SCHEMA))
    assert len(at.nim.log) == 2


async def test_an_answer_that_was_cut_before_it_met_its_schema_is_asked_for_with_more(
    at: ChatAtStandin,
) -> None:
    at.nim.always(GLM, Say('{"place": "Paris", "sure": true}'))
    completion = await at.ask(GLM, replace(question(), schema=SCHEMA, max_tokens=3))
    assert completion.data == {"place": "Paris", "sure": True}
    assert [asked.body["max_tokens"] for asked in at.nim.log] == [3, 12]


async def test_what_was_filtered_meets_no_schema(at: ChatAtStandin) -> None:
    at.nim.script(GLM, Say("", finish="content_filter"))
    with pytest.raises(ReplyError, match="filtered"):
        await at.ask(GLM, replace(question(), schema=SCHEMA))


async def test_the_tokens_of_all_calls_are_counted(at: ChatAtStandin) -> None:
    at.nim.script(GLM, Say("Paris"))
    one = await at.ask(GLM, question())
    at.nim.script(GLM, Say('{"place": "Paris"}'), Say('{"place": "Paris", "sure": true}'))
    two = await at.ask(GLM, replace(question(), schema=SCHEMA))
    assert one.usage
    assert two.usage
    assert (one.calls, two.calls) == (1, 2)
    assert two.usage.prompt_tokens > 2 * one.usage.prompt_tokens


async def test_where_there_is_no_more_room_at_all_a_cut_answer_is_an_error(
    at: ChatAtStandin,
) -> None:
    [served] = at.card(SUPER).successors
    at.nim.script(served, OnlyThought())
    with pytest.raises(ReplyError, match="32768 tokens were not enough"):
        await at.ask(SUPER, replace(question(), max_tokens=40_000))
    assert len(at.nim.log.of(served)) == 1


async def test_a_schema_that_is_none_is_refused_before_anything_is_sent(at: ChatAtStandin) -> None:
    with pytest.raises(RequestError, match="not a JSON Schema"):
        await at.ask(GLM, replace(question(), schema={"type": "none"}))
    assert len(at.nim.log) == 0


@pytest.mark.parametrize("name", [GLM, MAVERICK], ids=["OpenAI's form", "Python's form"])
async def test_calls_of_tools_are_read(at: ChatAtStandin, name: str) -> None:
    at.nim.models[MAVERICK] = replace(at.nim.models[MAVERICK], retired=None)
    completion = await at.ask(name, replace(question("Kyiv"), tools=(WEATHER,)))
    assert completion.finish is Finish.TOOL_CALLS
    assert completion.tool_calls == (ToolCall(name="weather", arguments={"place": "Kyiv"}),)
    assert completion.text == ""


async def test_text_beside_offered_tools_is_an_answer(at: ChatAtStandin) -> None:
    at.nim.script(GLM, Say("It is sunny in [weather]."))
    completion = await at.ask(GLM, replace(question(), tools=(WEATHER,)))
    assert (completion.text, completion.tool_calls) == ("It is sunny in [weather].", ())


async def test_questions_at_the_same_time_do_not_mix(at: ChatAtStandin) -> None:
    async with asyncio.TaskGroup() as group:
        asked = [
            group.create_task(at.ask(MODEL, question(evidence=f"The tower stands in town {n}.")))
            for n in range(20)
        ]
    texts = [task.result().text for task in asked]
    assert texts == [f"The tower stands in town {n} [1]." for n in range(20)]
    assert at.nim.log.connections <= 8


async def test_a_model_alone_answers_as_chat_does(at: ChatAtStandin) -> None:
    card: ModelCard = at.card(MODEL)
    model: ChatModel = NimModel(chat=at.chat, card=card)
    deadline = Deadline.after(1000, clock=at.clock)
    assert model.name == MODEL
    assert (await model.complete(question(), deadline=deadline)).text == ANSWER
    pieces = [piece async for piece in model.stream(question(), deadline=deadline)]
    assert isinstance(pieces[-1], Completion)


async def test_a_call_of_a_tool_that_cannot_be_read_is_asked_for_again(at: ChatAtStandin) -> None:
    call = Called(name="weather", arguments={"place": "Kyiv"})
    at.nim.script(GLM, Say(finish="tool_calls"), Say(finish="tool_calls", tool_calls=(call,)))
    completion = await at.ask(GLM, replace(question("Kyiv"), tools=(WEATHER,)))
    assert completion.tool_calls[0].arguments == {"place": "Kyiv"}


async def test_errors_name_the_model_and_nothing_shows_the_key(
    at: ChatAtStandin, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    at.nim.always(MODEL, InferenceError())
    with pytest.raises(ProviderError, match=MODEL) as caught:
        await at.ask(MODEL, question())
    assert caplog.text
    assert KEY not in caplog.text + "".join(format_exception(caught.value))
