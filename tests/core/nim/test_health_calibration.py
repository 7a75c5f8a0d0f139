from __future__ import annotations

import pytest

from core.nim.health import Health
from core.tokens import ENOUGH, MARGIN
from tests.doubles.cards import chat_card
from tests.doubles.clock import VirtualClock
from tests.doubles.memory_records import MemoryRecords

CARD = chat_card("x/old", "x/new")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


async def _count(health: Health, model_id: str, counted: int, language: str = "en") -> None:
    await health.counted(CARD, model_id, language, estimated=10_000, counted=counted)


async def test_an_estimate_that_was_too_low_is_raised_in_every_process(clock: VirtualClock) -> None:
    records = MemoryRecords()
    await _count(Health(records, clock=clock), "x/old", 12_000)
    other = Health(records, clock=clock)
    await other.refresh()
    assert other.calibration(CARD, "en").factor == pytest.approx(1.2 * MARGIN)


async def test_each_language_has_a_calibration_of_its_own(clock: VirtualClock) -> None:
    health = Health(MemoryRecords(), clock=clock)
    for _ in range(ENOUGH):
        await _count(health, "x/old", 5_000, "zh")
    assert health.calibration(CARD, "zh").factor == pytest.approx(0.5 * MARGIN)
    assert health.calibration(CARD, "en").factor == 1


async def test_the_calibration_is_that_of_the_id_which_is_asked_for(clock: VirtualClock) -> None:
    health = Health(MemoryRecords(), clock=clock)
    await _count(health, "x/old", 12_000)
    await health.retire(CARD, "x/old", "410")
    assert health.calibration(CARD, "en").factor == 1


async def test_two_processes_lose_no_count_of_the_other(clock: VirtualClock) -> None:
    records = MemoryRecords()
    one, two = Health(records, clock=clock), Health(records, clock=clock)
    await _count(one, "x/old", 12_000)
    await _count(two, "x/old", 8_000)
    other = Health(records, clock=clock)
    await other.refresh()
    assert other.calibration(CARD, "en").ratios == (1.2, 0.8)


async def test_a_count_that_cannot_be_meant_is_not_even_written(clock: VirtualClock) -> None:
    health = Health(MemoryRecords(), clock=clock)
    await _count(health, "x/old", 1)
    assert health.known == ()


async def test_all_that_is_known_is_told_by_name(clock: VirtualClock) -> None:
    health = Health(MemoryRecords(), clock=clock)
    await health.retire(CARD, "x/old", "410")
    await health.overflowed(CARD, "x/new", 5_000)
    assert [known.model for known in health.known] == ["x/new", "x/old"]
    assert health.learned_window(CARD, "x/new") == 5_000
    assert health.learned_window(CARD, "x/old") is None
