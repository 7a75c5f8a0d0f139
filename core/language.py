"""What language a text is in."""

from __future__ import annotations

import re
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
_LIKELY = 0.4
"""Less likely languages are not believed."""
_SURE = 0.9
_SAMPLE = 2_000
_PLACES = 3
_SHORTEST = 20
"""Fewer letters than this tell nothing, in an alphabet."""
_SHORTEST_WIDE = 3
_WIDE = "\u3000"
"""From here on, most characters are words or syllables."""
_FEWEST = 12
"""Letters outside names from which on a language is told for sure."""
_FEWEST_WIDE = 4
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENGLISH = frozenset(["the", "and", "with", "which", "were", "their"])
"""What hardly another language has, whatever it names."""
_SMALL = 3
"""Letters of a word that may stand within a name, such as `da`, at most."""


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the language of most of `text`, `en` if none can be told.

    A long text is judged by samples from its beginning, middle and end.
    """
    sample = "\n".join(_samples(text))
    letters, wide = _counted(sample)
    if letters < _SHORTEST and wide < _SHORTEST_WIDE:
        return DEFAULT
    language, confidence = _identifier().classify(sample)
    return language if confidence >= _LIKELY else DEFAULT


def told_language(text: str) -> str | None:
    """Return the language of most of `text` if there is hardly a doubt, else `None`.

    Words with a capital do not count: a sentence may be full of names from another language.
    """
    sample = "\n".join(_samples(text))
    bare = _without_names(sample)
    letters, wide = _counted(bare)
    if letters < _FEWEST and wide < _FEWEST_WIDE:
        return None
    language, confidence = _identifier().classify(bare)
    if confidence < _SURE or _identifier().classify(sample)[0] != language:
        return None
    return None if language != DEFAULT and _ENGLISH & {*bare.split()} else language


def _counted(text: str) -> tuple[int, int]:
    """Return how many letters `text` has, and how many of them are words or syllables."""
    letters = [char for char in text if char.isalpha()]
    return len(letters), sum(char >= _WIDE for char in letters)


def _without_names(text: str) -> str:
    """Return the words of `text` that have no capital, nor stand small between two that have."""
    words = [match.group() for match in _LETTERS.finditer(text)]
    named = [any(map(str.isupper, word)) for word in words]
    around = [False, *named, False]
    return " ".join(
        word
        for at, word in enumerate(words)
        if not named[at] and not (around[at] and around[at + 2] and len(word) <= _SMALL)
    )


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
