"""`report.json`: a report for programs; its schema is in `report.schema.json`."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from core.errors import RequestError
from eval.report.values import Report
from serve.wire import to_bytes

_REPORT: TypeAdapter[Report] = TypeAdapter(Report)


def report_to_json(report: Report) -> bytes:
    """Return a report as indented JSON; `report_from_json` gives an equal one back."""
    return to_bytes(report, indent=True)


def report_from_json(data: bytes) -> Report:
    """Return the report that a `report.json` holds; raises `RequestError` if it is none."""
    try:
        return _REPORT.validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise RequestError(f"this is no report: {place}: {first['msg']}") from error


def report_schema() -> dict[str, object]:
    """Return the JSON Schema of `report.json`, with what every field means."""
    return _REPORT.json_schema(mode="serialization")
