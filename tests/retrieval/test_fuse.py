import pytest

from retrieval.found import Ranking, Rankings
from retrieval.fuse import COSINE, fuse
from tests.doubles.chunks import chunks, hits

A, B, C = chunks("a", "b", "c")
NOTHING = Ranking(hits=[], cut=False)


def test_a_score_is_cosines_and_the_share_of_the_best_bm25() -> None:
    fused = fuse(Rankings(dense=hits([A, B], 0.5, 0.4), sparse=hits([A, B], 2.0, 8.0)))

    assert fused.of(A.chunk_id) == pytest.approx(COSINE * 0.5 + 0.25)
    assert fused.of(B.chunk_id) == pytest.approx(COSINE * 0.4 + 1.0)


def test_what_a_cut_ranking_leaves_out_has_its_last_score() -> None:
    fused = fuse(Rankings(dense=hits([A, B], 0.5, 0.3, cut=True), sparse=hits([C], 4.0, cut=True)))

    assert fused.of(C.chunk_id) == pytest.approx(COSINE * 0.3 + 1.0)
    assert fused.of(A.chunk_id) == pytest.approx(COSINE * 0.5 + 1.0)


def test_what_a_whole_ranking_leaves_out_has_nothing_of_it() -> None:
    fused = fuse(Rankings(dense=hits([A], 0.5), sparse=hits([C], 4.0)))

    assert fused.of(C.chunk_id) == pytest.approx(1.0)
    assert fused.of(B.chunk_id) == 0.0


def test_no_words_found_leaves_the_cosines() -> None:
    fused = fuse(Rankings(dense=hits([A], 0.5), sparse=NOTHING))

    assert fused.of(A.chunk_id) == pytest.approx(COSINE * 0.5)


def test_a_steep_ranking_decides_over_a_flat_one() -> None:
    steep_words = fuse(Rankings(dense=hits([A, B], 0.50, 0.48), sparse=hits([A, B], 1.0, 9.0)))
    steep_meaning = fuse(Rankings(dense=hits([A, B], 0.8, 0.2), sparse=hits([A, B], 8.5, 9.0)))

    assert steep_words.of(B.chunk_id) > steep_words.of(A.chunk_id)
    assert steep_meaning.of(A.chunk_id) > steep_meaning.of(B.chunk_id)


def test_hidden_chunks_leave_a_ranking_cut_as_it_was() -> None:
    rankings = Rankings(dense=hits([A, B], 0.5, 0.3, cut=True), sparse=hits([B], 1.0))

    only = rankings.only(lambda chunk: chunk == A)

    assert [hit.chunk for hit in only.dense.hits] == [A]
    assert (only.dense.cut, only.dense.last, only.sparse.last) == (True, 0.5, 0.0)
    assert only.chunks() == [A]
