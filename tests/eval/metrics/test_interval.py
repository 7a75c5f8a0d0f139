import pytest

from eval.metrics.interval import bootstrap_interval


def test_the_interval_is_around_the_mean_and_the_same_again() -> None:
    scores = [0.0, 1.0] * 50

    low, high = bootstrap_interval(scores)

    assert 0.35 < low < 0.5 < high < 0.65
    assert bootstrap_interval(scores) == (low, high)


def test_equal_scores_leave_no_doubt() -> None:
    assert bootstrap_interval([0.7] * 9) == pytest.approx((0.7, 0.7))


def test_nothing_has_no_interval() -> None:
    with pytest.raises(ValueError, match="nothing"):
        bootstrap_interval([])
