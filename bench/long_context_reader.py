"""A stand-in for a model with a window of any size, in a process of its own."""

from __future__ import annotations

import multiprocessing
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.doubles.clock import ScaledClock
from tests.doubles.haystack import READER_SERVED
from tests.doubles.nim.conditions import Conditions
from tests.doubles.nim.models import MODELS
from tests.doubles.nim.needles import Finds
from tests.doubles.nim.standin import NimStandin

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from multiprocessing.connection import Connection

_BODY_BYTES = 2**28
"""A server of one's own: the hosted gateway is thought to take 5 MB."""
_SPEED = 200
"""Of the clock by which it is waited for: it counts tokens as slowly as we do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The stand-in, in a process of its own."""

    url: str
    _pipe: Connection[Any, Any]

    def hide(self, needles: Sequence[str]) -> None:
        """Have it look for these sentences."""
        self._pipe.send(tuple(needles))
        self._pipe.recv()


@contextmanager
def standin(window: int) -> Generator[Reader]:
    """Run it with a model of such a window."""
    context = multiprocessing.get_context("spawn")
    ours, its = context.Pipe()
    process = context.Process(target=_serve, args=(window, its))
    process.start()
    try:
        yield Reader(url=ours.recv(), _pipe=ours)
    finally:
        ours.send(None)
        process.join()


def _serve(window: int, pipe: Connection[Any, Any]) -> None:
    # With room to spare: by how much a tokenizer differs is measured elsewhere.
    models = tuple(
        replace(each, window=2 * window) if each.id == READER_SERVED else each for each in MODELS
    )
    conditions = Conditions(max_body_bytes=_BODY_BYTES)
    with NimStandin(conditions, models=models, clock=ScaledClock(_SPEED)) as nim:
        pipe.send(nim.url)
        while (needles := pipe.recv()) is not None:
            nim.always(READER_SERVED, Finds(needles))
            pipe.send(None)
