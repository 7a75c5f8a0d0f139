import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.report.plots.scale import Linear, Log

_MOST = st.floats(1e-6, 1e9)


@given(most=_MOST)
def test_an_axis_from_zero_holds_its_most_and_marks_a_few_values(most: float) -> None:
    axis = Linear.from_zero(most)
    assert most <= axis.high * (1 + 1e-9)
    assert axis.high <= 2 * most
    assert 2 <= len(axis.ticks()) <= 7


@given(low=_MOST, factor=st.floats(1.5, 1e6), share=st.floats(0, 1))
def test_places_on_a_logarithmic_axis_ascend(low: float, factor: float, share: float) -> None:
    axis = Log(low, low * factor)
    assert axis.at(low) == 0.0
    assert 0.0 <= axis.at(low * factor**share) <= 1.0
    assert axis.at(low * factor**share) <= axis.at(low * factor) == pytest.approx(1.0)
    assert all(low <= tick <= low * factor for tick in axis.ticks())


def test_what_is_beyond_an_axis_stands_at_its_end() -> None:
    assert Linear(0.0, 1.0).at(2.0) == 1.0
    assert Linear(0.0, 1.0).at(-2.0) == 0.0
    assert Log(1.0, 10.0).at(0.5) == 0.0
    assert Linear.from_zero(0.0).high == 1.0
