from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from serve.answer.strategies.windowed.windows import Window, halved, unread, windows
from tests.doubles.blocks import blocks

if TYPE_CHECKING:
    from retrieval.pack import Evidence

DOCUMENTS = st.lists(
    st.lists(st.tuples(st.integers(1, 900), st.sampled_from(["", "one", "two"])), min_size=1),
    min_size=1,
    max_size=6,
)
ROOMS = st.integers(100, 3_000)
WORTH = 50
"""Tokens of the title and marker of a block here, at most."""


def numbers(found: list[Window]) -> list[list[int]]:
    return [[each.number for each in window.evidence] for window in found]


def same_text(one: Evidence, other: Evidence) -> bool:
    return one.passage.document_id == other.passage.document_id


@given(DOCUMENTS, ROOMS)
def test_every_block_is_in_a_window_and_in_order(
    documents: list[list[tuple[int, str]]], room: int
) -> None:
    evidence = blocks(*documents)
    found = windows(evidence, room=room)
    seen = [number for window in numbers(found) for number in window]
    assert sorted(set(seen)) == [each.number for each in evidence]
    assert seen == sorted(seen)
    assert all(part == list(range(part[0], part[-1] + 1)) for part in numbers(found))


@given(DOCUMENTS, ROOMS)
def test_a_window_fits_or_is_one_block(documents: list[list[tuple[int, str]]], room: int) -> None:
    for window in windows(blocks(*documents), room=room):
        assert window.tokens <= room or len(window.evidence) == 1


@given(DOCUMENTS, ROOMS)
def test_what_stands_across_a_border_is_read_whole_where_it_fits(
    documents: list[list[tuple[int, str]]], room: int
) -> None:
    evidence = blocks(*documents)
    together = {
        pair for window in numbers(windows(evidence, room=room)) for pair in pairwise(window)
    }
    for one, other in pairwise(evidence):
        if same_text(one, other) and one.tokens + other.tokens + WORTH <= room:
            assert (one.number, other.number) in together


@given(DOCUMENTS, ROOMS)
def test_no_window_is_a_part_of_another(documents: list[list[tuple[int, str]]], room: int) -> None:
    found = [window.numbers for window in windows(blocks(*documents), room=room)]
    assert not any(one <= other or other <= one for one, other in pairwise(found))


@given(DOCUMENTS, ROOMS)
def test_half_a_window_is_shorter_and_nothing_is_lost(
    documents: list[list[tuple[int, str]]], room: int
) -> None:
    for window in windows(blocks(*documents), room=room):
        halves = halved(window)
        assert frozenset[int]().union(*(each.numbers for each in halves)) == window.numbers
        assert len(halves) == min(2, len(window.evidence))
        assert len(window.evidence) == 1 or all(
            len(each.evidence) < len(window.evidence) for each in halves
        )


@given(DOCUMENTS, ROOMS, st.data())
def test_what_is_left_after_some_windows_is_in_the_others_and_completes_them(
    documents: list[list[tuple[int, str]]], room: int, data: st.DataObject
) -> None:
    evidence = blocks(*documents)
    found = [window.numbers for window in windows(evidence, room=room)]
    chosen = data.draw(st.sets(st.sampled_from(range(len(found)))))
    read = [found[place] for place in chosen]
    left = unread(evidence, read, room=room)
    others = [part for place, part in enumerate(found) if place not in chosen]
    assert {each.number for each in left} <= frozenset[int]().union(*others)
    then = [*read, *(window.numbers for window in windows(left, room=room))]
    assert frozenset[int]().union(*then) == {each.number for each in evidence}
    assert unread(evidence, then, room=room) == []


@given(DOCUMENTS, ROOMS, ROOMS)
def test_borders_that_move_leave_nothing_unread(
    documents: list[list[tuple[int, str]]], room: int, other: int
) -> None:
    evidence = blocks(*documents)
    half = [window.numbers for window in windows(evidence, room=room)][::2]
    rest = windows(unread(evidence, half, room=other), room=other)
    then = [*half, *(window.numbers for window in rest)]
    assert unread(evidence, then, room=other) == []


def test_a_window_ends_with_a_document_where_it_is_half_full() -> None:
    evidence = blocks([(300, ""), (300, "")], [(300, ""), (300, "")])
    assert numbers(windows(evidence, room=1_000)) == [[1, 2], [3, 4]]


def test_a_small_document_does_not_end_a_window() -> None:
    evidence = blocks([(100, "")], [(300, ""), (300, "")], [(800, "")])
    assert numbers(windows(evidence, room=1_000)) == [[1, 2, 3], [4]]


def test_a_window_ends_with_a_section_where_it_is_nearly_full() -> None:
    sections = [(200, "one"), (200, "one"), (200, "one"), (200, "one"), (100, "two"), (500, "two")]
    assert numbers(windows(blocks(sections), room=1_000)) == [[1, 2, 3, 4], [4, 5, 6]]


def test_a_window_is_divided_where_a_document_ends() -> None:
    (window,) = windows(blocks([(200, "")] * 3, [(200, "")] * 2), room=9_000)
    assert numbers(halved(window)) == [[1, 2, 3], [4, 5]]
