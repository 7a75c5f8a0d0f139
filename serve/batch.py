"""Thousands of questions, a few at a time, each answer on the disk as soon as it is there."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, TypeAlias, cast

import orjson

from core.answers import AbstainReason
from core.errors import IbidError, RequestError
from serve.answer_lines import answer_lines
from serve.problems import problem_of
from serve.requests import read_query

if TYPE_CHECKING:
    from collections.abc import (
        AsyncGenerator,
        Awaitable,
        Callable,
        Iterator,
        Mapping,
        Sequence,
    )
    from pathlib import Path

    from core.answers import Answer
    from serve.answer.question import Question
    from serve.answer_lines import AnswerLines

    Ask: TypeAlias = Callable[[Question], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A question of a batch."""

    id: str
    """Unique in the batch: what its line says, else a hash of it."""
    question: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a batch is."""

    total: int
    answered: int = 0
    """With what an earlier run has answered."""
    failed: int = 0
    failure: tuple[str, str] | None = None
    """The id and the reason of a question that has just failed."""


def read_batch(path: Path, defaults: Mapping[str, object]) -> list[Item]:
    """Return the questions of a JSON Lines file.

    A line is the body of `POST /v1/query`, with an `id` where one is wanted, or a string, which is
    the question. What it does not say is as in `defaults`.

    Raises:
        RequestError: the file or a line cannot be read, or an id is there twice; names the line.
    """
    items: dict[str, Item] = {}
    for number, line in _lines(path):
        try:
            item = _item(line, defaults)
        except RequestError as error:
            raise RequestError(f"{path}, line {number}: {error}") from error
        if item.id in items:
            raise RequestError(f"{path}, line {number}: {item.id!r} is there twice")
        items[item.id] = item
    return list(items.values())


async def run_batch(
    ask: Ask, items: Sequence[Item], out: Path, *, at_once: int
) -> AsyncGenerator[Progress]:
    """Answer what `out` has no answer of, and yield how far it is, first and after each.

    `out` gets a line each, in the order in which they are done: `{"id", "asked", "answer"}`, or
    `{"id", "asked", "error"}` with a problem; `asked` is a hash of the question. Where an id has
    several lines, the last one counts; at the end of a run there is one. The next run asks again
    what failed, what no model was there for, and what is another question by now.

    Raises:
        RequestError: `out` is not what a run has left, another run has it, or it cannot be used.
    """
    hashes = {item.id: _hash(item.question) for item in items}
    with answer_lines(out, hashes) as answers:
        known = answers.known()
        progress = Progress(total=len(items), answered=sum(i.id in known for i in items))
        yield progress
        waiting = iter([item for item in items if item.id not in known])
        done: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(_work(ask, waiting, answers, done))
            for _ in range(progress.total - progress.answered):
                progress = _after(progress, *await done.get())
                yield progress


async def _work(
    ask: Ask, waiting: Iterator[Item], answers: AnswerLines, done: asyncio.Queue[tuple[str, str]]
) -> None:
    for item in waiting:
        try:
            answer = await ask(item.question)
        except IbidError as error:
            answers.add(item.id, error=problem_of(error))
            done.put_nowait((item.id, str(error)))
        else:
            answers.add(item.id, answer=answer)
            why = answer.abstained
            left = why is not None and why.reason is AbstainReason.MODEL_UNAVAILABLE
            done.put_nowait((item.id, f"no model answered: {why.detail}" if why and left else ""))


def _after(progress: Progress, identity: str, reason: str) -> Progress:
    if reason:
        return replace(progress, failed=progress.failed + 1, failure=(identity, reason))
    return replace(progress, answered=progress.answered + 1, failure=None)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except OSError as error:
        raise RequestError(f"{path} cannot be read: {error.strerror}") from error


def _item(line: bytes, defaults: Mapping[str, object]) -> Item:
    try:
        given: object = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise RequestError(f"is not JSON: {error}") from error
    said = {"question": given} if isinstance(given, str) else given
    if not isinstance(said, dict):
        raise RequestError("is neither a question nor an object with one")
    request = {**defaults, **cast("dict[str, object]", said)}
    identity = request.pop("id", hashlib.sha256(line.strip()).hexdigest()[:16])
    if isinstance(identity, bool) or not isinstance(identity, str | int):
        raise RequestError(f"the id is {identity!r}; allowed: a text or a whole number")
    return Item(id=str(identity), question=read_query(request))


def _hash(question: Question) -> str:
    """Return a hash of what a question says; what it leaves open does not count."""
    said = {each.name: (getattr(question, each.name), each.default) for each in fields(question)}
    given = {name: value for name, (value, default) in said.items() if value != default}
    canonical = json.dumps(given, sort_keys=True, default=asdict)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
