"""The stand-in for NVIDIA's endpoints in a process of its own, so that no lock is shared."""

from __future__ import annotations

import logging
import multiprocessing
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from tests.doubles.clock import ScaledClock
from tests.doubles.nim.standin import NimStandin

if TYPE_CHECKING:
    from collections.abc import Generator
    from multiprocessing.connection import Connection

    from tests.doubles.nim.conditions import Conditions

_CLOSE = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request, as the stand-in saw it."""

    status: int | None
    """`None`: it sent none."""
    fault: str
    """The name of what was done to it; empty: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standin:
    """A running one."""

    url: str
    _pipe: Connection[Any, Any]

    def log(self) -> list[Seen]:
        """Return what it was asked so far."""
        self._pipe.send("log")
        return cast("list[Seen]", self._pipe.recv())


@contextmanager
def standin(conditions: Conditions, *, speed: float) -> Generator[Standin]:
    """Run one whose clock goes so many times as fast as the machine's."""
    context = multiprocessing.get_context("spawn")
    ours, its = context.Pipe()
    process = context.Process(target=_serve, args=(conditions, speed, its), name="nim-standin")
    process.start()
    try:
        yield Standin(url=ours.recv(), _pipe=ours)
    finally:
        ours.send(_CLOSE)
        process.join()


def _serve(conditions: Conditions, speed: float, pipe: Connection[Any, Any]) -> None:
    # It would warn of each piece of an answer whose client has gone, as is meant to happen.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    with NimStandin(conditions, clock=ScaledClock(speed)) as nim:
        pipe.send(nim.url)
        while pipe.recv() is not _CLOSE:
            pipe.send([Seen(status=asked.status, fault=asked.fault) for asked in nim.log])
