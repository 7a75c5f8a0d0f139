from __future__ import annotations

from core.limits.pace import Pace
from tests.doubles.clock import VirtualClock


def _pace(clock: VirtualClock, most: int | None = 32) -> Pace:
    return Pace(most=most, after_refusal=20, clock=clock)


def test_a_pace_that_was_never_refused_is_the_whole() -> None:
    assert _pace(VirtualClock()).per_minute == 32


def test_a_refusal_halves_the_pace() -> None:
    pace = _pace(VirtualClock())
    pace.refused(sent_at=0.0, retry_after_s=None)
    assert pace.per_minute == 16


def test_refusals_of_requests_that_were_under_way_together_count_once() -> None:
    clock = VirtualClock()
    pace = _pace(clock)
    clock.advance(5)
    for sent_at in (1.0, 2.0, 5.0):
        pace.refused(sent_at=sent_at, retry_after_s=None)
    assert pace.per_minute == 16


def test_a_refusal_of_a_later_request_halves_again_and_never_to_nothing() -> None:
    clock = VirtualClock()
    pace = _pace(clock)
    for _ in range(10):
        clock.advance(1)
        pace.refused(sent_at=clock.monotonic(), retry_after_s=None)
    assert pace.per_minute == 1


def test_a_pace_grows_back_by_equal_steps_and_no_further() -> None:
    clock = VirtualClock()
    pace = _pace(clock)
    pace.refused(sent_at=0.0, retry_after_s=None)
    grown: list[int | None] = []
    for _ in range(10):
        clock.advance(60)
        grown.append(pace.per_minute)
    assert grown == [18, 20, 22, 24, 26, 28, 30, 32, 32, 32]


def test_any_number_is_allowed_until_the_first_refusal() -> None:
    clock = VirtualClock()
    pace = _pace(clock, most=None)
    assert pace.per_minute is None
    pace.refused(sent_at=0.0, retry_after_s=None)
    assert pace.per_minute == 10
    clock.advance(24 * 3600)
    assert pace.per_minute == 20


def test_nothing_is_sent_while_the_endpoint_said_to_wait() -> None:
    clock = VirtualClock()
    pace = _pace(clock)
    pace.refused(sent_at=0.0, retry_after_s=30.0)
    pace.refused(sent_at=0.0, retry_after_s=10.0)
    assert pace.paused_s() == 30.0
    clock.advance(31)
    assert pace.paused_s() == 0.0
