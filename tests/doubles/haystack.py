"""Long documents with something hidden in them, and models that hold only a part of them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

READER = "deepseek-ai/deepseek-v4-flash"
"""The only model of the catalogue that `small_windows` writes."""
READER_SERVED = f"{READER}-0731"
_WORDS = [
    *("barley", "harbour", "ledger", "mill", "orchard", "quarry", "river", "saddle", "timber"),
    *("village", "wagon", "winter", "copper", "granary", "lantern", "meadow", "parish", "weaver"),
]


def small_windows(directory: Path, *, window: int = 16_000) -> Path:
    """Write a catalogue with one model, that is trusted with so many tokens; return the file."""
    tiers = "\n".join(
        f'[tiers.{tier}]\ncandidates = ["{READER}"]'
        for tier in ("standard", "long", "whole_document")
    )
    path = directory / "catalog.toml"
    path.write_text(
        f'[models."{READER}"]\neffective_window = {window}\nfamily = "llama3"\n'
        f"price = {{ prompt_usd = 1.0, completion_usd = 2.0 }}\n\n{tiers}\n\n"
        f'[languages]\nen = ["{READER}"]\n'
    )
    return path


def haystack(paragraphs: int, hidden: Mapping[float, str], *, seed: int = 0) -> str:
    """Return a text of so many paragraphs; behind each share of it stands what is hidden there."""
    draw = random.Random(seed)  # noqa: S311 - nothing is secret here
    texts = [_paragraph(draw, number) for number in range(paragraphs)]
    for share, needle in hidden.items():
        place = min(int(share * paragraphs), paragraphs - 1)
        texts[place] = f"{texts[place]} {needle}"
    return "\n\n".join(texts) + "\n"


def _paragraph(draw: random.Random, number: int) -> str:
    said = (
        f"The {draw.choice(_WORDS)} of the {draw.choice(_WORDS)} was counted in entry "
        f"{number}.{place} beside the {draw.choice(_WORDS)} and the {draw.choice(_WORDS)}."
        for place in range(8)
    )
    return " ".join(said)
