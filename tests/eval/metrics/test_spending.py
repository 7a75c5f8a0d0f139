import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.answers import Usage
from eval.metrics.scores import NO_RESULT, Unscored
from eval.metrics.spending import NO_PRICE, Percentiles, percentile, percentiles_of, spending_scores
from tests.doubles.answers import answer

USED = Usage(prompt_tokens=900, completion_tokens=100, reasoning_tokens=40, calls=2, cost_usd=0.01)


def test_what_an_answer_took_is_in_its_row() -> None:
    assert spending_scores(answer({}, usage=USED, total_ms=1_250.0)) == {
        "prompt_tokens": 900.0,
        "completion_tokens": 100.0,
        "reasoning_tokens": 40.0,
        "total_tokens": 1_000.0,
        "calls": 2.0,
        "cost_usd": 0.01,
        "latency_ms": 1_250.0,
    }


def test_an_unknown_price_is_not_0() -> None:
    assert spending_scores(answer({}, usage=Usage(cost_usd=None)))["cost_usd"] == NO_PRICE


def test_what_failed_took_nobody_knows_what() -> None:
    scores = spending_scores(None)

    assert set(scores.values()) == {NO_RESULT}
    assert scores.keys() == spending_scores(answer({})).keys()


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=30).map(sorted),
    st.floats(0, 1),
)
def test_percentiles_are_those_of_numpy(ascending: list[float], share: float) -> None:
    assert percentile(ascending, share) == pytest.approx(float(np.quantile(ascending, share)))


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 1.01), ([1.0], -0.1)])
def test_what_is_no_percentile_is_refused(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="no percentile"):
        percentile(values, share)


def test_percentiles_count_what_has_no_score() -> None:
    found = percentiles_of([3.0, NO_RESULT, 1.0, 2.0, NO_RESULT])

    assert isinstance(found, Percentiles)
    assert (found.p50, found.most, found.n) == (2.0, 3.0, 3)
    assert (found.p90, found.p95, found.p99) == pytest.approx((2.8, 2.9, 2.98))
    assert found.unscored == {"no result": 2}


def test_percentiles_of_nothing_are_unscored() -> None:
    assert percentiles_of([NO_RESULT]) == Unscored(reason="no question has a score")
