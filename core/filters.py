"""The JSON form of metadata filters."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

from core.errors import RequestError
from core.types import FieldCondition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.types import Metadata, MetadataValue

_BOUNDS = ("gt", "gte", "lt", "lte")
_LARGEST = 2**63 - 1
"""Of the integers that are stored."""
_SHAPE = 'a value, {"any": [values]}, or bounds such as {"gte": 10, "lt": 20}'


def parse_filters(filters: Mapping[str, object]) -> tuple[FieldCondition, ...]:
    """Return the conditions that `filters` states, all of which must hold.

    Raises:
        RequestError: a field has a condition of another shape.
    """
    return tuple(_condition(name, value) for name, value in filters.items())


def meets(metadata: Metadata, conditions: Iterable[FieldCondition]) -> bool:
    """Tell whether `metadata` meets all of `conditions`, as a search would find it to."""
    return all(_meets(metadata.get(condition.field), condition) for condition in conditions)


def _meets(value: MetadataValue | None, condition: FieldCondition) -> bool:
    if value is None:
        return False
    if condition.any is not None:
        items = [value] if isinstance(value, str | int | float) else value
        if not any(
            type(item) is type(one) and item == one for item in items for one in condition.any
        ):
            return False
    bounds = (condition.gt, condition.gte, condition.lt, condition.lte)
    return bounds == (None,) * 4 or _within(value, condition)


def _within(value: MetadataValue, condition: FieldCondition) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return (
        (condition.gt is None or value > condition.gt)
        and (condition.gte is None or value >= condition.gte)
        and (condition.lt is None or value < condition.lt)
        and (condition.lte is None or value <= condition.lte)
    )


def _condition(name: str, value: object) -> FieldCondition:
    if isinstance(value, str | bool | int):
        return FieldCondition(field=name, any=(_value(name, value),))
    if isinstance(value, float):
        bound = _number(name, value)
        return FieldCondition(field=name, gte=bound, lte=bound)
    if not isinstance(value, dict) or not value:
        raise RequestError(f"filter on {name!r} is {value!r}; allowed: {_SHAPE}")
    mapping = cast("dict[str, object]", value)
    if set(mapping) == {"any"}:
        return FieldCondition(field=name, any=_values(name, mapping["any"]))
    if not set(mapping) <= set(_BOUNDS):
        raise RequestError(f"filter on {name!r} has {sorted(mapping)}; allowed: {_SHAPE}")
    bounds = {key: _number(name, bound) for key, bound in mapping.items()}
    return FieldCondition(
        field=name,
        gt=bounds.get("gt"),
        gte=bounds.get("gte"),
        lt=bounds.get("lt"),
        lte=bounds.get("lte"),
    )


def _values(name: str, values: object) -> tuple[str | int | bool, ...]:
    if not isinstance(values, list) or not values:
        raise RequestError(f"filter on {name!r}: 'any' is {values!r}; allowed: a list of values")
    return tuple(_value(name, value) for value in cast("list[object]", values))


def _value(name: str, value: object) -> str | int | bool:
    if isinstance(value, str | bool):
        return value
    if isinstance(value, int) and abs(value) <= _LARGEST:
        return value
    raise RequestError(
        f"filter on {name!r}: {value!r} cannot be matched; allowed: text, booleans, "
        f"integers of 64 bits"
    )


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RequestError(f"filter on {name!r}: bound {value!r} is not a number")
    largest = _LARGEST if isinstance(value, int) else sys.float_info.max
    if not abs(value) <= largest:  # NaN is not, either
        raise RequestError(f"filter on {name!r}: bound {value!r}; allowed: finite, of 64 bits")
    return value
