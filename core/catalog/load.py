"""The shipped catalogue, with what a user's file adds to it and replaces in it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast
from urllib.parse import urlsplit

from pydantic import ValidationError

from core.catalog.build import MisfitError, build
from core.catalog.tables import CatalogTables
from core.errors import SettingsError

if TYPE_CHECKING:
    from core.catalog.catalog import Catalog

SHIPPED = Path(__file__).with_name("catalog.toml")
_HTTP = re.compile(r"https?://[^/\s]+")

Section: TypeAlias = dict[str, object]
Sections: TypeAlias = dict[str, object]
"""A file as it was read; anything may stand in it."""


def load_catalog(
    override: Path | None = None, *, base_url: str | None = None, keyless: bool = False
) -> Catalog:
    """Return the shipped catalogue as `override` and `base_url` change it.

    Args:
        override: a file of the same form. Of a table that the shipped file has too it replaces the
            keys that it gives, of an endpoint all; other tables are added.
        base_url: where the shipped endpoints are instead, but for those that `override` places.
        keyless: whether what is at `base_url` is asked without a key.

    Raises:
        SettingsError: something cannot be read or does not fit together; names file, table and key.
    """
    shipped, own = _read(SHIPPED), _read(override) if override else {}
    if base_url:
        _move(shipped, base_url, keyless=keyless)
    try:
        return build(CatalogTables.model_validate(_merged(shipped, own)))
    except ValidationError as error:
        misfits = [MisfitError(_name(e["loc"]), _said(e["type"], e["msg"])) for e in error.errors()]
    except MisfitError as misfit:
        misfits = [misfit]
    # The shipped file fits together, so it is the other one that does not fit.
    raise SettingsError(f"{override or SHIPPED}: {'; '.join(map(str, misfits))}")


def _read(file: Path) -> Sections:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"catalogue {str(file)!r} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"catalogue {str(file)!r} is not TOML: {error}") from error


def _move(shipped: Sections, base_url: str, *, keyless: bool) -> None:
    """Have the shipped endpoints at `base_url`, unless it is where they are."""
    if not _HTTP.match(base_url):
        raise SettingsError("the base URL must begin with http:// or https:// and a host")
    if "@" in urlsplit(base_url).netloc:
        raise SettingsError(
            "the base URL has a user or password in it; a key belongs to NVIDIA_API_KEY"
        )
    base_url = base_url.rstrip("/")
    base_url += "" if urlsplit(base_url).path else "/v1"
    endpoints = _table(shipped.get("endpoints"))
    if base_url in (_table(endpoint).get("base_url") for endpoint in endpoints.values()):
        return
    for endpoint in map(_table, endpoints.values()):
        endpoint["base_url"] = base_url
        endpoint.pop("path", None)  # that of the hosted service
        if keyless:
            endpoint.pop("api_key_env", None)


def _merged(shipped: Sections, own: Sections) -> Sections:
    return {
        # An endpoint is one thing: a key must not follow it to another address.
        key: _over(shipped.get(key), own.get(key), depth=0 if key == "endpoints" else 1)
        for key in {**shipped, **own}
    }


def _over(below: object, above: object, *, depth: int) -> object:
    """Return `above` laid over `below`: sections by table and tables by key, but no deeper."""
    if above is None:
        return below
    lower, upper = _table(below), _table(above)
    if depth < 0 or not lower or not isinstance(above, dict):
        return above
    return {
        key: _over(lower.get(key), upper.get(key), depth=depth - 1) for key in {**lower, **upper}
    }


def _table(value: object) -> Section:
    return cast("Section", value) if isinstance(value, dict) else {}


def _name(location: tuple[int | str, ...]) -> tuple[str, ...]:
    return tuple(str(part) for part in location if part != "[key]")


def _said(kind: str, message: str) -> str:
    return "there is no such key" if kind == "extra_forbidden" else message
