"""A completion put together from its chunks: it is one only if a reason for its end was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson
from pydantic import BaseModel, ValidationError

from core.chat import Completion, Delta, Finish, TokenUsage, ToolCall
from core.errors import ReplyError
from core.nim.replies import stream_error
from core.nim.thinking import ThinkingSeparator

if TYPE_CHECKING:
    from collections.abc import Mapping

FINISHES: Final[Mapping[str, Finish]] = {
    "stop": Finish.STOP,
    "length": Finish.LENGTH,
    "tool_calls": Finish.TOOL_CALLS,
    "function_call": Finish.TOOL_CALLS,
    "content_filter": Finish.CONTENT_FILTER,
}
"""What is not here ("abort", "error", …) tells that the server broke off."""


class _Function(BaseModel):
    name: str | None = None
    arguments: str | None = None


class _Call(BaseModel):
    index: int | None = None
    function: _Function | None = None


class _Said(BaseModel):
    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    tool_calls: list[_Call] | None = None


class _Choice(BaseModel):
    index: int | None = None
    delta: _Said | None = None
    message: _Said | None = None
    """In place of `delta`, where the server did not stream."""
    finish_reason: str | None = None


class _Details(BaseModel):
    reasoning_tokens: int | None = None


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    completion_tokens_details: _Details | None = None


class _Chunk(BaseModel):
    choices: list[_Choice]
    """Empty in the chunk that only tells the usage."""
    usage: _Usage | None = None


class Assembly:
    """Takes the events of one reply, in order."""

    def __init__(self, *, model: str, thinking: bool) -> None:
        """Start with nothing; `thinking`: the model was told to reason."""
        self._model = model
        self._separator = ThinkingSeparator(expected=thinking)
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._calls: dict[int, tuple[list[str], list[str]]] = {}
        self._finish: Finish | None = None
        self._usage: _Usage | None = None

    @property
    def finished(self) -> bool:
        """Whether the reason for the end has been seen; only the usage may follow."""
        return self._finish is not None

    def add(self, event: object) -> Delta:
        """Take an event, and return what it adds to what is certain.

        Raises:
            ProviderError: it is an error, in any of the forms that errors have inside a stream.
            ReplyError: it is not a chunk of a completion.
        """
        if (error := stream_error(event, model=self._model)) is not None:
            raise error
        try:
            chunk = _Chunk.model_validate(event)
        except ValidationError as error:
            raise self._broken(f"an event is no chunk of a completion: {event!r:.200}") from error
        self._usage = chunk.usage or self._usage
        delta = Delta()
        for choice in chunk.choices:
            if not choice.index:  # no more than one was asked for
                delta = self._take(choice)
        return delta

    def end(self) -> Delta:
        """Return what was kept back; no event comes after it.

        Raises:
            ReplyError: the reply broke off.
        """
        if self._finish is None:
            raise self._broken("the reply broke off: no reason for its end was given")
        delta = self._separator.close(cut=self._finish is Finish.LENGTH)
        self._keep(delta)
        return delta

    def completion(self) -> Completion:
        """Return the whole; to be asked after `end`.

        Its text is empty only where that is what the end's reason says: cut before the answer
        began, filtered, or tools asked for.

        Raises:
            ReplyError: nothing was said, or a call of a tool cannot be read.
        """
        finish, calls = self._finish, self._tool_calls()
        if finish is None:
            raise self._broken("the reply broke off: no reason for its end was given")
        if calls and finish is Finish.STOP:  # some servers say so
            finish = Finish.TOOL_CALLS
        text = "".join(self._text)
        if finish is Finish.TOOL_CALLS and not calls:
            raise self._broken("it ended to have a tool called, and names none")
        if finish is Finish.STOP and not text.strip():
            raise self._broken("nothing was said")
        return Completion(
            text=text,
            reasoning="".join(self._reasoning).strip(),
            finish=finish,
            usage=_counted(self._usage),
            model=self._model,
            tool_calls=calls,
        )

    def _take(self, choice: _Choice) -> Delta:
        said = choice.delta or choice.message or _Said()
        for call in said.tool_calls or ():
            self._take_call(call)
        reasoning = said.reasoning_content or said.reasoning or ""
        if reasoning:
            self._separator.reasoned_elsewhere()
        delta = self._separator.feed(said.content or "")
        delta = Delta(
            text=delta.text, reasoning=reasoning + delta.reasoning, retracts=delta.retracts
        )
        self._keep(delta)
        if choice.finish_reason:
            self._finish = FINISHES.get(choice.finish_reason)
            if self._finish is None:
                raise self._broken(f"the server broke off: {choice.finish_reason!r:.100}")
        return delta

    def _take_call(self, call: _Call) -> None:
        function = call.function or _Function()
        index = call.index
        if index is None:  # then a name begins the next call
            index = len(self._calls) if function.name else max(self._calls, default=0)
        names, arguments = self._calls.setdefault(index, ([], []))
        names.append(function.name or "")
        arguments.append(function.arguments or "")

    def _keep(self, delta: Delta) -> None:
        if delta.retracts:
            self._reasoning += self._text
            self._text.clear()
        self._text.append(delta.text)
        self._reasoning.append(delta.reasoning)

    def _tool_calls(self) -> tuple[ToolCall, ...]:
        return tuple(
            ToolCall(name="".join(names), arguments=self._arguments("".join(arguments)))
            for _, (names, arguments) in sorted(self._calls.items())
        )

    def _arguments(self, text: str) -> dict[str, object]:
        try:
            arguments: object = orjson.loads(text or "{}")
        except ValueError as error:
            raise self._broken(f"a tool's arguments are not JSON: {text!r:.200}") from error
        if not isinstance(arguments, dict):
            raise self._broken(f"a tool's arguments are not an object: {text!r:.200}")
        return {str(key): value for key, value in arguments.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON

    def _broken(self, reason: str) -> ReplyError:
        return ReplyError(reason, model=self._model)


def _counted(usage: _Usage | None) -> TokenUsage | None:
    if usage is None or usage.prompt_tokens is None:
        return None
    details = usage.completion_tokens_details or _Details()
    return TokenUsage(
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens or 0,
        reasoning_tokens=details.reasoning_tokens or 0,
    )
