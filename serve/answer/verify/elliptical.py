"""Claims that say only in their context what they say."""

from __future__ import annotations

from core.text import words
from serve.answer.aside import bare
from serve.answer.terms import refers_back

_MARKS = " \n*_\"'“‘("
"""May stand in front of the first word."""
_WIDE = "\u3000"
"""From here on, words are not told by spaces."""
_FEWEST_WORDS = 5
"""A claim of fewer words may be one only together with the question."""


def asserted(claim: str, *, question: str) -> str:
    """Return what `claim` says as the answer to `question`: behind it, where it is short."""
    said = bare(claim)
    is_whole = len(words(said)) >= _FEWEST_WORDS or max(said, default="") >= _WIDE
    return said if is_whole else f"{question} {said}".strip()


def leans_back(claim: str) -> bool:
    """Tell whether a claim begins with a word for something that was named before."""
    return refers_back(claim.lstrip(_MARKS))
