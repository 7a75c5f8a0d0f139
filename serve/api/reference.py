"""The description of the service as a page that loads nothing from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, cast

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi import FastAPI

    Schema = Mapping[str, object]

router = APIRouter(include_in_schema=False)

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 2.5rem; font-size: 1.1rem } code { font-size: .95em }
table { border-collapse: collapse; width: 100% } p { margin: .3rem 0 }
td { border-top: 1px solid #8884; padding: .3rem .8rem .3rem 0; vertical-align: top }
td:nth-child(2) { white-space: nowrap; opacity: .7 }
"""
_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


@router.get("/docs")
async def reference(request: Request) -> HTMLResponse:
    """Return what the service offers, route by route."""
    schema = cast("FastAPI", request.app).openapi()
    return HTMLResponse("".join(_page(schema)), headers=_HEADERS)


def _page(schema: Schema) -> Iterator[str]:
    yield f"<!doctype html><html lang=en><meta charset=utf-8><title>ibid</title><style>{_STYLE}"
    yield "</style><h1>ibid</h1><p>Answers over your documents, every sentence cited.</p>"
    yield '<p>The same for programs: <a href="/openapi.json">openapi.json</a>.</p>'
    for path, methods in _map(schema["paths"]).items():
        for method, operation in _map(methods).items():
            yield from _operation(schema, f"{method.upper()} {path}", _map(operation))


def _operation(schema: Schema, name: str, operation: Schema) -> Iterator[str]:
    yield f"<h2><code>{escape(name)}</code></h2><p>{escape(str(operation['description']))}</p>"
    rows = [
        _row(str(p["name"]), _map(p["schema"]), f"{p['in']}; {p.get('description', '')}")
        for p in cast("list[Schema]", operation.get("parameters", []))
    ]
    for kind, content in _map(_map(operation.get("requestBody")).get("content")).items():
        body = _resolved(schema, _map(_map(content)["schema"]))
        rows += [
            _row(field, _map(shape), f"{kind}; {_map(shape).get('description', '')}")
            for field, shape in _map(body.get("properties")).items()
        ]
    yield f"<table>{''.join(rows)}</table>"


def _row(name: str, shape: Schema, note: str) -> str:
    cells = (f"<code>{escape(name)}</code>", escape(_type(shape)), escape(note.rstrip("; ")))
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _type(shape: Schema) -> str:
    if "$ref" in shape:
        return str(shape["$ref"]).rpartition("/")[2]
    if "enum" in shape:
        return " | ".join(str(value) for value in cast("list[object]", shape["enum"]))
    if "anyOf" in shape:
        return " | ".join(_type(option) for option in cast("list[Schema]", shape["anyOf"]))
    if shape.get("properties"):
        return f"{{{', '.join(_map(shape['properties']))}}}"
    if "items" in shape:
        return f"[{_type(_map(shape['items']))}]"
    return str(shape.get("type", "any"))


def _resolved(schema: Schema, shape: Schema) -> Schema:
    """Return what `shape` refers to, or its only alternative to null."""
    options = cast("list[Schema]", shape.get("anyOf", [shape]))
    chosen = next(option for option in options if option.get("type") != "null")
    reference = str(chosen.get("$ref", ""))
    if not reference:
        return chosen
    return _map(_map(_map(schema["components"])["schemas"])[reference.rpartition("/")[2]])


def _map(value: object) -> Schema:
    return cast("Schema", value or {})
