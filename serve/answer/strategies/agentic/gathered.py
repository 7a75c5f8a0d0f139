"""What a model was shown while it looked for an answer: numbered evidence, none of it twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.pack import Evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.types import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of passages that were found."""

    new: tuple[Evidence, ...] = ()
    known: tuple[Evidence, ...] = ()
    """Shown before; it has what was found now."""
    left_out: int = 0
    """How many passages do not fit into what may be read."""


class Gathered:
    """Takes passages as they are found, within a budget of tokens."""

    def __init__(self, *, count_tokens: Callable[[str], int], most: int) -> None:
        """Take at most `most` tokens."""
        self._count, self._left = count_tokens, most
        self.evidence: list[Evidence] = []
        """Everything, numbered from 1 in the order in which it was shown."""

    @property
    def left(self) -> int:
        """How many tokens may still be read."""
        return self._left

    def add(self, passages: Sequence[Passage]) -> Added:
        """Return which of `passages` are new, which were there, and how many are too much."""
        new: list[Evidence] = []
        known: dict[int, Evidence] = {}
        left_out = 0
        for passage in passages:
            there = next((each for each in self.evidence if _has(each.passage, passage)), None)
            if there is not None:
                known[there.number] = there
                continue
            tokens = self._count(passage.text)
            if tokens > self._left:
                left_out += 1
                continue
            self._left -= tokens
            number = len(self.evidence) + 1
            new.append(Evidence(number=number, passage=passage, tokens=tokens))
            self.evidence.append(new[-1])
        before = tuple(each for each in known.values() if each not in new)
        return Added(new=tuple(new), known=before, left_out=left_out)

    def outermost(self) -> list[Evidence]:
        """Return what was shown, without what stands whole in another piece of it."""
        return [
            each
            for each in self.evidence
            if not any(
                _has(other.passage, each.passage) for other in self.evidence if other is not each
            )
        ]


def _has(one: Passage, other: Passage) -> bool:
    return one.version == other.version and one.span.contains(other.span)
