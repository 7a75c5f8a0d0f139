import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.interval import bootstrap_interval, ratio_interval, wilson_interval


def test_the_interval_is_around_the_mean_and_the_same_again() -> None:
    scores = [0.0, 1.0] * 50

    low, high = bootstrap_interval(scores)

    assert 0.35 < low < 0.5 < high < 0.65
    assert bootstrap_interval(scores) == (low, high)


def test_the_bootstrap_of_many_scores_is_as_wide_as_their_standard_error_says() -> None:
    scores = [(7 * n % 101) / 100 for n in range(2_020)]

    low, high = bootstrap_interval(scores)

    assert low == pytest.approx(0.5 - 1.96 * 0.29155 / 2_020**0.5, abs=1e-3)
    assert high == pytest.approx(0.5 + 1.96 * 0.29155 / 2_020**0.5, abs=1e-3)


def test_equal_scores_leave_no_doubt() -> None:
    assert bootstrap_interval([0.7] * 9) == pytest.approx((0.7, 0.7))


def test_nothing_has_no_interval() -> None:
    with pytest.raises(ValueError, match="nothing"):
        bootstrap_interval([])


# Newcombe 1998, Statistics in Medicine 17, 857–872, table I, method 3.
@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_what_newcombe_printed(
    successes: int, trials: int, low: float, high: float
) -> None:
    assert wilson_interval(successes, trials) == pytest.approx((low, high), abs=5e-5)


def test_all_right_is_not_certain() -> None:
    low, high = wilson_interval(20, 20)

    assert low == pytest.approx(1 - 0.1611, abs=5e-5)
    assert high == 1.0


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_stays_within_0_and_1(of: tuple[int, int]) -> None:
    low, high = wilson_interval(*of)

    assert 0 <= low <= of[0] / of[1] + 1e-12
    assert of[0] / of[1] - 1e-12 <= high <= 1


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (3, 2), (-1, 2)])
def test_what_is_no_share_is_refused(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson_interval(successes, trials)


def test_a_ratio_of_sums_has_an_interval_around_it() -> None:
    low, high = ratio_interval([100.0, 300.0, 200.0] * 30, [400.0, 400.0, 1_000.0] * 30)

    assert low < 600 / 1_800 < high
    assert high - low < 0.2


def test_a_constant_ratio_leaves_no_doubt() -> None:
    assert ratio_interval([1.0, 2.0, 5.0], [2.0, 4.0, 10.0]) == pytest.approx((0.5, 0.5))


@pytest.mark.parametrize(("ones", "others"), [([], []), ([1.0], [1.0, 2.0]), ([1.0], [0.0])])
def test_a_ratio_of_nothing_is_refused(ones: list[float], others: list[float]) -> None:
    with pytest.raises(ValueError, match="as many"):
        ratio_interval(ones, others)
