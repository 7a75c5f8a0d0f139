from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING

import pytest

from core.errors import RequestError
from core.schemas import check_schema

if TYPE_CHECKING:
    from core.types import JsonObject

DRAFT_7 = "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize(
    ("schema", "reference"),
    [
        ({"$ref": "#/nowhere"}, "#/nowhere"),
        ({"$ref": "#anchor"}, "#anchor"),
        ({"$ref": "file:///etc/passwd"}, "file:///etc/passwd"),
        ({"$ref": "https://json-schema.org/draft/2020-12/schema"}, "json-schema.org"),
        ({"properties": {"a": {"items": {"$ref": "#/$defs/b"}}}}, "#/$defs/b"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"not": {"$ref": "#/gone"}}}}, "#/gone"),
        ({"$ref": "#/own/a", "own": {"a": {"$ref": "#/gone"}}}, "#/gone"),
        ({"$ref": "#/allOf/x", "allOf": [{"type": "null"}]}, "#/allOf/x"),
        ({"$ref": "#/minimum/x", "minimum": 1}, "#/minimum/x"),
        ({"$ref": "#/title", "title": "T"}, "#/title"),
        ({"$schema": DRAFT_7, "items": [{"$ref": "#/nowhere"}]}, "#/nowhere"),
        ({"$dynamicRef": "#nowhere"}, "#nowhere"),
    ],
)
def test_a_reference_to_what_is_no_schema_in_it_is_named(
    schema: JsonObject, reference: str
) -> None:
    with pytest.raises(RequestError, match=f"cannot be used: '[^']*{re.escape(reference)}"):
        check_schema(schema)


def test_what_a_reference_leads_to_has_to_be_a_schema() -> None:
    with pytest.raises(RequestError, match="not a JSON Schema"):
        check_schema({"$ref": "#/own", "own": {"type": "none"}})


def test_a_reference_to_elsewhere_is_not_fetched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        with pytest.raises(RequestError, match="leads to nothing in it"):
            check_schema({"$ref": f"http://127.0.0.1:{server.getsockname()[1]}/schema.json"})
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"anyOf": [{"type": "string"}, {"$ref": "#"}]},
        {
            "properties": {"a": {"$ref": "#/$defs/b"}},
            "$defs": {"b": {"not": {"$ref": "#/$defs/b"}}},
        },
        {
            "$ref": "#/$defs/a",
            "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"if": {"$ref": "#/$defs/a"}}},
        },
        {"dependentSchemas": {"a": {"$ref": "#"}}},
    ],
)
def test_a_reference_that_leads_back_to_itself_is_refused(schema: JsonObject) -> None:
    with pytest.raises(RequestError, match=r"'#[/$defsab]*' leads back to itself without end"):
        check_schema(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}}},
        {"items": {"$ref": "#/$defs/node"}, "$defs": {"node": {"items": {"$ref": "#"}}}},
        {"$ref": "#/$defs/a", "$defs": {"a": True}},
        {"allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}], "$defs": {"a": {"type": "null"}}},
        {"$ref": "#a", "$defs": {"a": {"$anchor": "a", "type": "string"}}},
        {"$id": "https://example.com/x/", "$ref": "y", "$defs": {"y": {"$id": "y"}}},
        {"properties": {"$ref": {"type": "string"}}},
        {"enum": [{"$ref": "#/nowhere"}]},
        {"$schema": DRAFT_7, "$ref": "#/definitions/a", "definitions": {"a": {}}},
    ],
)
def test_references_within_a_schema_may_be_used(schema: JsonObject) -> None:
    check_schema(schema)


def test_a_schema_that_is_nested_too_deeply_is_refused() -> None:
    schema: JsonObject = {}
    for _ in range(900):
        schema = {"not": schema}
    with pytest.raises(RequestError, match="nested too deeply"):
        check_schema(schema)
