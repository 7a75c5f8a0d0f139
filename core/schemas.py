"""JSON Schemas of callers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jsonschema import Draft202012Validator, SchemaError, validators

from core.errors import RequestError

if TYPE_CHECKING:
    from core.types import JsonObject


def check_schema(schema: JsonObject) -> None:
    """Return if answers can be validated against `schema`.

    Raises:
        RequestError: it is not a JSON Schema.
    """
    try:
        validators.validator_for(schema, default=Draft202012Validator).check_schema(dict(schema))
    except SchemaError as error:
        raise RequestError(
            f"the schema is not a JSON Schema: at {error.json_path}: {error.message:.200}"
        ) from error
