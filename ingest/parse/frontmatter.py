"""Metadata: the fields in front of a text, and values of any kind made storable."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import yaml

if TYPE_CHECKING:
    from core.types import MetadataValue

_FRONT = re.compile(
    r"\A---[ \t]*\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_FIELDS = re.compile(r"(?:[A-Za-z][\w-]*:[^\n]*\n(?:[ \t]+\S[^\n]*\n)*)+(?=\s*\n)")
_FIELD = re.compile(r"^([A-Za-z][\w-]*):[ \t]*([^\n]*(?:\n[ \t]+\S[^\n]*)*)", re.MULTILINE)
_LONGEST = 1 << 16
_NESTING = re.compile(r"[\[{]|[-?] (?=[-?] )")
_DEEPEST = 500
"""The parser of YAML takes time that grows with the square of the depth."""


def front_matter(text: str) -> tuple[dict[str, MetadataValue], int]:
    """Return what the top of `text` says, and where it ends; `({}, 0)` without any.

    It is YAML between lines of dashes, or lines such as `Title: Guide` that `Title` is one of.
    """
    match = _FRONT.match(text[:_LONGEST])
    if not match:
        return _fields(text[:_LONGEST])
    if len(_NESTING.findall(match["yaml"])) > _DEEPEST:
        return {}, 0
    try:
        # Aliases can grow to any size when they are written out, and no front matter needs them.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(match["yaml"])):
            return {}, match.end()
        data: object = yaml.safe_load(match["yaml"])
    except (yaml.YAMLError, ValueError):
        return {}, 0
    if not isinstance(data, dict):
        return {}, 0
    return storable(cast("dict[object, object]", data)), match.end()


def _fields(text: str) -> tuple[dict[str, MetadataValue], int]:
    match = _FIELDS.match(text)
    fields = dict(_FIELD.findall(match.group())) if match else {}
    lowered: dict[object, object] = {k.lower(): " ".join(v.split()) for k, v in fields.items()}
    return (storable(lowered), match.end()) if match and lowered.get("title") else ({}, 0)


def storable(data: Mapping[Any, object]) -> dict[str, MetadataValue]:
    """Return `data` with values that can be stored and filtered by; what says nothing is left out.

    Dates are ISO strings, inner objects have dotted keys, everything else is text.
    """
    found: dict[str, MetadataValue] = {}
    for key, value in data.items():
        name = _text(key)
        if isinstance(value, Mapping):
            inner = storable(cast("Mapping[object, object]", value))
            found |= {f"{name}.{key}": inner_value for key, inner_value in inner.items()}
        elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
            found[name] = [_text(item) for item in cast("Sequence[object]", value)]
        elif (scalar := _scalar(value)) is not None:
            found[name] = scalar
    return found


def _scalar(value: object) -> MetadataValue | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value if abs(value) < 1 << 63 else str(value)
    return _text(value)


def _text(value: object) -> str:
    text = value.isoformat() if isinstance(value, date) else str(value)
    return text.encode("utf-8", "replace").decode()
