"""Whose turn it is: of those who wait for the same room, the one with the least time."""

from __future__ import annotations

import asyncio
from bisect import insort
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where one who waits stands."""

    until: float
    """The deadline."""
    number: int
    """Of equal deadlines, who came first goes first."""
    moved: asyncio.Event = field(default_factory=asyncio.Event, compare=False)


class Line:
    """Those who wait, the earliest deadline first.

    So a request that is tried again goes before those that came after it, and what somebody waits
    for before a long job; were it left to chance, now and then one would wait for ever.
    """

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._numbers = count()

    @contextmanager
    def stand(self, *, until: float) -> Generator[Place]:
        """Stand in the line, inside; `until` is the deadline."""
        place = Place(until, next(self._numbers))
        insort(self._places, place)
        try:
            yield place
        finally:
            self._places.remove(place)
            if self._places:
                self._places[0].moved.set()

    def ahead(self, place: Place) -> int:
        """Return how many go before `place`."""
        return self._places.index(place)

    async def first(self, place: Place) -> None:
        """Return when nobody goes before `place`; somebody may again, at any later time."""
        while self._places[0] != place:
            place.moved.clear()
            await place.moved.wait()
