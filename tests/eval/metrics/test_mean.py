import pytest

from eval.metrics.mean import Mean, mean_of, means
from eval.metrics.scores import CaseId, Unscored

ONE, TWO = CaseId("q1"), CaseId("q2")


def test_the_mean_counts_what_has_no_score_beside_it() -> None:
    found = mean_of([1.0, 0.0, Unscored(reason="abstained"), 0.5, Unscored(reason="abstained")])

    assert isinstance(found, Mean)
    assert found.value == 0.5
    assert (found.n, found.questions) == (3, 5)
    assert found.unscored == {"abstained": 2}
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.5 < found.high


def test_a_share_of_yes_and_no_has_wilsons_interval() -> None:
    found = mean_of([1.0] * 20)

    assert isinstance(found, Mean)
    assert (found.low, found.high) == pytest.approx((0.8389, 1.0), abs=5e-5)


def test_of_one_score_between_nothing_is_known_but_itself() -> None:
    assert mean_of([0.4]) == Mean(value=0.4, low=None, high=None, n=1)


def test_a_mean_of_nothing_is_unscored_and_says_why() -> None:
    none = [
        Unscored(reason="no result"),
        Unscored(reason="abstained"),
        Unscored(reason="no result"),
    ]

    assert mean_of(none) == Unscored(reason="no question has a score (abstained: 1; no result: 2)")
    assert mean_of([]) == Unscored(reason="no question has a score")


def test_every_score_of_every_question_is_in_a_mean() -> None:
    rows = {ONE: {"mrr": 1.0, "f1": 0.0}, TWO: {"mrr": 0.0, "f1": Unscored(reason="abstained")}}

    found = means(rows, [ONE, TWO])

    assert {name: mean.value for name, mean in found.items() if isinstance(mean, Mean)} == {
        "mrr": 0.5,
        "f1": 0.0,
    }


def test_a_mean_may_be_of_some_questions() -> None:
    found = means({ONE: {"mrr": 1.0}, TWO: {"mrr": 0.0}}, [TWO])

    assert isinstance(found["mrr"], Mean)
    assert (found["mrr"].value, found["mrr"].n) == (0.0, 1)


def test_a_question_without_a_row_cannot_be_left_out() -> None:
    with pytest.raises(ValueError, match=r"no row for .*q2"):
        means({ONE: {"mrr": 1.0}}, [ONE, TWO])


def test_a_score_that_a_row_lacks_cannot_be_left_out() -> None:
    with pytest.raises(ValueError, match=r"q2.* has no .*f1"):
        means({ONE: {"mrr": 1.0, "f1": 1.0}, TWO: {"mrr": 1.0}}, [ONE, TWO])


def test_what_is_no_share_has_no_interval_of_yes_and_no() -> None:
    free = mean_of([0.0, 0.0, 0.0], shares=False)
    assert isinstance(free, Mean)
    assert (free.low, free.high) == (0.0, 0.0)
    row = {"cost_usd": 0.0, "recall@5": 1.0}
    found = means({ONE: row, TWO: row}, [ONE, TWO])
    cost, recall = found["cost_usd"], found["recall@5"]
    assert isinstance(cost, Mean)
    assert isinstance(recall, Mean)
    assert (cost.high, recall.high) == (0.0, 1.0)
    assert recall.low is not None
    assert recall.low < 1.0
