import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import RequestError
from core.nim.batches import Appetite, batches, side_by_side

SIZES = st.lists(st.integers(0, 50))


@given(SIZES, st.integers(1, 10), st.integers(1, 60))
def test_batches_hold_every_place_once_in_order_within_their_bounds(
    sizes: list[int], texts: int, tokens: int
) -> None:
    runs = batches(sizes, texts=texts, tokens=tokens)
    assert [place for run in runs for place in run] == list(range(len(sizes)))
    for run in runs:
        assert 1 <= len(run) <= texts
        assert len(run) == 1 or sum(sizes[place] for place in run) <= tokens


@given(SIZES, st.integers(1, 10), st.integers(1, 60))
def test_no_batch_could_have_taken_the_text_behind_it(
    sizes: list[int], texts: int, tokens: int
) -> None:
    runs = batches(sizes, texts=texts, tokens=tokens)
    for run in runs[:-1]:
        assert len(run) == texts or sum(sizes[run.start : run.stop + 1]) > tokens


def test_what_was_refused_is_halved_and_never_below_what_was_taken() -> None:
    appetite = Appetite(64)
    appetite.refused(64)
    assert appetite.most == 32
    appetite.took(20)
    appetite.refused(32)
    assert appetite.most == 20
    appetite.refused(10)
    assert appetite.most == 20


def test_an_endpoint_that_takes_nothing_is_still_offered_one() -> None:
    appetite = Appetite(64)
    for texts in (64, 32, 16, 8, 4, 2, 1):
        appetite.refused(texts)
    assert appetite.most == 1
    appetite.took(8)
    assert appetite.most == 8


async def test_jobs_run_side_by_side_within_their_number_and_answer_in_order() -> None:
    running = most = 0

    async def work(job: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001 * (job % 3))
        running -= 1
        return job * job

    assert await side_by_side(range(20), work, in_flight=4) == [n * n for n in range(20)]
    assert most == 4


async def test_after_a_failure_nothing_begins_and_what_runs_is_not_cut_off() -> None:
    begun: list[int] = []
    ended: list[int] = []

    async def work(job: int) -> None:
        begun.append(job)
        await asyncio.sleep(0.01 * job)
        if job == 1:
            raise RequestError("no")
        ended.append(job)

    with pytest.raises(RequestError, match="no"):
        await side_by_side(range(9), work, in_flight=3)
    assert begun == [0, 1, 2, 3]
    assert ended == [0, 2, 3]
