"""Which English words say what a sentence is about, and how they are compared."""

from __future__ import annotations

from serve.answer.terms import listed

EMPTY = listed(
    "a an the this that these those it its he she they we you i his her their our my him them "
    "in on at by for from to of with as and or so than then there here who whom what which "
    "where when why how whose is was are were be been being am has had have having do does "
    "did done doing will would can could may might must shall should also very much more most "
    "any some all such other another own same each every both either s t just even still yet "
    "ever only into onto about over under up down out off through during again further once "
    "one longer"
)
"""Words that only hold others together."""
_KEY = 5


def key(word: str) -> str:
    """Return how a folded word begins, the same for most of its forms."""
    return word.removesuffix("'s")[:_KEY].removesuffix("s")
