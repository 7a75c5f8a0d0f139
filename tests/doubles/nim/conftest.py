from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.doubles.clock import ScaledClock
from tests.doubles.nim.standin import NimStandin


@pytest.fixture(scope="module")
def running() -> Iterator[NimStandin]:
    """One stand-in for the tests of a module; a second of theirs is a hundred of its own."""
    with NimStandin(clock=ScaledClock(100)) as nim:
        yield nim


@pytest.fixture
def nim(running: NimStandin) -> NimStandin:
    """The stand-in, with nothing scripted and nothing logged."""
    running.reset()
    return running


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    """A client."""
    with httpx.Client(timeout=30) as client:
        yield client
