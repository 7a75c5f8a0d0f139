import numpy as np

from retrieval.agree import agree, is_spread, spread
from tests.doubles.chunks import chunks, ranked

MANY = [chunks("text", source=name)[0] for name in "abcd"]
NEAR, FAR = np.array([1.0, 0.0], np.float32), np.array([0.0, 1.0], np.float32)


def test_a_neighbour_of_good_passages_comes_before_a_stranger() -> None:
    good, stranger, also_good, neighbour = MANY
    found = ranked([good, also_good, stranger, neighbour], 2.0, 1.9, 1.0, 0.9)
    vectors = {c.chunk_id: NEAR for c in (good, also_good, neighbour)} | {stranger.chunk_id: FAR}

    drawn = [each.chunk for each in agree(found, vectors)]

    assert drawn.index(neighbour) < drawn.index(stranger)


def test_places_in_one_document_keep_their_order() -> None:
    found = ranked(chunks("one", "two", "three"), 1.0, 0.9, 0.8)

    drawn = agree(found, {each.chunk.chunk_id: NEAR for each in found} | {})

    assert [each.chunk for each in drawn] == [each.chunk for each in found]
    assert not is_spread(found)


def test_hits_that_have_a_document_each_are_spread() -> None:
    assert is_spread(ranked(MANY, 4, 3, 2, 1))
    assert spread(ranked(MANY, 4, 3, 2, 1)) == 1.0
    assert spread([]) == 0.0


def test_without_vectors_the_ranking_stays() -> None:
    found = ranked(MANY, 4, 3, 2, 1)

    assert agree(found, {}) == found
