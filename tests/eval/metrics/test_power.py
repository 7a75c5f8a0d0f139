import pytest

from eval.metrics.power import (
    NO_SPREAD,
    TOO_FEW,
    detectable_paired,
    detectable_unpaired,
    questions_needed,
)

# (1.95996 + 0.84162) is the factor at 80 % power and .05.
FACTOR = 2.80159
SPREAD = 0.5025189


def test_the_least_difference_falls_with_the_root_of_the_questions() -> None:
    scores = [0.0, 1.0] * 50

    assert detectable_paired(scores) == pytest.approx(FACTOR * SPREAD / 10, rel=1e-5)
    assert detectable_unpaired(scores, others=100) == pytest.approx(
        FACTOR * SPREAD * (2 / 100) ** 0.5, rel=1e-5
    )


def test_more_power_needs_more() -> None:
    scores = [0.0, 1.0] * 50

    assert detectable_paired(scores, power=0.9, alpha=0.01) == pytest.approx(
        (2.57583 + 1.28155) * SPREAD / 10, rel=1e-5
    )


# A textbook's: to show half a standard deviation, paired, needs 32 by the normal distribution.
def test_questions_needed_are_those_of_the_textbook() -> None:
    assert questions_needed(0.5, 1.0) == 32
    assert questions_needed(0.05, 0.5) == 785


def test_what_can_be_shown_and_what_is_needed_agree() -> None:
    found = detectable_paired([0.0, 1.0] * 50)

    assert isinstance(found, float)
    assert questions_needed(found * (1 + 1e-9), SPREAD) == 100


def test_without_spread_nothing_is_known() -> None:
    assert detectable_paired([1.0] * 9) == NO_SPREAD
    assert detectable_paired([1.0]) == TOO_FEW
    assert detectable_unpaired([], others=3) == TOO_FEW


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="0 other questions"):
        detectable_unpaired([0.0, 1.0], others=0)
    with pytest.raises(ValueError, match="both > 0"):
        questions_needed(0.0, 1.0)
    with pytest.raises(ValueError, match="both > 0"):
        questions_needed(0.1, 0.0)
