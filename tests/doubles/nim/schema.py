"""The smallest thing that meets a JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

Schema = Mapping[str, object]


def instance(schema: Schema, text: str) -> object:
    """Return a value that meets `schema`, with `text` wherever it takes any string.

    Raises `ValueError` where a schema uses what this does not know.
    """
    return _instance(schema, text, schema)


def schema_in(prompt: str) -> Schema | None:
    """Return the JSON Schema of an object that is written out in `prompt`."""
    decoder = json.JSONDecoder()
    at = prompt.find("{")
    while at >= 0:
        try:
            found, _ = decoder.raw_decode(prompt, at)
        except ValueError:
            found = None
        if isinstance(found, dict) and "properties" in found:
            return cast("Schema", found)
        at = prompt.find("{", at + 1)
    return None


def _instance(schema: Schema, text: str, root: Schema) -> object:
    if "$ref" in schema:
        return _instance(_resolved(str(schema["$ref"]), root), text, root)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return _instance(_schemas(schema[choice])[0], text, root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return cast("list[object]", schema["enum"])[0]
    return _of_type(schema, text, root)


def _of_type(schema: Schema, text: str, root: Schema) -> object:
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, list):
        kind = cast("list[object]", kind)[0]
    match kind:
        case "object":
            properties = cast("Mapping[str, Schema]", schema.get("properties", {}))
            return {name: _instance(wanted, text, root) for name, wanted in properties.items()}
        case "array":
            items = cast("Schema", schema.get("items", {}))
            length = max(1, cast("int", schema.get("minItems", 1)))
            return [_instance(items, text, root) for _ in range(length)]
        case "string":
            return text[: cast("int | None", schema.get("maxLength"))]
        case "integer" | "number":
            return cast("float", schema.get("minimum", schema.get("maximum", 1)))
        case "boolean":
            return True
        case "null":
            return None
        case _:
            raise ValueError(f"no such type: {kind!r}")


def _resolved(reference: str, root: Schema) -> Schema:
    found = root
    for name in reference.removeprefix("#/").split("/"):
        found = cast("Schema", found[name])
    return found


def _schemas(value: object) -> list[Schema]:
    return cast("list[Schema]", value)
