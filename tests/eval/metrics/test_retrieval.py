import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.types import Span
from eval.metrics.retrieval import (
    NO_GOLD,
    NO_GOLD_PAGES,
    NO_GOLD_SPANS,
    GoldPlace,
    Located,
    retrieval_scores,
)

GOLD = [
    GoldPlace(document="a", span=Span(100, 140), pages=(2,), grade=2),
    GoldPlace(document="b", span=Span(0, 40), pages=(1, 2)),
]


def _found(document: str, start: int, end: int, *pages: int) -> Located:
    return Located(document=document, span=Span(start, end), pages=pages)


def test_passages_pages_documents_and_characters_are_each_scored() -> None:
    found = [
        _found("c", 0, 100, 1),
        _found("a", 90, 130, 2, 3),
        _found("a", 120, 200, 3),
        _found("b", 200, 300, 2),
    ]

    scores = retrieval_scores(found, GOLD, ks=(1, 3))

    ideal = 3 + 1 / math.log2(3)
    assert scores == pytest.approx(
        {
            "document_recall@1": 0.0,
            "document_recall@3": 1.0,
            "page_recall@1": 0.0,
            "page_recall@3": 1 / 3,
            "mrr": 1 / 2,
            "recall@1": 0.0,
            "recall@3": 1 / 2,
            "precision@1": 0.0,
            "precision@3": 2 / 3,
            "ndcg@1": 0.0,
            "ndcg@3": 3 / math.log2(3) / ideal,
            "token_recall": 40 / 80,
            "token_precision": 40 / 310,
            "token_iou": 40 / 350,
        }
    )


def test_a_passage_has_a_gold_span_from_half_of_the_shorter_one_on() -> None:
    gold = [GoldPlace(document="a", span=Span(100, 200))]

    def recall(start: int, end: int, document: str = "a") -> object:
        return retrieval_scores([_found(document, start, end)], gold)["recall@1"]

    assert recall(0, 150) == 1.0
    assert recall(0, 149) == 0.0
    assert recall(180, 220) == 1.0
    assert recall(181, 220) == 0.0
    assert recall(120, 130) == 1.0
    assert recall(100, 200, "b") == 0.0
    assert recall(200, 200) == 0.0


def test_a_passage_with_two_gold_spans_finds_both_and_gains_the_better() -> None:
    gold = [
        GoldPlace(document="a", span=Span(0, 10)),
        GoldPlace(document="a", span=Span(20, 30), grade=3),
    ]

    scores = retrieval_scores([_found("a", 0, 40), _found("a", 0, 12)], gold, ks=(2,))

    assert scores["recall@2"] == 1.0
    assert scores["ndcg@2"] == pytest.approx(7 / (7 + 1 / math.log2(3)))


def test_no_result_scores_0_where_there_is_gold() -> None:
    assert set(retrieval_scores(None, GOLD).values()) == {0.0}


def test_without_gold_nothing_is_scored() -> None:
    assert set(retrieval_scores([_found("a", 0, 9, 1)], []).values()) == {NO_GOLD}


def test_gold_that_names_documents_only_scores_documents_only() -> None:
    scores = retrieval_scores([_found("a", 0, 9, 1)], [GoldPlace(document="a")], ks=(1,))

    assert scores.pop("document_recall@1") == 1.0
    assert scores.pop("page_recall@1") == NO_GOLD_PAGES
    assert set(scores.values()) == {NO_GOLD_SPANS}


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=6),
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20), st.integers(1, 4)), min_size=1),
)
def test_no_ranking_is_better_than_the_ideal(
    found: list[tuple[int, int]], gold: list[tuple[int, int, int]]
) -> None:
    scores = retrieval_scores(
        [_found("a", start, start + length) for start, length in found],
        [GoldPlace(document="a", span=Span(s, s + n), grade=grade) for s, n, grade in gold],
    )

    assert all(
        isinstance(s, float) and 0 <= s <= 1 + 1e-12 for s in scores.values() if s != NO_GOLD_PAGES
    )
