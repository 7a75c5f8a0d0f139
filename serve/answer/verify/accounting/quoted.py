"""Words that a claim puts between quotation marks, and that nothing says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serve.answer.verify.accounting.plain import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_QUOTED = re.compile(
    r"(?<!\w)\"(?P<said>[^\"]+)\"(?!\w)"
    r"|(?<![^\s(\[:,])'(?!(?:em|tis|twas|til|cause|n)\b)(?P<single>[^\W\d](?:[^'\"]|'(?=\w))*)'(?!\w)",
    re.IGNORECASE,
)
_LEFT_OUT = re.compile(r"\.{2,}|…|\[[^\]]*\]|\([\d\s,;-]*\)")
"""What a quotation leaves out or puts in."""
_TOKEN = re.compile(r"[^\W_]+|(?P<stop>[.!?;](?=\s|$)|\n)")
_FEWEST_WORDS = 4
"""Fewer may be a title, or a word that is only mentioned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    joined: str
    """Each with a space on either side."""
    starts: frozenset[int]
    """Where in `joined` sentences begin, the space before their first words."""

    @classmethod
    def of(cls, text: str) -> _Words:
        joined = " "
        starts = {0}
        for match in _TOKEN.finditer(folded(text)):
            if match["stop"]:
                starts.add(len(joined) - 1)
            else:
                joined += match.group() + " "
        return cls(joined=joined, starts=frozenset(starts))

    def has(self, parts: Sequence[str]) -> bool:
        """Tell whether all parts are there, one behind the other.

        What is left out between two is of one sentence, or all of others.
        """
        ends = {0} | self.starts
        for place, part in enumerate(parts):
            ends = {
                start + len(part) - 1
                for start in self._places(part)
                if not place or any(self._goes_on(end, start) for end in ends)
            }
        return bool(ends)

    def _places(self, part: str) -> Iterator[int]:
        at = self.joined.find(part)
        while at >= 0:
            yield at
            at = self.joined.find(part, at + 1)

    def _goes_on(self, end: int, start: int) -> bool:
        if end > start:
            return False
        is_whole = end in self.starts or start in self.starts
        return is_whole or not any(end < each < start for each in self.starts)


def misquoted(claim: str, texts: Sequence[str]) -> Iterator[str]:
    """Yield what `claim` quotes, a few words or more, and `texts` have not; all are `plain`."""
    quotations = [match["said"] or match["single"] for match in _QUOTED.finditer(claim)]
    long = [said for said in quotations if len(said.split()) >= _FEWEST_WORDS]
    words = _Words.of("\n".join(texts)) if long else None
    for said in long:
        parts = [_Words.of(part).joined for part in _LEFT_OUT.split(said)]
        if words and not words.has([part for part in parts if part.strip()]):
            yield said
