from __future__ import annotations

import asyncio

from core.errors import UnavailableError
from serve.checks import AGAIN_S, Lately
from tests.doubles.clock import VirtualClock


class _Embedder:
    """Works or not, and counts how often that was tried."""

    def __init__(self) -> None:
        self.works, self.tried = False, 0

    async def open(self) -> None:
        self.tried += 1
        await asyncio.sleep(0)
        if not self.works:
            raise UnavailableError("503: down", model="x/embed", status=503)


async def test_what_did_not_work_is_not_tried_again_for_a_while() -> None:
    clock, embedder = VirtualClock(), _Embedder()
    lately = Lately(clock=clock)
    for _ in range(3):
        assert await lately.wrong(embedder.open) == "x/embed: 503: down"
        clock.advance(AGAIN_S / 4)
    assert embedder.tried == 1
    clock.advance(AGAIN_S)
    assert await lately.wrong(embedder.open) == "x/embed: 503: down"
    assert embedder.tried == 2


async def test_that_it_works_again_is_told_after_that_while() -> None:
    clock, embedder = VirtualClock(), _Embedder()
    lately = Lately(clock=clock)
    await lately.wrong(embedder.open)
    embedder.works = True
    assert await lately.wrong(embedder.open) == "x/embed: 503: down"
    clock.advance(AGAIN_S)
    assert await lately.wrong(embedder.open) == ""


async def test_what_works_is_looked_at_each_time() -> None:
    embedder = _Embedder()
    embedder.works = True
    lately = Lately(clock=VirtualClock())
    assert [await lately.wrong(embedder.open) for _ in range(2)] == ["", ""]
    embedder.works = False
    assert await lately.wrong(embedder.open)


async def test_who_asks_at_the_same_time_gets_one_outcome() -> None:
    embedder = _Embedder()
    lately = Lately(clock=VirtualClock())
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(lately.wrong(embedder.open)) for _ in range(5)]
    assert {each.result() for each in asked} == {"x/embed: 503: down"}
    assert embedder.tried == 1
