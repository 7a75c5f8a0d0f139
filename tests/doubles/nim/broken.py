"""Faults that spoil an answer on its way: `standin.script(model, Drop(after=2), …)`.

`after` counts the pieces of a streamed answer that come first; there are never more than all of
them, so that a high number gives the whole text without its end. An answer that is not streamed
comes to its half.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import cast

import orjson

from tests.doubles.nim.script import Spoil
from tests.doubles.nim.wire import Cut, Reply, Step, Wait, event, json_reply

FOREVER_S = 10 * 365 * 86_400.0
ALL = 10**9


class ErrorShape(StrEnum):
    """How an error inside a stream looks."""

    OBJECT = "object"
    """`{"error": {"object": "error", …}}`."""
    PLAIN = "plain"
    """`{"error": {"message", "type", "code"}}`."""
    PROBLEM = "problem"
    """`{"status": 500, "title": …}`."""


@dataclass(frozen=True, slots=True)
class Drop(Spoil):
    """The connection ends; `after=None`: before there is any answer."""

    after: int | None = 3
    reset: bool = False

    def spoil(self, reply: Reply) -> Reply:
        if self.after is None:
            return Reply(status=None)
        return _broken(reply, self.after, (Cut(reset=self.reset),))


@dataclass(frozen=True, slots=True)
class Stall(Spoil):
    """Nothing more comes for so long, then the rest; `after=None`: not even a status line."""

    after: int | None = 3
    seconds: float = FOREVER_S

    def spoil(self, reply: Reply) -> Reply:
        if self.after is None:
            return replace(reply, hold_s=reply.hold_s + self.seconds)
        start, rest = _parts(reply, self.after)
        return replace(reply, steps=(*start, Wait(self.seconds), *rest))


@dataclass(frozen=True, slots=True)
class Garbage(Spoil):
    """An event that is no JSON, in the middle; of an answer that is not streamed, half is lost."""

    after: int = 3

    def spoil(self, reply: Reply) -> Reply:
        if not reply.streamed:
            half = reply.body[: len(reply.body) // 2]
            return _with_body(reply, half + b"\x00\xff")
        start, rest = _parts(reply, self.after)
        return replace(reply, steps=(*start, b'data: {"choices": [{"del\n\n', *rest))


@dataclass(frozen=True, slots=True)
class StreamError(Spoil):
    """An error as an event of a stream that began well; then it ends as if all were said."""

    shape: ErrorShape = ErrorShape.PLAIN
    after: int = 3
    done: bool = True
    """Whether `[DONE]` follows."""

    def spoil(self, reply: Reply) -> Reply:
        if not reply.streamed:
            return json_reply(200, self._body())
        start, _ = _parts(reply, self.after)
        end = (b"data: [DONE]\n\n",) if self.done else ()
        return replace(reply, steps=(*start, event(self._body()), *end))

    def _body(self) -> dict[str, object]:
        message = "Inference connection error while making inference request"
        if self.shape is ErrorShape.PROBLEM:
            return {"status": 500, "title": "Internal Server Error", "detail": message}
        error = {"message": message, "type": "InternalServerError", "code": 500}
        marked = {"object": "error"} if self.shape is ErrorShape.OBJECT else {}
        return {"error": {**marked, **error}}


@dataclass(frozen=True, slots=True)
class NoFinish(Spoil):
    """An answer that ends in good order, but without a `finish_reason`.

    Where there is none to leave out, the last vector or ranking is.
    """

    after: int = 3
    done: bool = False
    """Whether `[DONE]` follows."""

    def spoil(self, reply: Reply) -> Reply:
        if not reply.streamed:
            return _edited(reply, _unfinished)
        start, _ = _parts(reply, self.after)
        return replace(reply, steps=(*start, *((b"data: [DONE]\n\n",) if self.done else ())))


@dataclass(frozen=True, slots=True)
class NoChoices(Spoil):
    """200 with `choices: []`, or with no vector or ranking at all."""

    def spoil(self, reply: Reply) -> Reply:
        if not reply.streamed:
            return _edited(reply, _emptied)
        body = {"id": "chatcmpl-standin", "choices": list[object]()}
        return replace(reply, steps=(event(body), b"data: [DONE]\n\n"))


@dataclass(frozen=True, slots=True)
class OnlyThought(Spoil):
    """`content: null` and `finish_reason: length`: reasoning took all of `max_tokens`."""

    def spoil(self, reply: Reply) -> Reply:
        body: dict[str, object] = {"id": "chatcmpl-standin"}
        if not reply.streamed:
            message = {"role": "assistant", "content": None, "reasoning_content": "Well, then"}
            choice = {"index": 0, "message": message, "finish_reason": "length"}
            return json_reply(200, body | {"choices": [choice]})
        delta = {"role": "assistant", "content": None, "reasoning_content": "Well, then"}
        choices: tuple[dict[str, object], ...] = (
            {"index": 0, "delta": delta, "finish_reason": None},
            {"index": 0, "delta": {}, "finish_reason": "length"},
        )
        events = (event(body | {"choices": [choice]}) for choice in choices)
        return replace(reply, steps=(*events, b"data: [DONE]\n\n"))


@dataclass(frozen=True, slots=True)
class Shuffled(Spoil):
    """Vectors in another order than the texts'; `index` says which is which."""

    def spoil(self, reply: Reply) -> Reply:
        return _edited(reply, lambda body: body | {"data": _entries(body)[::-1]})


@dataclass(frozen=True, slots=True)
class MissingVector(Spoil):
    """One vector, or ranking, fewer than texts."""

    def spoil(self, reply: Reply) -> Reply:
        return _edited(reply, lambda body: body | {_name(body): _entries(body)[:-1]})


@dataclass(frozen=True, slots=True)
class WrongDimensions(Spoil):
    """Vectors of another length than the model's."""

    dimensions: int = 3

    def spoil(self, reply: Reply) -> Reply:
        return _vectors(reply, [0.5] * self.dimensions)


@dataclass(frozen=True, slots=True)
class NotNumbers(Spoil):
    """Vectors of `null`, as NaN is written in JSON."""

    def spoil(self, reply: Reply) -> Reply:
        return _vectors(reply, [None] * 4096)


def _parts(reply: Reply, after: int) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """Split at the piece of text that follows the first `after`; the opening chunk is none."""
    if reply.streamed:
        at = min(after + 1, reply.said)
        return reply.steps[:at], reply.steps[at:]
    body = reply.body
    return (body[: len(body) // 2],), (body[len(body) // 2 :],)


def _broken(reply: Reply, after: int, end: tuple[Step, ...]) -> Reply:
    start, _ = _parts(reply, after)
    return replace(reply, steps=(*start, *end))


def _edited(reply: Reply, edit: Callable[[dict[str, object]], dict[str, object]]) -> Reply:
    return _with_body(reply, orjson.dumps(edit(orjson.loads(reply.body))))


def _with_body(reply: Reply, body: bytes) -> Reply:
    headers = {**reply.headers, "content-length": str(len(body))}
    return replace(reply, headers=headers, steps=(body,))


def _name(body: dict[str, object]) -> str:
    return next(name for name in ("choices", "data", "rankings") if name in body)


def _entries(body: dict[str, object]) -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", body[_name(body)])


def _unfinished(body: dict[str, object]) -> dict[str, object]:
    if "choices" not in body:
        return body | {_name(body): _entries(body)[:-1]}
    return body | {"choices": [entry | {"finish_reason": None} for entry in _entries(body)]}


def _emptied(body: dict[str, object]) -> dict[str, object]:
    return body | {_name(body): list[object]()}


def _vectors(reply: Reply, vector: list[float] | list[None]) -> Reply:
    return _edited(
        reply,
        lambda body: body | {"data": [e | {"embedding": vector} for e in _entries(body)]},
    )
