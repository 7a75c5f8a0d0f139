"""The names of documents that are sent, apart from those of what is read where it lies."""

from __future__ import annotations

import re

_OF_A_PLACE = re.compile(r"[/\\]|[A-Za-z][A-Za-z0-9+.-]*:(?=\S)")
"""Begins an absolute path or a URI; a title may well have a colon before a space."""


def upload_name(given: str) -> str:
    """Return `given`, made relative where it could be an absolute path or a URI: `./…`.

    What is ingested from a path or URI is known by it, and what is merely called so must not take
    its place.
    """
    name = given.strip()
    if not _OF_A_PLACE.match(name):
        return name
    return f".{name}" if name.startswith("/") else f"./{name}"
