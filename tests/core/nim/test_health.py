from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.errors import RateLimitedError, StoreError, UnavailableError
from core.nim.circuit import CircuitLimits
from core.nim.health import Health, ModelHealth
from core.types import Record, RecordKind
from tests.doubles.cards import HERE, chat_card
from tests.doubles.clock import VirtualClock
from tests.doubles.memory_records import MemoryRecords

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DAY_S = 86_400
CARD = chat_card("x/old", "x/new")
DOWN = UnavailableError("503", model="x/old", status=503)
LIMITS = CircuitLimits(failures=2, cooling_s=10)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def health(records: MemoryRecords, clock: VirtualClock) -> Health:
    return Health(records, clock=clock, circuit=LIMITS)


async def _of_another_process(records: MemoryRecords, clock: VirtualClock) -> Health:
    other = Health(records, clock=clock, circuit=LIMITS)
    await other.refresh()
    return other


async def test_nothing_known_is_as_the_card_says(health: Health) -> None:
    await health.refresh()
    assert health.live_ids(CARD) == ("x/old", "x/new")
    assert health.window(CARD) == CARD.effective_window
    assert health.refused(CARD, "x/old") == {"seed"}
    assert health.wait_s(CARD, "x/old") == 0


async def test_a_retired_id_is_passed_over_for_a_day(health: Health, clock: VirtualClock) -> None:
    await health.retire(CARD, "x/old", "410: end of life")
    assert health.live_ids(CARD) == ("x/new",)
    clock.advance(DAY_S - 1)
    assert health.live_ids(CARD) == ("x/new",)
    clock.advance(1)
    assert health.live_ids(CARD) == ("x/old", "x/new")


async def test_where_every_id_is_retired_it_says_since_when_and_why(health: Health) -> None:
    await health.retire(CARD, "x/old", "410: end of life")
    await health.retire(CARD, "x/new", "404: not found")
    assert health.live_ids(CARD) == ()
    why = health.why_gone(CARD)
    assert "x/old since 2026-11-21" in why
    assert "410: end of life" in why
    assert "404: not found" in why


async def test_the_same_id_at_another_endpoint_is_another_model(health: Health) -> None:
    own = chat_card("x/old", base_url="http://127.0.0.1:10/v1")
    await health.retire(CARD, "x/old", "410")
    assert health.live_ids(own) == ("x/old",)


async def test_an_answer_brings_a_retired_id_back(
    health: Health, records: MemoryRecords, clock: VirtualClock
) -> None:
    await health.retire(CARD, "x/old", "404")
    await health.answered(CARD, "x/old")
    assert health.live_ids(CARD) == ("x/old", "x/new")
    assert (await _of_another_process(records, clock)).live_ids(CARD) == ("x/old", "x/new")


async def test_an_overflow_lowers_the_window_to_what_the_endpoint_says(health: Health) -> None:
    await health.overflowed(CARD, "x/old", 32_768)
    assert health.window(CARD) == 32_768


async def test_an_overflow_that_says_no_limit_lowers_the_window_by_a_quarter_each_time(
    health: Health,
) -> None:
    await health.overflowed(CARD, "x/old", None)
    assert health.window(CARD) == 75_000
    await health.overflowed(CARD, "x/old", None)
    assert health.window(CARD) == 56_250


async def test_the_window_is_that_of_the_id_which_is_asked_for(health: Health) -> None:
    await health.overflowed(CARD, "x/old", 32_768)
    await health.retire(CARD, "x/old", "410")
    assert health.window(CARD) == CARD.effective_window


async def test_what_was_taken_raises_the_window_and_never_lowers_it(health: Health) -> None:
    await health.took(CARD, "x/old", 50_000)
    assert health.window(CARD) == 100_000
    await health.took(CARD, "x/old", 150_000)
    assert health.window(CARD) == 150_000


async def test_a_learned_window_is_forgotten_after_a_week(
    health: Health, clock: VirtualClock
) -> None:
    await health.overflowed(CARD, "x/old", 32_768)
    clock.advance(6 * DAY_S)
    assert health.window(CARD) == 32_768
    clock.advance(DAY_S)
    assert health.window(CARD) == CARD.effective_window


async def test_refused_parameters_add_up(health: Health) -> None:
    await health.refuse(CARD, "x/old", frozenset({"top_p"}))
    await health.refuse(CARD, "x/old", frozenset({"n", "stop"}))
    assert health.refused(CARD, "x/old") == {"seed", "top_p", "n", "stop"}
    assert health.refused(CARD, "x/new") == {"seed"}


async def test_what_one_process_learned_the_next_one_knows(
    health: Health, records: MemoryRecords, clock: VirtualClock
) -> None:
    await health.retire(CARD, "x/old", "410")
    await health.overflowed(CARD, "x/new", 4096)
    await health.refuse(CARD, "x/new", frozenset({"top_p"}))
    await health.failed(CARD, "x/new", DOWN)
    await health.failed(CARD, "x/new", DOWN)
    other = await _of_another_process(records, clock)
    assert other.live_ids(CARD) == ("x/new",)
    assert other.window(CARD) == 4096
    assert other.refused(CARD, "x/new") == {"seed", "top_p"}
    assert other.wait_s(CARD, "x/new") == 10


async def test_what_two_processes_learn_of_one_id_is_kept_together(
    health: Health, records: MemoryRecords, clock: VirtualClock
) -> None:
    other = await _of_another_process(records, clock)
    await health.refuse(CARD, "x/old", frozenset({"top_p"}))
    await other.refuse(CARD, "x/old", frozenset({"stop"}))
    await health.overflowed(CARD, "x/old", 4096)
    third = await _of_another_process(records, clock)
    assert third.refused(CARD, "x/old") == {"seed", "top_p", "stop"}
    assert third.window(CARD) == 4096


async def test_what_others_learn_is_known_a_minute_later(
    health: Health, records: MemoryRecords, clock: VirtualClock
) -> None:
    await health.refresh()
    other = await _of_another_process(records, clock)
    await other.retire(CARD, "x/old", "410")
    await health.refresh()
    assert health.live_ids(CARD) == ("x/old", "x/new"), "read a moment ago"
    clock.advance(60)
    await health.refresh()
    assert health.live_ids(CARD) == ("x/new",)


async def test_every_record_is_read_however_many_there_are(
    records: MemoryRecords, clock: VirtualClock
) -> None:
    models = [ModelHealth(base_url=HERE, model=f"x/{n:03}", refused=("n",)) for n in range(250)]
    moment = clock.now().isoformat()
    await records.put(
        [
            Record(
                kind=RecordKind.MODEL, key=m.key, data={**m.to_record(0).data, "refused_at": moment}
            )
            for m in models
        ]
    )
    health = await _of_another_process(records, clock)
    assert all("n" in health.refused(chat_card(m.model), m.model) for m in models)


async def test_a_circuit_that_was_left_open_long_ago_is_closed(
    health: Health, records: MemoryRecords, clock: VirtualClock
) -> None:
    for _ in range(2):
        await health.failed(CARD, "x/old", DOWN)
    clock.advance(2 * 3600)
    other = await _of_another_process(records, clock)
    assert other.wait_s(CARD, "x/old") == 0
    await other.failed(CARD, "x/old", DOWN)
    assert other.wait_s(CARD, "x/old") == 0


async def test_an_answer_closes_the_circuit_for_others_too(
    health: Health, records: MemoryRecords, clock: VirtualClock
) -> None:
    for _ in range(2):
        await health.failed(CARD, "x/old", DOWN)
    clock.advance(10)
    with health.asking(CARD, "x/old"):
        await health.answered(CARD, "x/old")
    other = await _of_another_process(records, clock)
    await other.failed(CARD, "x/old", DOWN)
    assert other.wait_s(CARD, "x/old") == 0


async def test_a_trial_whose_outcome_nobody_noted_lets_the_next_one_try(
    health: Health, clock: VirtualClock
) -> None:
    for _ in range(2):
        await health.failed(CARD, "x/old", DOWN)
    clock.advance(10)
    with health.asking(CARD, "x/old"):
        assert health.wait_s(CARD, "x/old") > 0
    assert health.wait_s(CARD, "x/old") == 0


async def test_three_429s_are_enough(records: MemoryRecords, clock: VirtualClock) -> None:
    health = Health(records, clock=clock)
    for _ in range(3):
        assert health.wait_s(CARD, "x/old") == 0
        await health.failed(CARD, "x/old", RateLimitedError("429", model="x/old"))
    assert health.wait_s(CARD, "x/old") > 0


class BrokenRecords(MemoryRecords):
    async def get(self, kind: RecordKind, keys: Sequence[str]) -> dict[str, Record]:
        del kind, keys
        raise StoreError("out")

    async def list(
        self,
        kind: RecordKind,
        *,
        where: Mapping[str, str] | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> tuple[list[Record], str | None]:
        del kind, where, limit, cursor
        raise StoreError("out")


async def test_while_the_store_is_out_what_is_learned_is_known_here(clock: VirtualClock) -> None:
    health = Health(BrokenRecords(), clock=clock)
    await health.refresh()
    await health.retire(CARD, "x/old", "410")
    assert health.live_ids(CARD) == ("x/new",)
