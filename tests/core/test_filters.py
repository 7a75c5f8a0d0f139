from __future__ import annotations

import math

import pytest

from core.errors import RequestError
from core.filters import meets, parse_filters
from core.types import FieldCondition


def test_a_value_a_list_and_bounds_are_conditions_that_hold_together() -> None:
    filters = {"year": 2024, "type": {"any": ["10-K", "10-Q"]}, "pages": {"gte": 10, "lt": 20}}

    assert parse_filters(filters) == (
        FieldCondition(field="year", any=(2024,)),
        FieldCondition(field="type", any=("10-K", "10-Q")),
        FieldCondition(field="pages", gte=10, lt=20),
    )


def test_a_fraction_is_matched_by_bounds() -> None:
    assert parse_filters({"weight": 1.5}) == (FieldCondition(field="weight", gte=1.5, lte=1.5),)


WRONG: list[object] = [None, [], {}, ["10-K"], {"near": 3}, {"gte": "ten"}, {"gte": True}]
WRONG_LISTS: list[object] = [
    {"any": []},
    {"any": "10-K"},
    {"any": [None]},
    {"any": ["a"], "gte": 1},
]


@pytest.mark.parametrize("condition", WRONG + WRONG_LISTS, ids=str)
def test_another_shape_is_refused_by_name(condition: object) -> None:
    with pytest.raises(RequestError, match="filter on 'year'"):
        parse_filters({"year": condition})


@pytest.mark.parametrize(
    "number",
    [math.nan, math.inf, -math.inf, 2**63, -(10**400)],
    ids=["nan", "inf", "-inf", "2**63", "-(10**400)"],
)
@pytest.mark.parametrize("form", ["value", "any", "gt", "gte", "lt", "lte"])
def test_a_number_that_no_document_can_have_is_refused(number: float, form: str) -> None:
    condition = {"value": number, "any": {"any": [1, number]}}.get(form, {form: number})
    with pytest.raises(RequestError, match=r"filter on 'year': .*allowed: .*64 bits"):
        parse_filters({"year": condition})


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63) + 1])
def test_the_largest_integers_are_matched(number: int) -> None:
    assert meets({"n": number}, parse_filters({"n": number}))
    assert meets({"n": number}, parse_filters({"n": {"gte": number, "lte": number}}))


METADATA = {"year": 2024, "type": "10-K", "tags": ["a", "b"], "draft": True, "weight": 1.5}


@pytest.mark.parametrize(
    ("filters", "met"),
    [
        ({"year": 2024}, True),
        ({"year": 2023}, False),
        ({"year": "2024"}, False),
        ({"tags": "b"}, True),
        ({"tags": {"any": ["c"]}}, False),
        ({"draft": True}, True),
        ({"draft": 1}, False),
        ({"weight": 1.5}, True),
        ({"year": {"gt": 2023, "lte": 2024}}, True),
        ({"year": {"gte": 2025}}, False),
        ({"year": {"lt": 2024}}, False),
        ({"type": {"gte": 1}}, False),
        ({"draft": {"gte": 0}}, False),
        ({"missing": "x"}, False),
        ({"year": 2024, "type": "10-Q"}, False),
        ({}, True),
    ],
    ids=str,
)
def test_metadata_meets_all_conditions_or_does_not(filters: dict[str, object], met: bool) -> None:  # noqa: FBT001
    assert meets(METADATA, parse_filters(filters)) is met
