"""The body of a request for a completion: what a prompt and a model's card make of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self, TypeGuard

import orjson

from core.catalog.card import ReasoningMode, Structured
from core.chat import Message, Role
from core.nim.structured import response_format
from core.tokens import well_formed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalog.card import ModelCard
    from core.chat import Prompt, TokenUsage, Tool, ToolCall
    from core.types import JsonObject

LARGE_BYTES = 500_000
"""From here on a prompt is too dear to be sent many times: some 120,000 tokens of English."""
READ_BYTES_PER_S = 12_000
"""Some 3,000 tokens: a million takes minutes."""
ROOM = 4
"""How many times the tokens are allowed, where the first ones were spent before the answer."""
BYTES_PER_TOKEN = 3
"""Fewer than most text has."""
ESSENTIAL = frozenset({"model", "messages", "stream", "tools"})
"""What there is of these is sent, also to who refuses it: without it, something else is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A prompt made ready for a model; its messages are serialised once for all attempts."""

    card: ModelCard
    prompt: Prompt
    thinking: bool
    """Whether the model is told to reason first."""
    max_tokens: int
    messages: bytes

    @classmethod
    def of(cls, card: ModelCard, prompt: Prompt) -> Self:
        """Return what `prompt` asks of the model."""
        thinking = prompt.thinking_tokens > 0 and card.thinking is not None
        max_tokens = prompt.max_tokens + (prompt.thinking_tokens if thinking else 0)
        return cls(
            card=card,
            prompt=prompt,
            thinking=thinking,
            max_tokens=min(max_tokens, card.max_output or max_tokens),
            messages=_messages(prompt.messages, system=_mode(card, thinking=thinking).system),
        )

    @property
    def large(self) -> bool:
        """Whether it is dear to send it again."""
        return len(self.messages) >= LARGE_BYTES

    @property
    def reading_s(self) -> float:
        """Seconds that a model may take to read it, beside what every request takes."""
        return len(self.messages) / READ_BYTES_PER_S

    def roomier(self, used: TokenUsage | None) -> Asking | None:
        """Return it with more room for the answer; `None`: there is no more.

        More tokens, where the model can give twice as many; else no reasoning.

        Args:
            used: what the provider counted, where it did.
        """
        taken = used.prompt_tokens if used else len(self.messages) // BYTES_PER_TOKEN
        most = min(ROOM * self.max_tokens, self.card.window - taken)
        most = min(most, self.card.max_output or most)
        if most >= 2 * self.max_tokens:
            return replace(self, max_tokens=most)
        plain = replace(self.prompt, thinking_tokens=0)
        return Asking.of(self.card, plain) if self.thinking else None

    def body(self, model_id: str, *, without: frozenset[str]) -> bytes:
        """Return the body to send; parameters that are not taken are left out."""
        prompt, mode = self.prompt, _mode(self.card, thinking=self.thinking)
        left_out = (without | self.card.refuses | self.card.frozen.keys()) - ESSENTIAL
        parameters = {
            "max_tokens": self.max_tokens,
            "temperature": _first(prompt.temperature, mode.sampling.temperature),
            "top_p": _first(prompt.top_p, mode.sampling.top_p),
            "stop": list(prompt.stop) or None,
            "response_format": self._response_format(),
            "tools": [_function(tool) for tool in prompt.tools] or None,
            "stream_options": {"include_usage": True},
            **_switches(mode.body, left_out=left_out),
        }
        body = {
            "model": model_id,
            "messages": orjson.Fragment(self.messages),
            "stream": True,
            **_taken(parameters, left_out=left_out),
        }
        return orjson.dumps(body, default=dict)

    def _response_format(self) -> JsonObject | None:
        if self.prompt.schema is None or self.card.structured is not Structured.JSON_SCHEMA:
            return None
        return response_format(self.prompt.schema)


def _mode(card: ModelCard, *, thinking: bool) -> ReasoningMode:
    return (card.thinking or card.plain) if thinking else card.plain


def _messages(messages: Sequence[Message], *, system: str | None) -> bytes:
    turns = list(messages)
    if system is not None:
        if turns[0].role is not Role.SYSTEM:
            turns.insert(0, Message(role=Role.SYSTEM, text=system))
        else:
            turns[0] = replace(turns[0], text=f"{system}\n{turns[0].text}")
    try:
        return orjson.dumps([_turn(turn, turn.text) for turn in turns])
    except orjson.JSONEncodeError:  # half a surrogate pair, which documents have now and then
        return orjson.dumps([_turn(turn, well_formed(turn.text)) for turn in turns])


def _turn(turn: Message, text: str) -> JsonObject:
    if turn.tool_calls:
        calls = [_called(call) for call in turn.tool_calls]
        return {"role": turn.role, "content": text or None, "tool_calls": calls}
    if turn.role is Role.TOOL:
        return {"role": turn.role, "content": text, "tool_call_id": turn.tool_call_id}
    return {"role": turn.role, "content": text}


def _called(call: ToolCall) -> JsonObject:
    arguments = json.dumps(call.arguments, default=dict)  # escapes what is half a surrogate pair
    function = {"name": well_formed(call.name), "arguments": arguments}
    return {"id": call.id, "type": "function", "function": function}


def _function(tool: Tool) -> JsonObject:
    function = {
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
    }
    return {"type": "function", "function": function}


def _first(asked: float | None, default: float | None) -> float | None:
    return default if asked is None else asked


def _taken(parameters: Mapping[str, object], *, left_out: frozenset[str]) -> dict[str, object]:
    """Return what has a value and is not left out."""
    return {
        name: value
        for name, value in parameters.items()
        if value is not None and name not in left_out
    }


def _switches(body: JsonObject, *, left_out: frozenset[str]) -> JsonObject:
    """Return a mode's parameters; those that are left out may stand inside of another."""
    switches = {
        name: _taken(value, left_out=left_out) if _is_object(value) else value
        for name, value in body.items()
    }
    return {name: value for name, value in switches.items() if value != {}}


def _is_object(value: object) -> TypeGuard[JsonObject]:
    return isinstance(value, Mapping)
