from __future__ import annotations

import pytest

from eval.judges.agreement import agreement


def test_a_judge_that_says_what_people_say_agrees_in_full() -> None:
    found = agreement([(True, True), (False, False)] * 20)

    assert (found.n, found.agreement.value, found.kappa.value) == (40, 1.0, 1.0)
    assert (found.bias.value, found.balanced_accuracy.value) == (0.0, 1.0)


def test_kappa_is_that_of_cohens_own_kind_of_table() -> None:
    # 20 both, 5 the judge alone, 10 people alone, 15 neither: p_o = .7, p_e = .5
    pairs = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10
    pairs += [(False, False)] * 15

    found = agreement(pairs)

    assert found.agreement.value == pytest.approx(0.7)
    assert found.kappa.value == pytest.approx(0.4)
    assert found.bias.value == pytest.approx(-0.1)
    assert found.balanced_accuracy.value == pytest.approx((20 / 30 + 15 / 20) / 2)
    assert found.kappa.low is not None
    assert found.kappa.high is not None
    assert found.kappa.low < 0.4 < found.kappa.high


def test_a_judge_that_passes_everything_is_generous_and_no_better_than_chance() -> None:
    found = agreement([(True, True), (True, False)] * 10)

    assert (found.kappa.value, found.bias.value, found.balanced_accuracy.value) == (0.0, 0.5, 0.5)


def test_labels_of_one_kind_say_nothing() -> None:
    with pytest.raises(ValueError, match="pass"):
        agreement([(True, True), (False, True)])
