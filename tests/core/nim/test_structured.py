import json
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chat import Message, Prompt, Role
from core.errors import RequestError
from core.nim.structured import (
    PROBLEMS,
    Invalid,
    Valid,
    read_answer,
    with_repair,
    with_schema,
)
from core.schemas import check_schema
from core.types import JsonObject

SCHEMA: JsonObject = {
    "type": "object",
    "properties": {"place": {"type": "string"}, "year": {"type": "integer"}},
    "required": ["place"],
    "additionalProperties": False,
}
GOOD = '{"place": "Paris"}'
PROMPT = Prompt(
    messages=(
        Message(role=Role.SYSTEM, text="Quote."),
        Message(role=Role.USER, text="Where is it?"),
    ),
    max_tokens=100,
)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"\n {GOOD}\n",
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}\n```\n",
        f"Here it is:\n```json\n{GOOD}\n```\nIt is in France.",
        f"It must be Paris, so {GOOD}",
        f"{GOOD} is what the evidence says.",
        f"{{ so I thought }} and {GOOD}",
        f'First {{"place": 1}}, no: {GOOD}',
        f'First {{"place": "Rome"}}, no: {GOOD}',
        f'```json\n{{"place": "Rome"}}\n```\nNo:\n```json\n{GOOD}\n```',
        f'Given [{{"place": "Rome"}}], I say {GOOD}.',
    ],
)
def test_json_is_found_whatever_is_around_it(text: str) -> None:
    assert read_answer(text, SCHEMA) == Valid(data={"place": "Paris"})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it is not JSON"),
        ("Paris", "it is not JSON"),
        ('{"place": "Par', "it is not JSON"),
        ('{"place": NaN}', "it is not JSON"),
        ("{}", "at $: 'place' is a required property"),
        ('{"place": 7}', "at $.place: 7 is not of type 'string'"),
        ('{"place": "Paris", "x": 1}', "at $: Additional properties are not allowed"),
        ('[{"place": "Paris"}]', "at $: [{'place': 'Paris'}] is not of type 'object'"),
        ("[" * 100_000, "it is not JSON"),
        ('{"a":' * 100_000, "it is not JSON"),
    ],
)
def test_what_does_not_meet_the_schema_is_told(text: str, problem: str) -> None:
    reading = read_answer(text, SCHEMA)
    assert isinstance(reading, Invalid)
    assert reading.problems[0].startswith(problem)


def test_a_value_inside_of_another_is_no_answer() -> None:
    assert isinstance(read_answer('{"answer": {"place": "Paris"}}', SCHEMA), Invalid)


def test_few_problems_are_told_and_each_is_short() -> None:
    schema: JsonObject = {"type": "array", "items": {"type": "string"}}
    reading = read_answer(json.dumps([[0] * 1000] * 50), schema)
    assert isinstance(reading, Invalid)
    assert len(reading.problems) == PROBLEMS
    assert max(map(len, reading.problems)) < 300


def test_a_schema_need_not_be_of_an_object() -> None:
    assert read_answer('"yes"', {"type": "string"}) == Valid(data="yes")
    assert read_answer("null", {}) == Valid(data=None)


@pytest.mark.parametrize(
    "schema",
    [{"type": "none"}, {"properties": 7}, {"required": "place"}, {"minimum": "low"}],
)
def test_what_is_no_schema_is_refused(schema: JsonObject) -> None:
    with pytest.raises(RequestError, match="not a JSON Schema"):
        check_schema(schema)


def test_a_schema_is_read_as_the_draft_it_names() -> None:
    draft4: JsonObject = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "type": "integer",
        "minimum": 0,
        "exclusiveMinimum": True,
    }
    check_schema(draft4)
    assert isinstance(read_answer("0", draft4), Invalid)
    assert read_answer("1", draft4) == Valid(data=1)


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "file:///etc/passwd"},
        {"$ref": "#/$defs/missing"},
        {"$ref": "#"},
        {"pattern": "["},
    ],
)
def test_a_schema_that_cannot_be_used_is_refused(schema: JsonObject) -> None:
    with pytest.raises(RequestError, match="cannot be used"):
        read_answer('"yes"', schema)


def test_a_reference_to_elsewhere_is_refused_and_not_fetched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        port = server.getsockname()[1]
        with pytest.raises(RequestError, match="cannot be used"):
            read_answer('"yes"', {"$ref": f"http://127.0.0.1:{port}/schema.json"})
        with pytest.raises(BlockingIOError):
            server.accept()


def test_references_within_the_schema_are_followed() -> None:
    schema: JsonObject = {"$ref": "#/$defs/year", "$defs": {"year": {"type": "integer"}}}
    assert read_answer("1889", schema) == Valid(data=1889)


def test_the_schema_stands_behind_the_question() -> None:
    prompt = with_schema(PROMPT, SCHEMA)
    assert prompt.messages[0] == PROMPT.messages[0]
    assert prompt.messages[1].text == (
        "Where is it?\n\n"
        "Answer with one JSON value and nothing else: no words around it, no code fence. "
        "It must meet this JSON Schema:\n"
        '{"type":"object","properties":{"place":{"type":"string"},"year":{"type":"integer"}},'
        '"required":["place"],"additionalProperties":false}'
    )


def test_a_repair_shows_the_answer_and_what_is_wrong_with_it() -> None:
    prompt = with_repair(PROMPT, "Paris", ("it is not JSON",))
    assert prompt.messages[:2] == PROMPT.messages
    assert [(message.role, message.text) for message in prompt.messages[2:]] == [
        (Role.ASSISTANT, "Paris"),
        (
            Role.USER,
            "That does not meet the JSON Schema:\n- it is not JSON\n"
            "Answer again, with one JSON value that meets it and nothing else.",
        ),
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(JSON, st.sampled_from(["", "```json\n", "Here it is: "]))
def test_whatever_is_written_is_read_back(value: object, before: str) -> None:
    wrapped = {"value": value}
    text = before + json.dumps(wrapped) + ("\n```" if before.startswith("```") else "")
    assert read_answer(text, {"type": "object", "required": ["value"]}) == Valid(data=wrapped)
