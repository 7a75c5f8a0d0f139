from __future__ import annotations

from datetime import timedelta

import pytest

from core.nim.circuit import Circuit, CircuitLimits
from tests.doubles.clock import START

LIMITS = CircuitLimits(failures=5, refusals=3, cooling_s=10, longest_cooling_s=35)


def _fail(circuit: Circuit, times: int, *, limited: bool = False, after_s: float = 0) -> list[bool]:
    now = START + timedelta(seconds=after_s)
    return [circuit.failed(now, limited=limited) for _ in range(times)]


def _fail_trial(circuit: Circuit, after_s: float) -> bool:
    assert circuit.begin()
    failed = circuit.failed(START + timedelta(seconds=after_s), limited=False, on_trial=True)
    circuit.end_trial()
    return failed


def _wait_s(circuit: Circuit, after_s: float = 0) -> float:
    return circuit.wait_s(START + timedelta(seconds=after_s))


def test_it_opens_at_the_fifth_failure_in_a_row() -> None:
    circuit = Circuit(LIMITS)
    assert _fail(circuit, 5) == [False, False, False, False, True]
    assert _wait_s(circuit) == 10


def test_an_answer_between_failures_starts_the_count_again() -> None:
    circuit = Circuit(LIMITS)
    _fail(circuit, 4)
    circuit.answered()
    assert _fail(circuit, 4) == [False] * 4
    assert _wait_s(circuit) == 0


def test_it_opens_at_the_third_429_in_a_row() -> None:
    circuit = Circuit(LIMITS)
    assert _fail(circuit, 3, limited=True) == [False, False, True]


def test_other_failures_between_429s_are_not_counted_as_429s() -> None:
    circuit = Circuit(LIMITS)
    _fail(circuit, 2, limited=True)
    _fail(circuit, 1)
    assert _fail(circuit, 1, limited=True) == [False]


def test_when_it_has_cooled_one_request_is_tried() -> None:
    circuit = Circuit(LIMITS)
    _fail(circuit, 5)
    assert _wait_s(circuit, after_s=9) == 1
    assert _wait_s(circuit, after_s=10) == 0
    assert circuit.begin()
    assert _wait_s(circuit, after_s=10) > 0, "the others wait"


def test_a_trial_that_answers_closes_it() -> None:
    circuit = Circuit(LIMITS)
    _fail(circuit, 5)
    circuit.begin()
    assert circuit.answered()
    assert _wait_s(circuit) == 0
    assert not circuit.begin()
    assert _fail(circuit, 1) == [False]


@pytest.mark.parametrize(("trials", "cooling_s"), [(1, 20), (2, 35), (5, 35)])
def test_each_trial_that_fails_doubles_the_cooling_up_to_the_longest(
    trials: int, cooling_s: float
) -> None:
    circuit = Circuit(LIMITS)
    _fail(circuit, 5)
    for trial in range(1, trials + 1):
        assert _fail_trial(circuit, after_s=100 * trial)
    assert _wait_s(circuit, after_s=100 * trials) == cooling_s


def test_failures_of_requests_sent_before_it_opened_do_not_prolong_it() -> None:
    circuit = Circuit(LIMITS)
    _fail(circuit, 5)
    assert _fail(circuit, 3, after_s=5) == [False] * 3
    assert _wait_s(circuit, after_s=5) == 5
    circuit.begin()
    assert _fail(circuit, 3, after_s=11) == [False] * 3, "nor are they the trial's"
    circuit.end_trial()
    assert _wait_s(circuit, after_s=11) == 0


def test_a_trial_that_tells_nothing_lets_the_next_one_try() -> None:
    circuit = Circuit(LIMITS)
    _fail(circuit, 5)
    circuit.begin()
    circuit.end_trial()
    assert _wait_s(circuit, after_s=10) == 0


def test_a_clock_that_was_set_back_keeps_no_model_away() -> None:
    circuit = Circuit(LIMITS)
    _fail(circuit, 5, after_s=86_400)
    assert _wait_s(circuit) == 0
