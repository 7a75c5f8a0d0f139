"""Which English words say what a sentence is about, and how they are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from serve.answer.terms import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

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
_MOST = 0.75


class Keyed(Protocol):
    """A sentence taken apart."""

    @property
    def keys(self) -> frozenset[str]:
        """How its words begin, but for those that only hold others together."""
        ...


Sentence = TypeVar("Sentence", bound=Keyed)


def key(word: str) -> str:
    """Return how a folded word begins, the same for most of its forms."""
    return word.removesuffix("'s")[:_KEY].removesuffix("s")


def carrying(claim: Keyed, stated: Sequence[Sentence], *, least: float = 0.0) -> list[Sentence]:
    """Return the sentences that have nearly as many of the words of `claim` as any, and not none.

    Args:
        claim: a sentence of an answer.
        stated: those of its quotes.
        least: the share of its words that they must have.
    """
    shared = [len(each.keys & claim.keys) for each in stated]
    fewest = max(_MOST * max(shared, default=0), least * len(claim.keys))
    return [e for e, many in zip(stated, shared, strict=True) if many and many >= fewest]
