"""Words of any script, for vectors and scores that mean something."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
WORD = re.compile(rf"[{UNSPACED}]+|[^\W{UNSPACED}]+")
UNSPACED_RUN = re.compile(rf"[{UNSPACED}]+")
COMMON = frozenset(
    {
        *("a", "an", "and", "are", "as", "at", "be", "by", "did", "do", "does", "for", "from"),
        *("had", "has", "have", "how", "in", "is", "it", "its", "of", "on", "or", "that", "the"),
        *("their", "there", "this", "to", "was", "were", "what", "when", "where", "which", "who"),
        *("why", "will", "with", "you", "your"),
    }
)
PLACES = 64
"""How many of a vector's numbers a word moves: a passage of some length fills all of them."""


def words(text: str) -> list[str]:
    """Return the words of `text` in order; where a script has no spaces, its pairs of letters."""
    found: list[str] = []
    for run in WORD.findall(text.casefold()):
        if UNSPACED_RUN.fullmatch(run) and len(run) > 1:
            found += [run[i : i + 2] for i in range(len(run) - 1)]
        else:
            found.append(run)
    return found


def telling_words(text: str) -> set[str]:
    return set(words(text)) - COMMON


def overlap(question: str, text: str) -> float:
    """Return the share of the question's telling words that `text` has."""
    asked = telling_words(question)
    return len(asked & telling_words(text)) / len(asked) if asked else 0.0


def vector(text: str, dimensions: int, *, mark: str) -> NDArray[np.float32]:
    """Return a unit vector: near that of another text as far as they share words.

    `mark` pulls all vectors of one kind a little towards one place, as an instruction does.
    """
    telling = [word for word in words(text) if word not in COMMON] or words(text) or [text]
    places, signs = zip(*(_hashed(word) for word in (*telling, f"\0{mark}")), strict=True)
    weights = np.concatenate(signs)
    weights[-PLACES:] *= 0.2 * len(telling) ** 0.5
    summed = np.bincount(np.concatenate(places) % dimensions, weights, dimensions)
    return (summed / np.linalg.norm(summed)).astype(np.float32)


@lru_cache(maxsize=65_536)
def _hashed(word: str) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
    drawn = np.random.default_rng(list(word.encode("utf-8", "replace")))
    places = drawn.integers(2**32, size=PLACES, dtype=np.uint32)
    return places, drawn.choice(np.array((-1.0, 1.0)), size=PLACES)
