import pytest

from eval.metrics.scores import CaseId, Unscored, column, harmonic

NONE = Unscored(reason="nothing is cited")


def test_the_harmonic_mean_is_nearer_the_lower_score() -> None:
    assert harmonic(1.0, 0.5) == pytest.approx(2 / 3)
    assert harmonic(0.0, 0.0) == 0.0
    assert harmonic(0.0, 1.0) == 0.0


@pytest.mark.parametrize(("one", "other"), [(NONE, 1.0), (1.0, NONE), (NONE, NONE)])
def test_what_has_an_unscored_part_is_unscored(
    one: float | Unscored, other: float | Unscored
) -> None:
    assert harmonic(one, other) == NONE


def test_a_column_has_one_score_of_every_question() -> None:
    rows = {CaseId("q1"): {"mrr": 1.0, "f1": 0.2}, CaseId("q2"): {"mrr": NONE, "f1": 0.3}}

    assert column(rows, "mrr") == {"q1": 1.0, "q2": NONE}
    with pytest.raises(KeyError):
        column(rows, "ndcg")
