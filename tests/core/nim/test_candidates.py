from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.catalog.card import Endpoint
from core.clock import Deadline
from core.errors import (
    ContextOverflowError,
    CoolingError,
    CreditsError,
    DeadlineError,
    KeyRefusedError,
    ModelGoneError,
    NoModelError,
    NoRoomError,
    ProviderError,
    RequestRefusedError,
    UnavailableError,
)
from core.nim.candidates import Fallback, first_live
from tests.doubles.cards import chat_card
from tests.doubles.clock import VirtualClock

if TYPE_CHECKING:
    from core.catalog.card import ModelCard

FIRST, SECOND, THIRD = chat_card("x/1"), chat_card("x/2"), chat_card("x/3")
OWN = chat_card("x/own", key=None)


class Script:
    """Each model does what is written for it, one thing for each call, then answers its name."""

    def __init__(self, **does: list[ProviderError]) -> None:
        self.does = {f"x/{name.removeprefix('_')}": errors for name, errors in does.items()}
        self.called: list[str] = []

    async def __call__(self, card: ModelCard) -> str:
        self.called.append(card.name)
        errors = self.does.get(card.name, [])
        if errors:
            raise errors.pop(0)
        return card.name


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def deadline(clock: VirtualClock) -> Deadline:
    return Deadline.after(120, clock=clock)


def _down(status: int = 503) -> UnavailableError:
    return UnavailableError(f"{status}: down", model="x", status=status)


def _cooling(seconds: float) -> CoolingError:
    return CoolingError("let alone", model="x", retry_after_s=seconds)


async def test_the_first_that_answers_is_the_only_one_asked(deadline: Deadline) -> None:
    script = Script()
    answered = await first_live([FIRST, SECOND], script, deadline=deadline)
    assert (answered.result, answered.card, answered.fallbacks) == ("x/1", FIRST, ())
    assert script.called == ["x/1"]


@pytest.mark.parametrize(
    "error",
    [
        _down(),
        _cooling(5),
        ModelGoneError("410", model="x", status=410),
        ContextOverflowError("too long", model="x", status=400),
        RequestRefusedError("no such schema", model="x", status=400),
    ],
)
async def test_the_next_one_answers_and_it_is_told_why(
    deadline: Deadline, error: ProviderError
) -> None:
    answered = await first_live([FIRST, SECOND, THIRD], Script(_1=[error]), deadline=deadline)
    assert answered.result == "x/2"
    assert answered.fallbacks == (Fallback(model="x/1", error=error),)


async def test_when_none_answers_every_reason_is_named(
    deadline: Deadline, clock: VirtualClock
) -> None:
    script = Script(_1=[_down(503)], _2=[ModelGoneError("410: gone", model="x", status=410)])
    with pytest.raises(NoModelError, match=r"x/1: 503: down; x/2: 410: gone") as caught:
        await first_live([FIRST, SECOND], script, deadline=deadline)
    assert [name for name, _ in caught.value.causes] == ["x/1", "x/2"]
    assert clock.monotonic() == 0.0


async def test_no_candidate_is_no_model(deadline: Deadline) -> None:
    with pytest.raises(NoModelError, match="there is no candidate"):
        await first_live([], Script(), deadline=deadline)


@pytest.mark.parametrize(
    "error",
    [KeyRefusedError("401", model="x", status=401), CreditsError("402", model="x", status=402)],
)
async def test_after_a_refused_key_no_other_model_of_that_key_is_asked(
    deadline: Deadline, error: ProviderError
) -> None:
    script = Script(_1=[error])
    with pytest.raises(NoModelError) as caught:
        await first_live([FIRST, SECOND], script, deadline=deadline)
    assert caught.value.causes == (("x/1", error),)
    assert script.called == ["x/1"]


async def test_after_a_refused_key_a_model_of_another_endpoint_still_answers(
    deadline: Deadline,
) -> None:
    script = Script(_1=[KeyRefusedError("401", model="x", status=401)])
    answered = await first_live([FIRST, SECOND, OWN], script, deadline=deadline)
    assert answered.result == "x/own"
    assert script.called == ["x/1", "x/own"]
    assert [fallback.model for fallback in answered.fallbacks] == ["x/1", "x/2"]


async def test_a_refusal_of_a_server_without_a_key_says_nothing_of_another(
    deadline: Deadline,
) -> None:
    first, second = (
        replace(
            card,
            endpoint=Endpoint(base_url=f"http://{card.name[-1]}.test/v1", api_key_env=None),
        )
        for card in (FIRST, SECOND)
    )
    script = Script(_1=[KeyRefusedError("401", model="x", status=401)])
    answered = await first_live([first, second], script, deadline=deadline)
    assert answered.result == "x/2"


async def test_when_the_time_is_over_nobody_else_is_asked(deadline: Deadline) -> None:
    down, over = _down(), DeadlineError("over", model="x")
    script = Script(_1=[down], _2=[over])
    with pytest.raises(NoModelError) as caught:
        await first_live([FIRST, SECOND, THIRD], script, deadline=deadline)
    assert caught.value.causes == (("x/1", down), ("x/2", over))
    assert script.called == ["x/1", "x/2"]


async def test_a_refused_key_is_told_with_what_others_said(deadline: Deadline) -> None:
    down, refused = _down(), KeyRefusedError("401", model="x", status=401)
    script = Script(_1=[down], _2=[refused], own=[_cooling(500)])
    with pytest.raises(NoModelError, match="x/1: 503: down; x/2: 401; x/own: let alone") as caught:
        await first_live([FIRST, SECOND, THIRD, OWN], script, deadline=deadline)
    assert [name for name, _ in caught.value.causes] == ["x/1", "x/2", "x/own"]


async def test_where_all_are_out_the_first_that_has_cooled_is_tried_again(
    deadline: Deadline, clock: VirtualClock
) -> None:
    script = Script(_1=[_cooling(50), _cooling(20)], _2=[_cooling(30)], _3=[_down()])
    answered = await first_live([FIRST, SECOND, THIRD], script, deadline=deadline)
    assert answered.result == "x/2"
    assert clock.monotonic() == 30
    assert script.called == ["x/1", "x/2", "x/3", "x/1", "x/2"]
    assert [fallback.model for fallback in answered.fallbacks] == ["x/1", "x/3"]


async def test_where_none_has_room_the_first_that_has_is_tried_again(
    deadline: Deadline, clock: VirtualClock
) -> None:
    full = [NoRoomError("35 a minute", model="x", retry_after_s=wait_s) for wait_s in (40, 25)]
    script = Script(_1=[full[0]], _2=[full[1]], _3=[_down()])
    answered = await first_live([FIRST, SECOND, THIRD], script, deadline=deadline)
    assert answered.result == "x/1"
    assert clock.monotonic() == 25
    assert script.called == ["x/1", "x/2", "x/3", "x/1"]


async def test_nobody_waits_for_what_cools_after_the_deadline(
    deadline: Deadline, clock: VirtualClock
) -> None:
    with pytest.raises(NoModelError, match="let alone"):
        await first_live([FIRST], Script(_1=[_cooling(120)]), deadline=deadline)
    assert clock.monotonic() == 0.0


async def test_trying_again_ends_with_the_deadline(deadline: Deadline, clock: VirtualClock) -> None:
    script = Script(_1=[_cooling(25) for _ in range(100)])
    with pytest.raises(NoModelError):
        await first_live([FIRST], script, deadline=deadline)
    assert clock.monotonic() == 100


async def test_what_is_no_error_of_a_provider_is_raised(deadline: Deadline) -> None:
    async def broken(card: ModelCard) -> str:
        raise ZeroDivisionError(card.name)

    with pytest.raises(ZeroDivisionError):
        await first_live([FIRST, SECOND], broken, deadline=deadline)
