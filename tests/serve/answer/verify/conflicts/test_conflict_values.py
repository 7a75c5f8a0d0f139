import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve.answer.verify.conflicts.values import ValueKind, agree, values


def written(text: str, kind: ValueKind) -> list[str]:
    return [value.written for value in values(text) if value.kind is kind]


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Born 4 May 1931, died 1990-12-03.", ValueKind.DATE, ["4 May 1931", "1990-12-03"]),
        ("In May 2011 and on May 4th, 2012.", ValueKind.DATE, ["May 2011", "May 4th, 2012"]),
        ("Jan 3, 2020 ... It opened in 1931.", ValueKind.DATE, ["1931"]),
        ("It took 12 weeks and $4.2 million.", ValueKind.NUMBER, ["12", "$4.2 million"]),
        ("They won 6-3, 7-5 on the 3rd day.", ValueKind.NUMBER, []),
        ("The engine of Agnes Holloway's shed.", ValueKind.NAME, ["Agnes Holloway"]),
        (
            "We saw Toy Story 4 with Niels B. Lund.",
            ValueKind.NAME,
            ["Toy Story 4", "Niels B. Lund"],
        ),
        ("However, they met on Monday.", ValueKind.NAME, []),
    ],
)
def test_values_are_read_as_written(text: str, kind: ValueKind, found: list[str]) -> None:
    assert written(text, kind) == found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("4 May 1931", "May 1931", True),
        ("4 May 1931", "5 May 1931", False),
        ("4 May 1931", "May 4", True),
        ("$1.65 billion", "$1,650,000,000", True),
        ("$10.4 billion", "$10.39 billion", True),
        ("$1.65 billion", "$10.65 billion", False),
        ("300 metres", "984 feet", None),
        ("300 metres", "330 metres", False),
        ("150 euros", "200 euros", False),
        ("2 million people", "1.97 million people", True),
        ("$10 per month", "$100 per year", None),
        ("$10/month", "$12 a month", False),
        ("10 euros per month", "10 euros", True),
        ("Agnes Holloway", "Holloway", True),
        ("Agnes Holloway", "Peter Lindqvist", False),
        ("Walt Disney Co", "Disney", True),
        ("Toy Story 2", "Toy Story 4", False),
        ("Agnes Holloway", "1931", None),
    ],
)
def test_values_agree_as_far_as_they_can_be_compared(
    *, one: str, other: str, same: bool | None
) -> None:
    (mine,), (theirs,) = values(one), values(other)
    assert agree(mine, theirs) is same
    assert agree(theirs, mine) is same


@given(st.text())
def test_values_are_slices_that_do_not_overlap(text: str) -> None:
    end = 0
    for value in values(text):
        assert value.span.start >= end
        assert value.written == value.span.slice(text)
        assert agree(value, value) is not False
        end = value.span.end
