"""Thousands of questions, a few at a time, each answer on the disk as soon as it is there."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias, cast

import orjson

from core.errors import IbidError, RequestError
from serve.problems import problem_of
from serve.requests import read_query
from serve.wire import to_bytes

if TYPE_CHECKING:
    from collections.abc import (
        AsyncGenerator,
        Awaitable,
        Callable,
        Generator,
        Iterator,
        Mapping,
        Sequence,
        Set,
    )
    from pathlib import Path

    from core.answers import Answer
    from serve.answer.question import Question

    Ask: TypeAlias = Callable[[Question], Awaitable[Answer]]
    _Write: TypeAlias = Callable[[object], None]


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

    `out` gets a line each, in the order in which they are done: `{"id", "answer"}`, or
    `{"id", "error"}` with a problem. What has failed is asked again by the next run.

    Raises:
        RequestError: `out` is not what a run has left.
    """
    with _appending(out) as (known, write):
        progress = Progress(total=len(items), answered=sum(i.id in known for i in items))
        yield progress
        waiting = iter([item for item in items if item.id not in known])
        done: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(_work(ask, waiting, write, done))
            for _ in range(progress.total - progress.answered):
                progress = _after(progress, *await done.get())
                yield progress


async def _work(
    ask: Ask, waiting: Iterator[Item], write: _Write, done: asyncio.Queue[tuple[str, str]]
) -> None:
    for item in waiting:
        try:
            answer = await ask(item.question)
        except IbidError as error:
            write({"id": item.id, "error": problem_of(error)})
            done.put_nowait((item.id, str(error)))
        else:
            write({"id": item.id, "answer": answer})
            done.put_nowait((item.id, ""))


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
    fields = {**defaults, **cast("dict[str, object]", said)}
    identity = fields.pop("id", None) or hashlib.sha256(line.strip()).hexdigest()[:16]
    return Item(id=str(identity), question=read_query(fields))


@contextmanager
def _appending(out: Path) -> Generator[tuple[Set[str], _Write]]:
    """Give the ids that `out` has an answer of, and what adds a line to it.

    What an earlier run has left half written, or has failed, is taken out first.
    """
    known: set[str] = set()
    beside = out.with_name(out.name + ".part")
    with beside.open("wb") as kept:
        for line in _left(out):
            if identity := _answered(line, out):
                known.add(identity)
                kept.write(line)
    beside.replace(out)
    with out.open("ab") as file:

        def write(line: object) -> None:
            file.write(to_bytes(line) + b"\n")
            file.flush()

        yield known, write


def _left(out: Path) -> Iterator[bytes]:
    if out.exists():
        with out.open("rb") as file:
            yield from (line for line in file if line.endswith(b"\n"))


def _answered(line: bytes, out: Path) -> str | None:
    """Return the id of an answer; `None`: the line is of a question that failed."""
    try:
        found: object = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise RequestError(f"{out} has a line that is not JSON; name another file") from error
    fields = cast("dict[str, object]", found) if isinstance(found, dict) else {}
    if "id" not in fields:
        raise RequestError(f"{out} has a line without an id; name another file")
    return str(fields["id"]) if "answer" in fields else None
