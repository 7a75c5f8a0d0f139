"""What language a text is in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

DEFAULT = "en"
"""The language of a text that is too short to tell, or has no words."""

_TOLD = (
    "ar bg ca cs da de el en es et fa fi fr he hi hr hu hy id it ja ka km ko lo lt lv "
    "mk my nl no pl pt ro ru sk sl sr sv ta th tr uk vi zh"
)
"""What is told apart; among all languages, a table of names would be taken for a rare one."""
_SURE = 0.4
"""Less likely languages are not believed."""
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
    return told_language(text) or DEFAULT


def told_language(text: str) -> str | None:
    """Return what `detect_language` does, but `None` if no language can be told."""
    sample = "\n".join(_samples(text))
    letters = [char for char in sample if char.isalpha()]
    wide = sum(char >= _WIDE for char in letters)
    if len(letters) < _SHORTEST and wide < _SHORTEST_WIDE:
        return None
    language, confidence = _identifier().classify(sample)
    return language if confidence >= _SURE else None


def _samples(text: str) -> list[str]:
    if len(text) <= _PLACES * _SAMPLE:
        return [text]
    step = (len(text) - _SAMPLE) // (_PLACES - 1)
    return [text[place * step :][:_SAMPLE] for place in range(_PLACES)]


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import (  # noqa: PLC0415 - loads its model, 0.6 s
        MODEL_FILE,
        LanguageIdentifier,
    )

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_TOLD.split())
    return identifier
