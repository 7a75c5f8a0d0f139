"""What the body and the headers of a refusal say, in whichever of their forms."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, cast

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_RETRY_S = 60.0
"""`X-Should-Retry: false` is sent when the wait would be longer than this."""


def json_of(body: bytes) -> object:
    """Return the JSON of a body; `None`: it is none."""
    try:
        return cast("object", orjson.loads(body))
    except orjson.JSONDecodeError:
        return None


def text_of(content: object) -> str:
    """Return what a body of any of the forms says, in one line; empty: nothing."""
    return " ".join(_text(content).split())


def field_of(content: object, name: str) -> str:
    """Return a field of the error, wherever the error is; empty: not there."""
    said = _object(content)
    value = (_object(said.get("error")) or said).get(name)
    return str(value) if isinstance(value, str | int) else ""


def located_parameters(content: object) -> frozenset[str]:
    """Return the parameters that FastAPI's list of errors points at."""
    locations = [
        _list(_object(error).get("loc")) for error in _list(_object(content).get("detail"))
    ]
    return frozenset(
        str(location[1]) for location in locations if len(location) > 1 and location[0] == "body"
    )


def status_within(content: object) -> int | None:
    """Return the HTTP status that the error names itself; `None`: it names none."""
    for value in (field_of(content, "code"), field_of(content, "status")):
        if value.isdecimal() and 400 <= int(value) < 600:
            return int(value)
    kind = field_of(content, "type").lower()
    if "rate" in kind and "limit" in kind:
        return 429
    return 400 if kind in {"badrequesterror", "bad request", "invalid_request_error"} else None


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait; a date counts from the reply's own, so no clock is needed."""
    wait = _seconds(headers.get("retry-after", ""), headers.get("date", ""))
    if headers.get("x-should-retry", "").lower() == "false":
        return max(wait or 0.0, _NO_RETRY_S)
    return wait


def _text(content: object, *, depth: int = 5) -> str:
    if isinstance(content, str):
        return content
    if not content or not depth:
        return ""
    if errors := _list(content):
        return "; ".join(filter(None, (_text(error, depth=depth - 1) for error in errors)))
    said = _object(content)
    if "msg" in said:
        return f"{'.'.join(map(str, _list(said.get('loc'))))}: {said['msg']}"
    parts = (said.get(name) for name in ("error", "detail", "message", "title"))
    return next(filter(None, (_text(part, depth=depth - 1) for part in parts)), "")


def _object(content: object) -> dict[str, object]:
    return cast("dict[str, object]", content) if isinstance(content, dict) else {}


def _list(content: object) -> list[object]:
    return cast("list[object]", content) if isinstance(content, list) else []


def _seconds(value: str, date: str) -> float | None:
    try:
        return max(0.0, float(value)) if value[:1].isdigit() else _until(value, date)
    except ValueError:
        return None


def _until(value: str, date: str) -> float | None:
    if not value or not date:
        return None
    then, now = parsedate_to_datetime(value), parsedate_to_datetime(date)
    return max(0.0, (_aware(then) - _aware(now)).total_seconds())


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
