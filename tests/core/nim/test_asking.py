import json
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import orjson
import pytest

from core.catalog.card import (
    Endpoint,
    Licence,
    ModelCard,
    ModelKind,
    ReasoningMode,
    Sampling,
    Structured,
    TokenFamily,
)
from core.chat import Message, Prompt, Role, TokenUsage, Tool, ToolCall
from core.nim.asking import LARGE_BYTES, Asking

CARD = ModelCard(
    name="vendor/model",
    kind=ModelKind.CHAT,
    window=10_000,
    effective_window=10_000,
    max_output=4000,
    family=TokenFamily(name="cl100k", factor=1.0),
    endpoint=Endpoint(base_url="http://127.0.0.1:9/v1", api_key_env=None),
    thinking=ReasoningMode(
        body={"chat_template_kwargs": {"thinking": True, "reasoning_effort": "high"}},
        sampling=Sampling(temperature=1.0, top_p=0.95),
    ),
    plain=ReasoningMode(
        body={"chat_template_kwargs": {"thinking": False}}, sampling=Sampling(temperature=0.2)
    ),
    structured=Structured.JSON_SCHEMA,
    licence=Licence(name="MIT"),
)
PROMPT = Prompt(messages=(Message(role=Role.USER, text="Where is Paris?"),), max_tokens=500)
SCHEMA = {"type": "object", "properties": {"place": {"type": "string"}}}


def _body(
    prompt: Prompt, card: ModelCard = CARD, *, without: frozenset[str] = frozenset()
) -> Mapping[str, object]:
    return orjson.loads(Asking.of(card, prompt).body("id", without=without))


def _turns(prompt: Prompt, card: ModelCard) -> list[tuple[str, str]]:
    messages: list[dict[str, str]] = orjson.loads(Asking.of(card, prompt).messages)
    return [(message["role"], message["content"]) for message in messages]


def test_the_body_has_what_was_asked_and_no_more() -> None:
    assert _body(PROMPT) == {
        "model": "id",
        "messages": [{"role": "user", "content": "Where is Paris?"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 500,
        "temperature": 0.2,
        "chat_template_kwargs": {"thinking": False},
    }


def test_a_model_that_reasons_is_told_to_and_has_the_tokens_for_it() -> None:
    body = _body(replace(PROMPT, thinking_tokens=1000))
    assert body["chat_template_kwargs"] == {"thinking": True, "reasoning_effort": "high"}
    assert (body["max_tokens"], body["temperature"], body["top_p"]) == (1500, 1.0, 0.95)


def test_a_model_that_cannot_reason_is_not_told_to() -> None:
    body = _body(replace(PROMPT, thinking_tokens=1000), replace(CARD, thinking=None))
    assert body["chat_template_kwargs"] == {"thinking": False}
    assert body["max_tokens"] == 500


def test_no_more_tokens_are_asked_for_than_the_model_gives() -> None:
    assert _body(replace(PROMPT, max_tokens=9000))["max_tokens"] == 4000
    assert (
        _body(replace(PROMPT, max_tokens=9000), replace(CARD, max_output=0))["max_tokens"] == 9000
    )


def test_the_callers_sampling_goes_before_the_cards() -> None:
    body = _body(replace(PROMPT, temperature=0.0, top_p=0.5, stop=("\n",)))
    assert (body["temperature"], body["top_p"], body["stop"]) == (0.0, 0.5, ["\n"])


@pytest.mark.parametrize(
    ("card", "without"),
    [
        (replace(CARD, refuses=frozenset({"temperature"})), frozenset[str]()),
        (replace(CARD, frozen={"temperature": 1.0}), frozenset[str]()),
        (CARD, frozenset({"temperature"})),
    ],
    ids=["refused by the card", "frozen by the card", "refused by the endpoint"],
)
def test_a_parameter_that_is_not_taken_is_not_sent(
    card: ModelCard, without: frozenset[str]
) -> None:
    assert "temperature" not in _body(replace(PROMPT, temperature=0.5), card, without=without)


def test_a_parameter_inside_of_another_is_left_out_alone() -> None:
    prompt = replace(PROMPT, thinking_tokens=10)
    body = _body(prompt, without=frozenset({"reasoning_effort"}))
    assert body["chat_template_kwargs"] == {"thinking": True}
    inner = frozenset({"reasoning_effort", "thinking"})
    assert "chat_template_kwargs" not in _body(prompt, without=inner)
    assert "chat_template_kwargs" not in _body(prompt, without=frozenset({"chat_template_kwargs"}))


def test_what_makes_a_request_is_never_left_out() -> None:
    essential = frozenset({"model", "messages", "stream", "tools"})
    tool = Tool(name="weather", description="The weather.", parameters=SCHEMA)
    assert essential <= _body(replace(PROMPT, tools=(tool,)), without=essential).keys()


def test_calls_of_tools_and_their_results_are_turns() -> None:
    call = ToolCall(name="weather", arguments={"city": "Kyїv\ud800"}, id="call00001")
    turns = (
        *PROMPT.messages,
        Message(role=Role.ASSISTANT, text="", tool_calls=(call,)),
        Message(role=Role.TOOL, text="sunny", tool_call_id="call00001"),
    )
    asked, result = orjson.loads(Asking.of(CARD, replace(PROMPT, messages=turns)).messages)[1:]
    assert result == {"role": "tool", "content": "sunny", "tool_call_id": "call00001"}
    assert (asked["role"], asked["content"]) == ("assistant", None)
    (sent,) = asked["tool_calls"]
    assert (sent["id"], sent["type"], sent["function"]["name"]) == (
        "call00001",
        "function",
        "weather",
    )
    assert json.loads(sent["function"]["arguments"]) == call.arguments


def test_a_schema_is_sent_to_those_that_heed_it() -> None:
    prompt = replace(PROMPT, schema=MappingProxyType(SCHEMA))
    wanted = {"name": "answer", "schema": SCHEMA, "strict": True}
    assert _body(prompt)["response_format"] == {"type": "json_schema", "json_schema": wanted}
    assert "response_format" not in _body(prompt, replace(CARD, structured=Structured.PROMPT))
    assert "response_format" not in _body(prompt, without=frozenset({"response_format"}))


def test_tools_are_offered_as_functions() -> None:
    tool = Tool(name="weather", description="The weather.", parameters=SCHEMA)
    function = {"name": "weather", "description": "The weather.", "parameters": SCHEMA}
    assert _body(replace(PROMPT, tools=(tool,)))["tools"] == [
        {"type": "function", "function": function}
    ]


def test_the_switch_in_the_system_prompt_is_its_first_line() -> None:
    card = replace(CARD, plain=ReasoningMode(system="detailed thinking off"))
    assert _turns(PROMPT, card) == [
        ("system", "detailed thinking off"),
        ("user", "Where is Paris?"),
    ]
    system = Message(role=Role.SYSTEM, text="Quote the evidence.")
    prompt = replace(PROMPT, messages=(system, *PROMPT.messages))
    assert _turns(prompt, card)[0] == ("system", "detailed thinking off\nQuote the evidence.")
    assert len(_turns(prompt, card)) == 2


def test_half_a_surrogate_pair_is_sent_as_text() -> None:
    prompt = replace(PROMPT, messages=(Message(role=Role.USER, text="half \ud800 pair"),))
    assert _turns(prompt, CARD) == [("user", "half ? pair")]


def test_text_is_sent_as_utf8() -> None:
    prompt = replace(PROMPT, messages=(Message(role=Role.USER, text="巴黎在哪里"),))
    assert "巴黎在哪里".encode() in Asking.of(CARD, prompt).body("id", without=frozenset())


def test_a_prompt_is_large_from_half_a_megabyte_on() -> None:
    text = "a" * LARGE_BYTES
    prompt = replace(PROMPT, messages=(Message(role=Role.USER, text=text),))
    assert (Asking.of(CARD, prompt).large, Asking.of(CARD, PROMPT).large) == (True, False)


def test_more_room_is_four_times_the_tokens_within_the_models_limits() -> None:
    asking = Asking.of(CARD, replace(PROMPT, thinking_tokens=100))
    roomier = asking.roomier(TokenUsage(prompt_tokens=8, completion_tokens=600))
    assert roomier is not None
    assert (roomier.max_tokens, roomier.thinking) == (2400, True)
    near_the_end = asking.roomier(TokenUsage(prompt_tokens=8500, completion_tokens=600))
    assert near_the_end is not None
    assert (near_the_end.max_tokens, near_the_end.thinking) == (1500, True)


def test_where_there_are_no_more_tokens_there_is_no_reasoning() -> None:
    asking = Asking.of(CARD, replace(PROMPT, thinking_tokens=3000))
    roomier = asking.roomier(None)
    assert roomier is not None
    assert (roomier.max_tokens, roomier.thinking) == (500, False)
    body = orjson.loads(roomier.body("id", without=frozenset()))
    assert body["chat_template_kwargs"] == {"thinking": False}


def test_where_there_is_neither_there_is_no_more_room() -> None:
    assert Asking.of(CARD, replace(PROMPT, max_tokens=3000)).roomier(None) is None
