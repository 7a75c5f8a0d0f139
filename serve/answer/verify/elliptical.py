"""Claims that say only in their context what they say."""

from __future__ import annotations

from core.text import words
from serve.answer.aside import agrees, bare
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
    return said if _is_whole(said) else f"{question} {said}".strip()


def leaves_open(claim: str) -> bool:
    """Tell whether `claim` says little more than `Yes` or `No`.

    Which of them the evidence bears out, its words do not tell: both go with the same question.
    """
    return agrees(claim) and not _is_whole(bare(claim))


def leans_back(claim: str) -> bool:
    """Tell whether a claim begins with a word for something that was named before."""
    return refers_back(claim.lstrip(_MARKS))


def _is_whole(said: str) -> bool:
    return len(words(said)) >= _FEWEST_WORDS or max(said, default="") >= _WIDE
