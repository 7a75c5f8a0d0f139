import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.types import Span
from serve.answer.gate import is_verbatim, unfounded
from tests.doubles.passages import passage


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("It cost $1,577.00.", "capital expenditure: 1577"),
        ("It grew by 5 %.", "growth was 5 percent"),
        ("It grew by 5%.", "growth (%): 5.0"),
        ("Sales were 1.5 billion dollars.", "sales of 1,500 million"),
        ("It opened on October 29, 2017.", "29 October 2017"),
        ("It opened on October 29, 2017.", "opened: 2017-10-29"),
        ("Nothing is counted.", ""),
        ("It may rain.", "rain"),
    ],
    ids=[
        "thousands",
        "percent",
        "percent in a heading",
        "scale",
        "date turned",
        "ISO date",
        "no figures",
        "may is not a month",
    ],
)
def test_claim_is_founded_on_figures_written_otherwise(claim: str, quote: str) -> None:
    assert unfounded(claim, [quote]) == []


@pytest.mark.parametrize(
    ("claim", "quote", "missing"),
    [
        ("It cost $1,578.", "It cost $1,577.", ["$1,578"]),
        ("It grew by 5 %.", "It cost $5.", ["5 %"]),
        ("It made 5 million.", "It made 5 billion.", ["5 million"]),
        ("It opened on May 3, 2017.", "It opened on June 3, 2017.", ["may"]),
        ("It was in 1999.", "It was long ago.", ["1999"]),
    ],
    ids=["value", "unit", "scale", "month", "no figure at all"],
)
def test_claim_with_another_figure_is_unfounded(claim: str, quote: str, missing: list[str]) -> None:
    assert unfounded(claim, [quote]) == missing


def test_figures_of_a_claim_may_stand_in_several_quotes() -> None:
    assert unfounded("From 10 to 20.", ["It began at 10.", "It ended at 20."]) == []


@given(st.text())
def test_what_is_quoted_is_founded_on_itself(text: str) -> None:
    assert unfounded(text, [text]) == []


@given(st.text(min_size=1), st.integers(0, 1000), st.data())
def test_only_the_slice_itself_is_verbatim(text: str, start: int, data: st.DataObject) -> None:
    found = passage(text, start=start)
    first = data.draw(st.integers(0, len(text) - 1))
    last = data.draw(st.integers(first + 1, len(text)))
    span = Span(start + first, start + last)
    assert is_verbatim(text[first:last], span, found)
    assert not is_verbatim(text[first:last] + "x", span, found)
    assert not is_verbatim(text[first:last], Span(span.start, start + len(text) + 1), found)
