"""The JSON form of metadata filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from core.errors import RequestError
from core.types import FieldCondition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.types import Metadata, MetadataValue

_BOUNDS = ("gt", "gte", "lt", "lte")
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
    if isinstance(value, str | int | bool):
        return FieldCondition(field=name, any=(value,))
    if isinstance(value, float):
        return FieldCondition(field=name, gte=value, lte=value)
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
    found: list[str | int | bool] = []
    for value in cast("list[object]", values):
        if not isinstance(value, str | int | bool):
            raise RequestError(f"filter on {name!r}: 'any' has {value!r}; allowed: text, integers")
        found.append(value)
    return tuple(found)


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RequestError(f"filter on {name!r}: bound {value!r} is not a number")
    return value
