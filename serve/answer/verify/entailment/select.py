"""Which sentences of long evidence are compared with a claim."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from serve.answer.verify.entailment.wording import Word, Wording

_Key: TypeAlias = int | str

MOST = 16
"""Sentences that are compared; each takes about 1.5 ms to embed."""
MOST_CHARACTERS = 3_200
"""Of them together; what they take grows with it."""
_TIE = 0.01
"""What the whole of a sentence weighs beside what it adds."""


def selected(claim: Sequence[Word], found: Sequence[Wording], lengths: Sequence[int]) -> list[int]:
    """Return the places of the sentences worth comparing with `claim`, in order; not none.

    Half of them are chosen one after the other for the words of the claim that they add, words by
    how rare they are among the sentences, the others for the words that they have.

    Args:
        claim: its words.
        found: the words of each sentence, at least of one.
        lengths: of each sentence, in characters.
    """
    if len(found) <= MOST and sum(lengths) <= MOST_CHARACTERS:
        return list(range(len(found)))
    keys = set[_Key]().union(*(word.terms or word.written for word in claim if not word.common))
    having = [keys & each.terms | keys & each.written for each in found]
    weights = {key: _rarity(sum(key in each for each in having), len(found)) for key in keys}
    alone = [_weight(weights, each) for each in having]
    chosen = _covering(weights, having, alone)
    rest = sorted(set(range(len(found))) - {*chosen}, key=lambda place: (-alone[place], place))
    return _within(chosen + rest, lengths)


def _covering(
    weights: Mapping[_Key, float], having: Sequence[Set[_Key]], alone: Sequence[float]
) -> list[int]:
    chosen: list[int] = []
    held: set[_Key] = set()
    for _ in range(min(MOST // 2, len(having))):
        gain, place = max(
            (_weight(weights, keys - held) + _TIE * alone[at], -at)
            for at, keys in enumerate(having)
            if at not in chosen
        )
        if not gain:
            break
        chosen.append(-place)
        held |= having[-place]
    return chosen


def _within(places: Sequence[int], lengths: Sequence[int]) -> list[int]:
    """Return as many of `places`, the first before the others, as may be compared."""
    left = MOST_CHARACTERS
    kept: list[int] = []
    for place in places:
        if len(kept) < MOST and (lengths[place] <= left or not kept):
            kept.append(place)
            left -= lengths[place]
    return sorted(kept)


def _weight(weights: Mapping[_Key, float], keys: Set[_Key]) -> float:
    return sum(weights[key] for key in keys)


def _rarity(having: int, total: int) -> float:
    return math.log(1 + (total - having + 0.5) / (having + 0.5))
