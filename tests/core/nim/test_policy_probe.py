from __future__ import annotations

import pytest

from core.clock import Deadline
from core.errors import (
    CoolingError,
    ModelGoneError,
    ParameterError,
    ProviderError,
    RateLimitedError,
    ReplyError,
    UnavailableError,
)
from core.nim.circuit import CircuitLimits
from tests.doubles.scripted_world import CARD, ScriptedWorld

GONE = ModelGoneError("410: end of life", model="x", status=410)
DOWN = UnavailableError("503: down", model="x", status=503)
ONCE = {
    "503": DOWN,
    "429": RateLimitedError("429: slow", model="x", status=429),
    "half": ReplyError("it ended without a finish_reason", model="x"),
    "400": ParameterError("400: top_p", model="x", status=400, parameters=frozenset({"top_p"})),
}


async def _probe(world: ScriptedWorld, model_id: str = "x/old") -> str:
    deadline = Deadline.after(60, clock=world.clock)
    return await world.upstream.probe(CARD, model_id, world.attempt, deadline=deadline)


async def test_a_probe_asks_an_id_that_is_retired_and_brings_it_back() -> None:
    world = ScriptedWorld()
    await world.ask(GONE)
    assert await _probe(world) == "from x/old"
    assert await world.ask() == "from x/old"


async def test_a_probe_asks_a_model_that_is_let_alone() -> None:
    world = ScriptedWorld(circuit=CircuitLimits(failures=3), draw=lambda: 0.0)
    with pytest.raises(CoolingError):
        await world.ask(*[DOWN] * 3)
    assert await _probe(world) == "from x/old"
    assert await world.ask() == "from x/old"


@pytest.mark.parametrize("error", ONCE.values(), ids=ONCE)
async def test_a_probe_asks_once(error: ProviderError) -> None:
    world = ScriptedWorld(steps=[error])
    with pytest.raises(type(error)):
        await _probe(world)
    assert len(world.requests) == 1


async def test_a_probe_retires_what_is_gone() -> None:
    world = ScriptedWorld(steps=[GONE])
    with pytest.raises(ModelGoneError):
        await _probe(world)
    assert await world.ask() == "from x/new"
