"""URLs, as they may be shown."""

from __future__ import annotations


def without_password(url: str) -> str:
    """Return `url` with `…` for the user and password in it, also where it is malformed."""
    before, at, host = url.rpartition("@")
    scheme, separator, _ = before.partition("://")
    if not at:
        return url
    return f"{scheme}://…@{host}" if separator else f"…@{host}"
