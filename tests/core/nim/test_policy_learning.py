from __future__ import annotations

import asyncio

import pytest

from core.errors import (
    ContextOverflowError,
    CoolingError,
    CreditsError,
    DeadlineError,
    KeyRefusedError,
    ModelGoneError,
    ParameterError,
    ProviderError,
    RateLimitedError,
    ReplyError,
    RequestRefusedError,
)
from core.nim.attempts import NotAgainError
from core.nim.circuit import CircuitLimits
from tests.doubles.cards import chat_card
from tests.doubles.scripted_world import CARD, HALF, OWN, ScriptedWorld, down, limited

GONE = ModelGoneError("410: end of life", model="x", status=410)


def _refused(name: str) -> ParameterError:
    return ParameterError(f"400: {name}", model="x", status=400, parameters=frozenset({name}))


async def test_a_retired_id_gives_way_to_its_successor_for_a_day() -> None:
    world = ScriptedWorld()
    assert await world.ask(GONE) == "from x/new"
    assert await world.ask() == "from x/new"
    world.clock.advance(86_400)
    assert await world.ask() == "from x/old"
    assert world.asked == ["x/old", "x/new", "x/new", "x/old"]


async def test_a_retirement_outlives_the_process() -> None:
    world = ScriptedWorld()
    await world.ask(GONE)
    world.upstream = world.open()
    await world.ask()
    assert world.asked == ["x/old", "x/new", "x/new"]


async def test_when_every_id_is_retired_nothing_is_sent_for_a_day() -> None:
    world = ScriptedWorld()
    for _ in range(2):
        with pytest.raises(ModelGoneError, match=r"x/new since 2026-11-21.*end of life"):
            await world.ask(GONE, GONE)
        world.steps.clear()
    assert world.asked == ["x/old", "x/new"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyRefusedError("401: Authentication failed", model="x", status=401), "SOME_KEY"),
        (KeyRefusedError("403: Authorization failed", model="x", status=403), "403"),
        (CreditsError("402: Cloud credits expired", model="x", status=402), "SOME_KEY"),
    ],
    ids=["401", "403", "402"],
)
async def test_a_refused_key_stops_at_once(error: ProviderError, told: str) -> None:
    world = ScriptedWorld()
    with pytest.raises(type(error), match=told):
        await world.ask(error)
    assert len(world.requests) == 1
    assert world.clock.monotonic() == 0.0


@pytest.mark.parametrize(
    "error",
    [
        KeyRefusedError("401: no", model="x", status=401),
        CreditsError("402: no", model="x", status=402),
    ],
    ids=["401", "402"],
)
async def test_after_401_and_402_nothing_is_sent_with_that_key_for_a_minute(
    error: ProviderError,
) -> None:
    world = ScriptedWorld()
    world.steps.append(error)
    for card in (CARD, chat_card("x/other"), CARD):
        with pytest.raises(type(error), match="SOME_KEY"):
            await world.ask(card=card)
    assert len(world.requests) == 1
    assert await world.ask(card=OWN) == "from x/own"
    world.clock.advance(61)
    assert await world.ask() == "from x/old"


async def test_after_403_another_model_may_be_asked() -> None:
    world = ScriptedWorld()
    with pytest.raises(KeyRefusedError):
        await world.ask(KeyRefusedError("403: no", model="x", status=403))
    assert await world.ask(card=chat_card("x/other")) == "from x/other"


async def test_a_key_that_is_replaced_goes_on_at_once_with_the_new_one() -> None:
    world = ScriptedWorld()

    async def replace() -> str:
        world.environment["SOME_KEY"] = "nvapi-2"
        raise KeyRefusedError("401: revoked", model="x", status=401)

    assert await world.ask(replace) == "from x/old"
    assert world.keys == ["nvapi-1", "nvapi-2"]


async def test_no_key_says_which_variable_to_set() -> None:
    world = ScriptedWorld(environment={})
    with pytest.raises(KeyRefusedError, match="set SOME_KEY, or SOME_KEY_FILE"):
        await world.ask()
    assert not world.requests


async def test_a_refused_parameter_is_left_out_at_once_and_from_then_on() -> None:
    world = ScriptedWorld()
    assert await world.ask(_refused("top_p"), _refused("stop")) == "from x/old"
    assert world.sent_at == [0.0, 0.0, 0.0]
    world.upstream = world.open()
    await world.ask()
    assert [set(request.without) for request in world.requests] == [
        {"seed"},
        {"seed", "top_p"},
        {"seed", "top_p", "stop"},
        {"seed", "top_p", "stop"},
    ]


async def test_a_parameter_that_is_refused_though_left_out_is_an_error() -> None:
    world = ScriptedWorld()
    with pytest.raises(ParameterError, match="top_p"):
        await world.ask(*[_refused("top_p")] * 9)
    assert len(world.requests) == 2


async def test_an_overflow_is_raised_at_once_and_lowers_the_window() -> None:
    world = ScriptedWorld()
    error = ContextOverflowError("400: too long", model="x", status=400, limit=32_768)
    with pytest.raises(ContextOverflowError):
        await world.ask(error)
    assert len(world.requests) == 1
    assert world.health.window(CARD) == 32_768


async def test_an_opaque_refusal_of_a_large_prompt_is_taken_for_an_overflow() -> None:
    world = ScriptedWorld()
    opaque = RequestRefusedError("400: Inference error", model="x", status=400, opaque=True)
    with pytest.raises(ContextOverflowError, match="perhaps longer"):
        await world.ask(opaque, large=True)
    assert world.health.window(CARD) < CARD.effective_window


@pytest.mark.parametrize("question", ["large", "small"])
async def test_another_refusal_is_raised_at_once_and_lowers_nothing(question: str) -> None:
    world, large = ScriptedWorld(), question == "large"
    error = RequestRefusedError("400: no", model="x", status=400, opaque=not large)
    with pytest.raises(RequestRefusedError):
        await world.ask(error, large=large)
    assert len(world.requests) == 1
    assert world.health.window(CARD) == CARD.effective_window


CIRCUIT = CircuitLimits(failures=3, refusals=2, cooling_s=20)


async def test_a_model_that_fails_again_and_again_is_let_alone_until_it_has_cooled() -> None:
    world = ScriptedWorld(circuit=CIRCUIT, draw=lambda: 0.0)
    with pytest.raises(CoolingError, match="503: down; failed too often") as caught:
        await world.ask(*[down()] * 3)
    assert caught.value.retry_after_s == 20
    assert len(world.requests) == 3
    with pytest.raises(CoolingError):
        await world.ask()
    assert len(world.requests) == 3, "nothing is sent while it cools"
    world.clock.advance(20)
    assert await world.ask() == "from x/old"
    assert await world.ask() == "from x/old"


async def test_two_429s_of_two_questions_open_the_circuit() -> None:
    world = ScriptedWorld(circuit=CIRCUIT)
    with pytest.raises(RateLimitedError):
        await world.ask(limited(30.0), seconds=10)
    world.clock.advance(31)
    with pytest.raises(CoolingError):
        await world.ask(limited())


async def test_one_request_is_the_trial_and_the_others_wait_for_its_end() -> None:
    world = ScriptedWorld(circuit=CIRCUIT, draw=lambda: 0.0)
    with pytest.raises(CoolingError):
        await world.ask(*[down()] * 3)
    world.clock.advance(20)

    async def slow() -> str:
        await world.clock.sleep(5)
        return "at last"

    async with asyncio.TaskGroup() as group:
        trial = group.create_task(world.ask(slow))
        for _ in range(20):
            await asyncio.sleep(0)
        with pytest.raises(CoolingError):
            await world.ask()
    assert trial.result() == "at last"
    assert await world.ask() == "from x/old"


async def test_a_trial_that_is_cancelled_keeps_nobody_away() -> None:
    world = ScriptedWorld(circuit=CIRCUIT, draw=lambda: 0.0)
    with pytest.raises(CoolingError):
        await world.ask(*[down()] * 3)
    world.clock.advance(20)
    trial = asyncio.create_task(world.ask(asyncio.Event().wait))  # pyright: ignore[reportArgumentType] - never answers
    for _ in range(20):
        await asyncio.sleep(0)
    trial.cancel()
    await asyncio.wait([trial])
    assert await world.ask() == "from x/old"


async def test_a_refused_request_is_a_sign_of_life() -> None:
    world = ScriptedWorld(circuit=CIRCUIT, draw=lambda: 0.0)
    refused = RequestRefusedError("400: no", model="x", status=400)
    for _ in range(3):
        with pytest.raises(RequestRefusedError):
            await world.ask(down(), down(), refused)
    assert await world.ask() == "from x/old"


async def test_a_model_that_hangs_counts_as_failing() -> None:
    world = ScriptedWorld(circuit=CIRCUIT)
    for _ in range(3):
        with pytest.raises(DeadlineError):
            await world.ask(_hanging, seconds=60)
    with pytest.raises(CoolingError):
        await world.ask()


async def test_a_model_that_was_given_no_time_is_not_to_blame() -> None:
    world = ScriptedWorld(circuit=CIRCUIT)
    for _ in range(5):
        with pytest.raises(DeadlineError):
            await world.ask(_hanging, seconds=1)
    assert await world.ask() == "from x/old"


async def test_what_must_not_be_tried_again_is_raised_as_what_it_is() -> None:
    world = ScriptedWorld(circuit=CircuitLimits(failures=1, cooling_s=20))

    async def shown() -> str:
        raise NotAgainError(HALF) from HALF

    with pytest.raises(ReplyError) as caught:
        await world.ask(shown)
    assert caught.value is HALF
    assert len(world.requests) == 1
    with pytest.raises(CoolingError):
        await world.ask()


async def test_a_key_that_an_endpoint_echoes_is_shown_nowhere() -> None:
    world = ScriptedWorld(environment={"SOME_KEY": "hunter2"})

    async def echo() -> str:
        try:
            raise ValueError("Incorrect API key provided: hunter2")  # noqa: TRY301
        except ValueError as error:
            reason = "400: no hunter2 here"
            raise RequestRefusedError(reason, model="x", status=400) from error

    with pytest.raises(RequestRefusedError, match="400: no … here") as caught:
        await world.ask(echo)
    assert "hunter2" not in caught.value.reason
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


async def _hanging() -> str:
    await asyncio.Event().wait()
    return "never"
