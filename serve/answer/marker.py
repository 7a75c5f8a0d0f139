"""The markers by which a model cites evidence: written for it, and read in what it wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LETTERS = "ESXQZ"
_MOST_IN_A_RUN = 50
"""`[E1-E999]` is not believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """The letters that every marker of one prompt begins with: `E` makes `[E1]` and `[E2]`."""

    label: str

    def of(self, number: int) -> str:
        """Return the marker of a piece of evidence."""
        return f"[{self.label}{number}]"

    def pattern(self) -> re.Pattern[str]:
        """Return what finds markers, alone, in lists (`[E1, E2]`) and in runs (`[E1-E3]`)."""
        one = rf"{self.label}?\s?\d{{1,3}}"
        return re.compile(
            rf"[\[【(](?={self.label})({one}(?:\s*(?:[,;]|and|[-–—])\s*{one})*)[\]】)]",
            re.IGNORECASE,
        )

    def numbers(self, inside: str) -> list[int]:
        """Return the numbers that the inside of a marker names, in order."""
        found: list[int] = []
        for part in re.split(r"[,;]|and", inside):
            ends = [int(digits) for digits in re.findall(r"\d+", part)]
            first, last = ends[0], ends[-1]
            found.extend(range(first, last + 1) if last - first < _MOST_IN_A_RUN else ends)
        return list(dict.fromkeys(found))


def marker_for(texts: Iterable[str]) -> Marker:
    """Return a marker that none of `texts` has anything like: no document can forge it."""
    whole = "\n".join(texts)
    for label in _labels():
        if not re.search(rf"[\[【(]/?{label}\s?\d", whole, re.IGNORECASE):
            return Marker(label=label)
    raise AssertionError  # labels do not end


def _labels() -> Iterator[str]:
    for length in count(1):
        for letter in _LETTERS:
            yield letter * length
