"""A scorer that goes by words alone, and counts what it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.text import words
from serve.answer.verify.entailment.support import Checkable, Support

if TYPE_CHECKING:
    from collections.abc import Sequence


class WordScorer:
    """Takes the share of a claim's words that its evidence has for how likely it is supported."""

    def __init__(self) -> None:
        self.asked: list[Checkable] = []

    async def score(self, claims: Sequence[Checkable]) -> list[Support]:
        self.asked += claims
        return [Support(supported=share, partial=0.0) for share in map(_share, claims)]


def _share(claim: Checkable) -> float:
    said = words(claim.claim)
    has = set(words(" ".join((claim.head, *claim.evidence))))
    return sum(word in has for word in said) / len(said) if said else 0.0
