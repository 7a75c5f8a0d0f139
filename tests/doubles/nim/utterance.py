"""What a chat model says: made from its prompt, the same every time."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import orjson

from tests.doubles.nim.model import NimModel
from tests.doubles.nim.requests import ChatRequest, Tool
from tests.doubles.nim.schema import instance, schema_in
from tests.doubles.nim.words import overlap

THOUGHT = "A draft that no reader may see, with a marker of nothing [99]."
NO_EVIDENCE = "The evidence does not say."
NOTHING = re.compile(r"reply with ([A-Z]+(?: [A-Z]+)*)")
"""What the prompt has it say instead."""
UNSAFE = re.compile(r"\b(bomb|poison|weapon)", re.IGNORECASE)
MARKER = re.compile(r"^[^\S\n]*(?P<open>[\[(<{【⟦〔][^\s\d]{0,12}?)\d+[\])>}】⟧〕]+", re.MULTILINE)
SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?](?!\s|$)[^.!?。！？\n]*)*")
PIECE = re.compile(r"\s*\S{1,5}|\s+$")
QUOTED = 3
"""The most blocks of evidence that an answer quotes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    name: str
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    text: str
    reasoning: str = ""
    finish: str = "stop"
    tool_calls: tuple[Called, ...] = ()


def pieces(text: str) -> list[str]:
    """Return `text` in the bits that it is streamed in; each counts as one token."""
    return PIECE.findall(text)


def utterance(request: ChatRequest, model: NimModel, *, thinks: bool) -> Utterance:
    """Return what `model` says to `request`, before any limit on its length."""
    question = asked(request)
    prompt = "\n".join(message.text for message in request.messages)
    if model.moderates:
        return Utterance(text="unsafe\nS9" if UNSAFE.search(prompt) else "safe")
    reasoning = _reasoning(request, model) if thinks else ""
    if request.tools and request.tool_choice != "none" and request.messages[-1].role != "tool":
        return _calls(request.tools, question, model, reasoning)
    text = answer(prompt, question)
    return Utterance(text=_formed(text, request, model, prompt), reasoning=reasoning)


def asked(request: ChatRequest) -> str:
    """Return the last paragraph that the user said."""
    turns = [message.text for message in request.messages if message.role == "user"]
    return turns[-1].strip().rpartition("\n")[2].strip() if turns else ""


def answer(prompt: str, question: str) -> str:
    """Quote, for each of the blocks of evidence that fit best, its best sentence and its marker.

    A block begins with a marker at the start of a line; the first one shows the marker's form. If
    it is closed, as `[E1]` by `[/E1]`, its first line is a heading and not quoted.
    """
    blocks = _blocks(prompt)
    if not blocks:
        return f"Nothing was given to read. The question was: {question}"
    scored = [(*_best(text, question), marker) for marker, text in blocks]
    best = sorted(scored, key=lambda entry: -entry[0])[:QUOTED]
    said = [f"{sentence} {marker}." for score, sentence, marker in best if score > 0]
    told = NOTHING.search(prompt)
    return " ".join(said) or (told[1] if told else NO_EVIDENCE)


def _blocks(prompt: str) -> list[tuple[str, str]]:
    found = list(MARKER.finditer(prompt))
    if not found:
        return []
    form = found[0]["open"]
    ours = [match for match in found if match["open"] == form]
    ends = [match.start() for match in ours[1:]] + [len(prompt)]
    return [_block(match, prompt[match.end() : end]) for match, end in zip(ours, ends, strict=True)]


def _block(match: re.Match[str], text: str) -> tuple[str, str]:
    marker = match[0].strip()
    inside, closed, _ = text.partition(f"\n{marker[0]}/{marker[1:]}")
    return marker, inside.partition("\n")[2] if closed else text


def _best(text: str, question: str) -> tuple[float, str]:
    sentences = (found.strip() for found in SENTENCE.findall(text))
    scored = [(overlap(question, s), s) for s in sentences if s and s not in question]
    return max(scored, key=lambda entry: entry[0], default=(0.0, ""))


def _reasoning(request: ChatRequest, model: NimModel) -> str:
    length = model.thought_tokens
    if request.reasoning_budget >= 0:
        length = min(length, request.reasoning_budget)
    if request.reasoning_effort == "low" or request.chat_template_kwargs.get("low_effort") is True:
        length //= 2
    return "".join((pieces(THOUGHT + " ") * length)[:length]).strip()


def _formed(text: str, request: ChatRequest, model: NimModel, prompt: str) -> str:
    """Put `text` into the JSON that was asked for, if the model does such a thing."""
    wanted = request.response_format
    if wanted and model.structured and wanted.json_schema:
        return _json(instance(wanted.json_schema.definition, text))
    if wanted and model.structured and wanted.type == "json_object":
        return _json({"answer": text})
    schema = schema_in(prompt)
    if schema is None:
        return text
    return f"Here it is:\n```json\n{_json(instance(schema, text))}\n```"


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _calls(tools: Sequence[Tool], question: str, model: NimModel, reasoning: str) -> Utterance:
    named = [tool for tool in tools if tool.function.name in question] or tools[:1]
    calls = tuple(
        Called(
            name=tool.function.name,
            arguments=cast(
                "dict[str, object]",
                instance({"type": "object"} | tool.function.parameters, question),
            ),
        )
        for tool in named
    )
    if model.pythonic:
        return Utterance(text=f"[{', '.join(map(_pythonic, calls))}]", reasoning=reasoning)
    return Utterance(text="", reasoning=reasoning, finish="tool_calls", tool_calls=calls)


def _pythonic(call: Called) -> str:
    given = ", ".join(f"{name}={_literal(value)}" for name, value in call.arguments.items())
    return f"{call.name}({given})"


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
