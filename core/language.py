"""What language a text is in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT = "en"
"""The language of a text that is too short to tell, or has no words."""

_SAMPLE = 2_000
_PLACES = 3
_SHORTEST = 20
"""Fewer letters than this tell nothing, in an alphabet."""
_SHORTEST_WIDE = 3
_WIDE = "\u3000"
"""From here on, most characters are words or syllables."""


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the language of most of `text`, `en` if none can be told.

    A long text is judged by samples from its beginning, middle and end.
    """
    sample = "\n".join(_samples(text))
    letters = [char for char in sample if char.isalpha()]
    wide = sum(char >= _WIDE for char in letters)
    if len(letters) < _SHORTEST and wide < _SHORTEST_WIDE:
        return DEFAULT
    return _classifier()(sample)[0][:2]


def _samples(text: str) -> list[str]:
    if len(text) <= _PLACES * _SAMPLE:
        return [text]
    step = (len(text) - _SAMPLE) // (_PLACES - 1)
    return [text[place * step :][:_SAMPLE] for place in range(_PLACES)]


@cache
def _classifier() -> Callable[[str], tuple[str, float]]:
    from py3langid import classify  # noqa: PLC0415 - loads its model, 0.6 s

    classify("")
    return classify
