import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.types import Span
from eval.metrics.retrieval import (
    first_distinct,
    hit_at,
    ndcg_at,
    recall_at,
    reciprocal_rank,
    span_recall_and_iou,
)


def test_recall_is_the_share_of_gold_in_the_first_k() -> None:
    assert recall_at(["a", "b", "c"], {"a", "c", "d"}, k=2) == pytest.approx(1 / 3)
    assert recall_at(["a", "b", "c"], {"a", "c"}, k=3) == 1.0


def test_recall_without_gold_is_undefined() -> None:
    with pytest.raises(ValueError, match="without gold"):
        recall_at(["a"], set[str](), k=1)


def test_a_hit_is_any_of_gold_in_the_first_k() -> None:
    assert hit_at(["a", "b"], {"b", "z"}, k=2) == 1.0
    assert hit_at(["a", "b"], {"b"}, k=1) == 0.0


def test_reciprocal_rank_counts_from_the_first_of_gold() -> None:
    assert reciprocal_rank(["a", "b", "c"], {"b", "c"}) == 0.5
    assert reciprocal_rank(["a"], {"b"}) == 0.0


def test_ndcg_discounts_by_rank() -> None:
    gains = {"a": 15.0, "b": 7.0, "c": 1.0}
    ideal = 15 + 7 / math.log2(3) + 1 / 2

    assert ndcg_at(["a", "b", "c"], gains, k=10) == pytest.approx(1.0)
    assert ndcg_at(["x", "a"], gains, k=10) == pytest.approx(15 / math.log2(3) / ideal)


def test_ndcg_without_gains_is_undefined() -> None:
    with pytest.raises(ValueError, match="above 0"):
        ndcg_at(["a"], {"a": 0.0}, k=10)


@given(st.permutations(range(5)))
def test_no_ranking_is_better_than_the_ideal(ranking: list[int]) -> None:
    gains = {key: 2.0**key - 1 for key in range(5)}

    assert 0 <= ndcg_at(ranking, gains, k=3) <= 1


def test_characters_count_once() -> None:
    found = [("a", Span(0, 10)), ("a", Span(5, 20)), ("b", Span(0, 10))]
    gold = [("a", Span(10, 30)), ("c", Span(0, 20))]

    assert span_recall_and_iou(found, gold) == (pytest.approx(10 / 40), pytest.approx(10 / 60))


def test_spans_without_gold_are_undefined() -> None:
    with pytest.raises(ValueError, match="without gold"):
        span_recall_and_iou([("a", Span(0, 1))], [("a", Span(3, 3))])


def test_the_first_distinct_keep_their_order() -> None:
    assert first_distinct("abacd", k=3) == ["a", "b", "c"]
