from itertools import permutations
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.abstention import (
    ANSWERABLE,
    ANSWERED,
    Answered,
    RiskAt,
    RiskCoverage,
    abstention_scores,
    confidence,
    risk_coverage,
)
from eval.metrics.mean import Mean, means
from eval.metrics.scores import NO_RESULT, UNANSWERABLE, CaseId, Unscored
from tests.doubles.answers import abstention, answer

GIVEN = answer({"a": [], "b": []})


def test_abstaining_is_right_where_there_is_no_answer() -> None:
    assert abstention_scores(abstention(), answerable=False) == {
        "abstention_precision": 1.0,
        "abstention_recall": 1.0,
        "answered_rate": UNANSWERABLE,
    }
    assert abstention_scores(abstention(), answerable=True) == {
        "abstention_precision": 0.0,
        "abstention_recall": ANSWERABLE,
        "answered_rate": 0.0,
    }


def test_answering_is_right_where_there_is_one() -> None:
    assert abstention_scores(GIVEN, answerable=False) == {
        "abstention_precision": ANSWERED,
        "abstention_recall": 0.0,
        "answered_rate": UNANSWERABLE,
    }
    assert abstention_scores(GIVEN, answerable=True)["answered_rate"] == 1.0


def test_no_result_is_neither() -> None:
    assert abstention_scores(None, answerable=True)["answered_rate"] == 0.0
    assert abstention_scores(None, answerable=False)["abstention_recall"] == 0.0
    assert abstention_scores(None, answerable=False)["abstention_precision"] == NO_RESULT


def test_the_means_are_precision_and_recall_of_abstaining() -> None:
    # Declined: 3, of which 2 rightly; without an answer: 4, of which 2 were declined.
    what = (
        [(abstention(), False)] * 2
        + [(abstention(), True)]
        + [(GIVEN, False)] * 2
        + [(GIVEN, True)]
    )
    rows = {
        CaseId(f"q{n}"): abstention_scores(each, answerable=has)
        for n, (each, has) in enumerate(what)
    }

    found = means(rows, list(rows))

    values = [
        found[name] for name in ("abstention_precision", "abstention_recall", "answered_rate")
    ]
    assert [each.value for each in values if isinstance(each, Mean)] == [
        pytest.approx(2 / 3),
        0.5,
        0.5,
    ]


def test_an_answer_is_as_sure_as_its_least_sure_claim() -> None:
    assert confidence(GIVEN) == min(claim.score for claim in GIVEN.claims)
    assert confidence(abstention()) is None


def _answered(*pairs: tuple[float, float]) -> list[Answered]:
    return [Answered(confidence=sure, loss=loss) for sure, loss in pairs]


def test_the_curve_has_a_point_for_every_confidence() -> None:
    found = risk_coverage(_answered((0.2, 1), (0.9, 0), (0.5, 1), (0.5, 0)), questions=5)

    assert isinstance(found, RiskCoverage)
    assert found.points == (
        RiskAt(coverage=0.2, risk=0.0, threshold=0.9),
        RiskAt(coverage=0.6, risk=1 / 3, threshold=0.5),
        RiskAt(coverage=0.8, risk=0.5, threshold=0.2),
    )
    assert found.area == pytest.approx((0 + (1 / 2) / 2 + 1 / 3 + 2 / 4) / 4)
    assert found.ideal_area == pytest.approx((0 + 0 + 1 / 3 + 2 / 4) / 4)


@given(st.lists(st.integers(0, 1), min_size=1, max_size=5))
def test_answers_of_one_confidence_count_as_in_the_mean_of_all_orders(losses: list[int]) -> None:
    tied = risk_coverage(_answered(*((0.5, loss) for loss in losses)), questions=9)
    orders = [
        risk_coverage(_answered(*((1 - n / 9, loss) for n, loss in enumerate(order))), questions=9)
        for order in permutations(losses)
    ]

    assert isinstance(tied, RiskCoverage)
    areas = [each.area for each in orders if isinstance(each, RiskCoverage)]
    assert tied.area == pytest.approx(fmean(areas))
    assert tied.ideal_area == pytest.approx(min(areas))


def test_no_answer_is_no_risk() -> None:
    assert risk_coverage([], questions=3) == Unscored(reason="nothing was answered")


def test_more_answers_than_questions_are_refused() -> None:
    with pytest.raises(ValueError, match="2 answers to 1 questions"):
        risk_coverage(_answered((1, 0), (1, 0)), questions=1)
