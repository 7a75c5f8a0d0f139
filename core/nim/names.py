"""What collections call an embedder of the catalogue: its model, and where it is served."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.nim.addresses import HOSTED
from core.urls import without_password

if TYPE_CHECKING:
    from core.catalog.card import ModelCard

NIM = "nim:"
"""Begins the names of embedders of the catalogue."""
_PLACED = re.compile(r"(?P<model>.+?)@(?P<place>https?://.*)", re.DOTALL)


def recorded_name(card: ModelCard) -> str:
    """Return `nim:MODEL` for what NVIDIA serves, else `nim:MODEL@URL`.

    What a server of one's own has under a model's name may be other weights.
    """
    place = place_of(card)
    return f"{NIM}{card.name}@{place}" if place else f"{NIM}{card.name}"


def place_of(card: ModelCard) -> str:
    """Return where a model is served, fit to be shown; empty: by NVIDIA."""
    base_url = card.endpoint.base_url
    return "" if urlsplit(base_url).hostname in HOSTED else without_password(base_url)


def model_and_place(name: str) -> tuple[str, str]:
    """Return the model that a name or setting tells of, and where it is served; empty: not said."""
    given = name.removeprefix(NIM)
    placed = _PLACED.fullmatch(given)
    return (placed["model"], placed["place"]) if placed else (given, "")
