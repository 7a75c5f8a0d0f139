"""Many texts as few requests: how they are put together, sent side by side, and made smaller."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from core.errors import ContextOverflowError, IbidError, RequestRefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from core.errors import ProviderError

Job = TypeVar("Job")
Done = TypeVar("Done")

TOO_MUCH = frozenset({400, 413, 422})
"""Statuses that a request may get for its size; the text with them seldom says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much is asked of an endpoint at once, and how long an answer is waited for."""

    texts: int = 64
    """Of one request; no limit is published, and a refused request is halved."""
    tokens: int = 32_768
    """Of one request."""
    in_flight: int = 4
    """Requests at once."""
    attempt_s: float = 60
    """For one attempt; after that it counts as lost, and is tried again."""
    job_s: float = 900
    """For one request of passages, with waiting for its turn and all attempts."""
    question_s: float = 30
    """The same, where somebody waits for an answer."""
    question_attempt_s: float = 10
    """For one attempt of these."""


class Appetite:
    """How many texts an endpoint takes at once, learned from what it refused."""

    def __init__(self, most: int) -> None:
        self._most, self._taken = most, 0

    @property
    def most(self) -> int:
        """How many to offer."""
        return self._most

    def took(self, texts: int) -> None:
        """Note that so many were taken."""
        self._taken = max(self._taken, texts)
        self._most = max(self._most, texts)

    def refused(self, texts: int) -> None:
        """Note that so many were refused; what was taken before is still offered."""
        self._most = min(self._most, max(self._taken, texts // 2, 1))


def batches(sizes: Sequence[int], *, texts: int, tokens: int) -> list[range]:
    """Return runs of places within both bounds; what is too large for a run is one of its own.

    Args:
        sizes: the tokens of each text, in order.
        texts: the most in one run.
        tokens: the most in one run.
    """
    runs: list[range] = []
    start = total = 0
    for place, size in enumerate(sizes):
        if place > start and (place - start >= texts or total + size > tokens):
            runs.append(range(start, place))
            start, total = place, 0
        total += size
    return [*runs, range(start, len(sizes))] if sizes else runs


def may_be_too_much(error: ProviderError) -> bool:
    """Tell whether a smaller request might be taken."""
    return isinstance(error, ContextOverflowError) or (
        isinstance(error, RequestRefusedError) and error.status in TOO_MUCH
    )


async def side_by_side(
    jobs: Sequence[Job], work: Callable[[Job], Awaitable[Done]], *, in_flight: int
) -> list[Done]:
    """Return what `work` makes of each of `jobs`, in order.

    After a failure no job is begun, and those under way come to their end: they are paid for.

    Raises:
        IbidError: the first failure.
    """
    waiting = deque(enumerate(jobs))
    done: dict[int, Done] = {}
    failures: list[IbidError] = []

    async def worker() -> None:
        while waiting and not failures:
            place, job = waiting.popleft()
            try:
                done[place] = await work(job)
            except IbidError as error:
                failures.append(error)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(in_flight, len(waiting))):
            group.create_task(worker())
    if failures:
        raise failures[0]
    return [done[place] for place in range(len(jobs))]
