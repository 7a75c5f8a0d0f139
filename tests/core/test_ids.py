from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import (
    LONGEST_TEXT,
    CollectionName,
    chunk_id,
    document_id,
    edition_of,
    place_of,
    point_id,
    version_id,
)

HERE = CollectionName("default")
DOCUMENT = document_id(HERE, "/a.md")
VERSION = version_id(DOCUMENT, b"one")


def test_the_same_name_in_two_folders_is_two_documents() -> None:
    assert document_id(HERE, "/a/report.pdf") != document_id(HERE, "/b/report.pdf")


def test_the_same_source_in_two_collections_is_two_documents() -> None:
    assert document_id(HERE, "/a.md") != document_id(CollectionName("other"), "/a.md")


def test_a_version_follows_the_bytes() -> None:
    document = document_id(HERE, "/a.md")

    assert version_id(document, b"one") == version_id(document, b"one")
    assert version_id(document, b"one") != version_id(document, b"two")


def test_a_chunk_id_is_a_point_id_of_qdrant() -> None:
    made = chunk_id(VERSION, 0, 10)

    assert str(UUID(made)) == made
    assert made != chunk_id(VERSION, 0, 10, page=True)


OFFSETS = st.integers(0, LONGEST_TEXT - 1)


@given(one=OFFSETS, other=OFFSETS, page=st.booleans(), share=st.integers(0, 63))
def test_a_chunk_id_says_where_the_chunk_is(
    one: int, other: int, *, page: bool, share: int
) -> None:
    start, end = sorted((one, other))
    made = chunk_id(VERSION, start, end, page=page, figures=share / 63)

    assert place_of(made) == (page, start, end, share / 63)
    assert edition_of(made) == edition_of(chunk_id(VERSION, 0, 1))
    assert edition_of(made) != edition_of(chunk_id(version_id(DOCUMENT, b"two"), 0, 1))


@given(st.lists(OFFSETS, min_size=2))
def test_chunk_ids_are_in_the_order_of_the_text(starts: list[int]) -> None:
    ids = [chunk_id(VERSION, start, start) for start in sorted(starts)]

    assert ids == sorted(ids)


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (2, 1), (0, LONGEST_TEXT)])
def test_a_span_outside_the_longest_text_has_no_id(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="allowed are 0 to"):
        chunk_id(VERSION, start, end)


@given(st.lists(st.text(), min_size=2, max_size=4))
def test_no_two_ways_of_cutting_the_parts_share_an_id(parts: list[str]) -> None:
    joined = ["".join(parts[:2]), *parts[2:]]

    assert (point_id(*parts) == point_id(*joined)) == (parts == joined)
