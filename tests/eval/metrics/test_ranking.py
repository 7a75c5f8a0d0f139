import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.ranking import (
    first_distinct,
    hit_at,
    ndcg_at,
    precision_at,
    recall_at,
    reciprocal_rank,
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


def test_precision_is_the_share_of_gold_among_k_also_if_fewer_were_found() -> None:
    assert precision_at(["a", "b", "c"], {"a", "c"}, k=2) == 0.5
    assert precision_at(["a"], {"a", "c"}, k=5) == 0.2


def test_precision_of_no_ranks_is_undefined() -> None:
    with pytest.raises(ValueError, match="precision at 0"):
        precision_at(["a"], {"a"}, k=0)


def test_what_is_ranked_twice_does_not_gain_twice() -> None:
    with pytest.raises(ValueError, match="ranked twice"):
        precision_at(["a", "a"], {"a"}, k=2)
    with pytest.raises(ValueError, match="ranked twice"):
        ndcg_at(["a", "b", "a"], {"a": 1.0}, k=3)


def test_the_first_distinct_keep_their_order() -> None:
    assert first_distinct("abacd", k=3) == ["a", "b", "c"]
