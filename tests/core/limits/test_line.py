from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from core.limits.line import Line


async def _settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


class Counter:
    """Serves who is first, one at a time, each when it is told to."""

    def __init__(self) -> None:
        self.line, self.served = Line(), list[str]()
        self._next = asyncio.Semaphore(0)
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def joins(self, name: str, *, until: float) -> None:
        self._tasks[name] = asyncio.create_task(self._wait(name, until))
        await _settle()

    async def leaves(self, name: str) -> None:
        self._tasks[name].cancel()
        await asyncio.wait([self._tasks[name]])

    async def serve(self, count: int = 1) -> list[str]:
        for _ in range(count):
            self._next.release()
            await _settle()
        return self.served

    async def _wait(self, name: str, until: float) -> None:
        with self.line.stand(until=until) as place:
            while True:
                await self.line.first(place)
                await self._next.acquire()
                if not self.line.ahead(place):
                    self.served.append(name)
                    return
                self._next.release()
                await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("deadlines", "order"),
    [((30, 10, 20), "bca"), ((10, 10, 10), "abc"), ((5, 30, 5), "acb")],
    ids=["by deadline", "by arrival", "both"],
)
async def test_who_has_least_time_goes_first_then_who_came_first(
    deadlines: Sequence[float], order: str
) -> None:
    counter = Counter()
    for name, until in zip("abc", deadlines, strict=True):
        await counter.joins(name, until=until)
    assert await counter.serve(3) == list(order)


async def test_who_comes_late_with_less_time_goes_before_the_first() -> None:
    counter = Counter()
    await counter.joins("a", until=30)
    await counter.joins("b", until=20)
    assert await counter.serve() == ["b"]
    await counter.joins("c", until=10)
    assert await counter.serve(2) == ["b", "c", "a"]


async def test_who_leaves_lets_the_next_one_go() -> None:
    counter = Counter()
    for name, until in (("a", 10), ("b", 20), ("c", 30)):
        await counter.joins(name, until=until)
    await counter.leaves("b")
    await counter.leaves("a")
    assert await counter.serve() == ["c"]


def test_how_many_go_before_is_known() -> None:
    line = Line()
    with line.stand(until=10) as first, line.stand(until=30) as last:
        assert [line.ahead(place) for place in (first, last)] == [0, 1]
        with line.stand(until=20):
            assert line.ahead(last) == 2
        assert line.ahead(last) == 1
