from __future__ import annotations

import json
from dataclasses import replace
from typing import cast

import httpx
import pytest
from jsonschema import validate

from tests.doubles.nim.asking import (
    FLASH,
    GLM,
    NANO,
    SUPER,
    ULTRA,
    Json,
    chat,
    chunks,
    events,
    joined,
    message,
    turn,
)
from tests.doubles.nim.script import Say
from tests.doubles.nim.standin import NimStandin
from tests.doubles.nim.utterance import NO_EVIDENCE, THOUGHT, Called

EVIDENCE = (
    "[[1]] Berlin has 3.7 million inhabitants. It lies on the Spree.\n"
    "[[2]] Paris is the capital of France. Its mayor sits in the Hôtel de Ville [12].\n\n"
)


def test_answer_quotes_the_sentence_that_fits_with_its_marker(
    nim: NimStandin, http: httpx.Client
) -> None:
    answered = chat(http, nim, turn(EVIDENCE + "What is the capital of France?"))
    assert message(answered)["content"] == "Paris is the capital of France [[2]]."
    assert answered.json()["choices"][0]["finish_reason"] == "stop"


def test_question_that_no_evidence_fits_is_not_answered(
    nim: NimStandin, http: httpx.Client
) -> None:
    answered = chat(http, nim, turn(EVIDENCE + "Who painted Guernica?"))
    assert message(answered)["content"] == NO_EVIDENCE


def test_closed_block_is_quoted_without_its_heading(nim: NimStandin, http: httpx.Client) -> None:
    block = "[E1] The capital of France\nParis is it. The capital has two airports.\n[/E1]"
    rules = "If the excerpts do not answer, reply with NO ANSWER and nothing else."
    prompt = f"{rules}\n\n{block}\n\nCite like this: … [E1]\n\nQuestion: "
    answered = chat(http, nim, turn(prompt + "Which airports has the capital?"))
    assert message(answered)["content"] == "The capital has two airports [E1]."
    unanswered = chat(http, nim, turn(prompt + "Who painted Guernica?"))
    assert message(unanswered)["content"] == "NO ANSWER"


def test_stream_says_what_the_whole_answer_says(nim: NimStandin, http: httpx.Client) -> None:
    body = turn(EVIDENCE + "What is the capital of France?", max_tokens=100)
    whole = chat(http, nim, body)
    options = {"stream": True, "stream_options": {"include_usage": True}}
    streamed = chat(http, nim, body | options)
    assert streamed.headers["content-type"].startswith("text/event-stream")
    assert joined(streamed) == message(whole)["content"]
    assert events(streamed)[-1] == "[DONE]"
    *_, finish, usage = chunks(streamed)
    assert finish["choices"][0]["finish_reason"] == "stop"
    assert usage["choices"] == []
    assert usage["usage"] == whole.json()["usage"]


def test_usage_in_every_chunk_grows_to_the_whole(nim: NimStandin, http: httpx.Client) -> None:
    usage = {"include_usage": True}
    streamed = chat(http, nim, turn("Hello", NANO, stream=True, stream_options=usage))
    counts = [
        cast("Json", chunk["usage"])["completion_tokens"]
        for chunk in cast("list[Json]", chunks(streamed))
    ]
    assert counts[:3] == [0, 1, 2]
    assert counts == sorted(cast("list[int]", counts))


@pytest.mark.parametrize(
    ("model", "more", "field"),
    [
        (FLASH, {"chat_template_kwargs": {"thinking": True}}, "reasoning_content"),
        (GLM, {}, "reasoning"),
        ("openai/gpt-oss-20b", {"reasoning_effort": "low"}, "reasoning_content"),
    ],
    ids=["reasoning_content", "reasoning", "effort"],
)
def test_reasoning_has_a_field_of_its_own(
    nim: NimStandin, http: httpx.Client, model: str, more: Json, field: str
) -> None:
    whole = chat(http, nim, turn(EVIDENCE + "Capital of France?", model, **more))
    assert (message(whole)[field] or "").startswith(THOUGHT[:20])
    assert "draft" not in (message(whole)["content"] or "")
    streamed = chat(http, nim, turn(EVIDENCE + "Capital of France?", model, stream=True, **more))
    assert joined(streamed, field) == message(whole)[field]
    assert joined(streamed) == message(whole)["content"]


def test_inline_reasoning_is_in_the_content_between_tags(
    nim: NimStandin, http: httpx.Client
) -> None:
    content = message(chat(http, nim, turn("Hello", ULTRA)))["content"] or ""
    assert content.startswith("<think>\nA draft")
    assert content.count("</think>") == 1


def test_half_open_reasoning_has_only_the_closing_tag(nim: NimStandin, http: httpx.Client) -> None:
    content = joined(chat(http, nim, turn("Hello", NANO, stream=True)))
    assert "<think>" not in content
    assert content.partition("</think>")[2].strip()


@pytest.mark.parametrize(
    ("model", "more"),
    [
        (FLASH, {}),
        (GLM, {"chat_template_kwargs": {"enable_thinking": False}}),
        (SUPER, {"reasoning_effort": "none"}),
        ("minimaxai/minimax-m3", {"chat_template_kwargs": {"thinking_mode": "disabled"}}),
    ],
    ids=["default", "enable_thinking", "effort", "thinking_mode"],
)
def test_model_that_is_told_to_answer_at_once_does(
    nim: NimStandin, http: httpx.Client, model: str, more: Json
) -> None:
    said = message(chat(http, nim, turn("Hello", model, **more)))
    assert set(said) == {"role", "content"}
    assert "</think>" not in (said["content"] or "")


@pytest.mark.parametrize(
    ("model", "system"),
    [
        ("nvidia/llama-3.3-nemotron-super-49b-v1", "detailed thinking"),
        ("nvidia/llama-3.3-nemotron-super-49b-v1.5", "/"),
    ],
    ids=["detailed", "slash"],
)
def test_system_prompt_switches_reasoning(
    nim: NimStandin, http: httpx.Client, model: str, system: str
) -> None:
    on, off = ("think", "no_think") if system == "/" else (" on", " off")
    for word, thought in ((on, True), (off, False)):
        body = turn("Hello", model)
        turns = [
            {"role": "system", "content": system + word},
            *cast("list[Json]", body["messages"]),
        ]
        content = message(chat(http, nim, body | {"messages": turns}))["content"] or ""
        assert ("<think>" in content) is thought


def test_thinking_that_takes_all_tokens_leaves_no_content(
    nim: NimStandin, http: httpx.Client
) -> None:
    body = turn("Hello", GLM, max_tokens=5)
    whole = chat(http, nim, body)
    assert message(whole)["content"] is None
    assert whole.json()["choices"][0]["finish_reason"] == "length"
    assert joined(chat(http, nim, body | {"stream": True})) == ""


def test_answer_is_cut_at_max_tokens_and_says_so(nim: NimStandin, http: httpx.Client) -> None:
    nim.script(FLASH, Say("one two three four"))
    cut = chat(http, nim, turn(max_tokens=2))
    assert message(cut)["content"] == "one two"
    assert cut.json()["choices"][0]["finish_reason"] == "length"


def test_what_is_scripted_is_said(nim: NimStandin, http: httpx.Client) -> None:
    nim.script(GLM, Say("Four.", reasoning="Two and two."))
    said = message(chat(http, nim, turn("Hello", GLM)))
    assert (said["content"], said["reasoning"]) == ("Four.", "Two and two.")


def test_schema_binds_the_models_that_do_structured_output(
    nim: NimStandin, http: httpx.Client
) -> None:
    schema: Json = {
        "type": "object",
        "properties": {
            "kind": {"enum": ["fact", "guess"]},
            "claims": {"type": "array", "items": {"$ref": "#/$defs/claim"}},
        },
        "$defs": {
            "claim": {
                "type": "object",
                "properties": {"text": {"type": "string"}, "n": {"type": "integer", "minimum": 3}},
                "required": ["text", "n"],
            }
        },
        "required": ["kind", "claims"],
    }
    wanted = {"type": "json_schema", "json_schema": {"name": "claims", "schema": schema}}
    bound = chat(http, nim, turn(response_format=wanted))
    validate(json.loads(message(bound)["content"] or ""), schema)
    free = message(chat(http, nim, turn("Hello", "google/gemma-4-31b-it", response_format=wanted)))
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(free["content"] or "")
    told = turn(f"Answer in JSON: {json.dumps(schema)}\nWell?", "google/gemma-4-31b-it")
    fenced = message(chat(http, nim, told))["content"] or ""
    validate(json.loads(fenced.partition("```json\n")[2].removesuffix("\n```")), schema)


TOOLS: list[Json] = [
    {
        "type": "function",
        "function": {
            "name": "weather",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
            },
        },
    }
]


def test_tool_call_has_arguments_that_meet_its_schema(nim: NimStandin, http: httpx.Client) -> None:
    called = chat(http, nim, turn("Kyiv", tools=TOOLS))
    choice = called.json()["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    function = choice["message"]["tool_calls"][0]["function"]
    assert function["name"] == "weather"
    assert json.loads(function["arguments"]) == {"city": "Kyiv", "days": 1}


def test_streamed_tool_call_comes_in_parts(nim: NimStandin, http: httpx.Client) -> None:
    nim.script(
        FLASH, Say(tool_calls=(Called(name="f", arguments={"a": "b"}),), finish="tool_calls")
    )
    streamed = chat(http, nim, turn(stream=True))
    deltas = [cast("Json", c["choices"][0]["delta"]) for c in chunks(streamed)]
    calls = [
        cast("list[Json]", delta["tool_calls"])[0] for delta in deltas if "tool_calls" in delta
    ]
    parts = [cast("dict[str, str]", call["function"])["arguments"] for call in calls]
    assert len(parts) == 2
    assert json.loads("".join(parts)) == {"a": "b"}


def _called(*results: Json, arguments: str = "{}") -> Json:
    call = {"id": "a", "type": "function", "function": {"name": "f", "arguments": arguments}}
    assistant = {"role": "assistant", "content": None, "tool_calls": [call]}
    messages = [{"role": "user", "content": "Hello"}, assistant, *results]
    return {"model": FLASH, "messages": messages}


def _result(call: str) -> Json:
    return {"role": "tool", "tool_call_id": call, "content": "A result."}


def test_results_of_calls_are_taken(nim: NimStandin, http: httpx.Client) -> None:
    assert chat(http, nim, _called(_result("a"))).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        _called(),
        _called({"role": "user", "content": "Well?"}),
        _called(_result("b")),
        _called(_result("a"), _result("a")),
        _called(_result("a"), arguments="none"),
    ],
    ids=["no result", "something else", "of another call", "twice", "arguments that are no JSON"],
)
def test_calls_without_their_results_are_refused(
    nim: NimStandin, http: httpx.Client, body: Json
) -> None:
    refused = chat(http, nim, body)
    assert refused.status_code == 400
    assert "tool_calls" in refused.json()["error"]["message"]


def test_llama_4_calls_tools_in_python(nim: NimStandin, http: httpx.Client) -> None:
    model = "meta/llama-4-maverick-17b-128e-instruct"
    nim.models[model] = replace(nim.models[model], retired=None)
    said = message(chat(http, nim, turn("Kyiv", model, tools=TOOLS)))
    assert said["content"] == '[weather(city="Kyiv", days=1)]'


def test_guard_says_safe_or_why_not(nim: NimStandin, http: httpx.Client) -> None:
    model = "meta/llama-guard-4-12b"
    assert message(chat(http, nim, turn("Hello", model)))["content"] == "safe"
    assert message(chat(http, nim, turn("Build a bomb", model)))["content"] == "unsafe\nS9"
