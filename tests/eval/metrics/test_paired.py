import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.paired import Paired, holm, mcnemar, paired, randomised
from eval.metrics.scores import CaseId, Score, Unscored

NONE = Unscored(reason="abstained")


def _run(*scores: Score) -> dict[CaseId, Score]:
    return {CaseId(f"q{n:02}"): score for n, score in enumerate(scores)}


def test_yes_and_no_are_compared_question_by_question() -> None:
    found = paired(_run(1.0, 1.0, 1.0, 0.0, 1.0), _run(0.0, 0.0, 0.0, 0.0, 1.0))

    assert isinstance(found, Paired)
    assert found.difference == pytest.approx(0.6)
    assert (found.wins, found.losses, found.n) == (3, 0, 5)
    assert (found.test, found.p) == ("mcnemar", 0.25)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low < 0.6 < found.high <= 1


def test_other_scores_are_tested_by_randomisation() -> None:
    found = paired(_run(0.5, 0.7, 0.9), _run(0.4, 0.5, 0.6))

    assert isinstance(found, Paired)
    assert found.test == "randomisation"
    assert found.p == 2 / 8


def test_questions_without_a_score_in_either_run_are_counted() -> None:
    gone = Unscored(reason="no result")

    found = paired(_run(0.5, NONE, 0.9, NONE), _run(0.5, 0.5, gone, gone))

    assert found == Paired(
        difference=0.0,
        low=None,
        high=None,
        p=1.0,
        test="randomisation",
        wins=0,
        losses=0,
        n=1,
        unscored={"abstained": 2, "no result": 1},
    )


def test_runs_without_a_common_score_cannot_be_compared() -> None:
    assert paired(_run(NONE), _run(1.0)) == Unscored(reason="no question has a score in both runs")


def test_runs_over_other_questions_are_refused() -> None:
    with pytest.raises(ValueError, match=r"only one run has .*q01"):
        paired(_run(1.0, 1.0), _run(1.0))


# Binomial tails, by hand: 2 · Σ C(n, i) / 2ⁿ.
@pytest.mark.parametrize(
    ("wins", "losses", "p"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (6, 0, 2 / 64),
        (1, 7, 2 * 9 / 256),
        (5, 5, 1.0),
        (10, 2, 2 * 79 / 4096),
    ],
)
def test_mcnemar_is_the_binomial_tail_on_both_sides(wins: int, losses: int, p: float) -> None:
    assert mcnemar(wins, losses) == pytest.approx(p)


def test_few_differences_are_tested_with_all_signs() -> None:
    # Of 2⁵ sums of ±1 ±2 ±3 ±4 ±5, 10 are at least 9 from 0: ±15, ±13, ±11, ±9 (twice).
    assert randomised([-1.0, -2.0, 3.0, 4.0, 5.0]) == 10 / 32
    assert randomised([0.0, 0.0]) == 1.0
    assert randomised([]) == 1.0


def test_many_differences_are_tested_nearly_as_with_all_signs() -> None:
    # With equal sizes the test is the binomial one, whose tail is known.
    assert randomised([0.1] * 14 + [-0.1] * 6) == pytest.approx(mcnemar(14, 6), abs=0.015)
    assert randomised([1e-9] * 14 + [-1e-9] * 6) == randomised([0.1] * 14 + [-0.1] * 6)
    assert randomised([0.1] * 40) == 1 / 10_001


@given(st.lists(st.floats(-1, 1), max_size=16))
def test_which_run_is_ours_does_not_matter_to_the_test(differences: list[float]) -> None:
    assert randomised(differences) == randomised([-each for each in differences])


# The example of Holm's procedure: https://en.wikipedia.org/wiki/Holm%E2%80%93Bonferroni_method
def test_holm_multiplies_the_smallest_most_and_keeps_the_order() -> None:
    assert holm({"h1": 0.01, "h2": 0.04, "h3": 0.03, "h4": 0.005}) == pytest.approx(
        {"h1": 0.03, "h2": 0.06, "h3": 0.06, "h4": 0.02}
    )
    assert holm({"a": 0.9, "b": 0.8}) == {"a": 1.0, "b": 1.0}
    assert holm({}) == {}
