import numpy as np

from retrieval.agree import agree, is_spread
from tests.doubles.chunks import chunks, ranked

MANY = [chunks("text", source=name)[0] for name in "abcd"]
NEAR, FAR = np.array([1.0, 0.0], np.float32), np.array([0.0, 1.0], np.float32)


def test_a_neighbour_of_good_passages_comes_before_a_stranger() -> None:
    good, stranger, also_good, neighbour = MANY
    found = ranked([good, also_good, stranger, neighbour], 2.0, 1.9, 1.0, 0.9)
    vectors = {c.chunk_id: NEAR for c in (good, also_good, neighbour)} | {stranger.chunk_id: FAR}

    drawn = [each.chunk for each in agree(found, vectors)]

    assert drawn.index(neighbour) < drawn.index(stranger)


def test_a_passage_that_stands_out_keeps_its_place_among_many_that_agree() -> None:
    alone, *crowd = MANY
    found = ranked([alone, *crowd], 6.0, 2.0, 1.9, 1.8)
    vectors = {c.chunk_id: NEAR for c in crowd} | {alone.chunk_id: FAR}

    assert agree(found, vectors)[0].chunk == alone


def test_what_has_no_vector_is_left_out() -> None:
    found = ranked(MANY, 4, 3, 2, 1)

    assert agree(found, {MANY[1].chunk_id: NEAR}) == [found[1]]
    assert agree(found, {}) == []


def test_hits_that_have_a_document_each_are_spread() -> None:
    assert is_spread(ranked(MANY, 4, 3, 2, 1))


def test_places_in_one_document_are_not_spread() -> None:
    assert not is_spread(ranked(chunks("one", "two", "three"), 3, 2, 1))
    assert not is_spread(ranked(chunks("one"), 1))
    assert not is_spread([])
