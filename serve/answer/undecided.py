"""What of a draft is not shown as it is written, as patterns that see it coming.

A text that begins like one may become one: `fullmatch(text, partial=True)` tells so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import regex

from serve.answer.assemble import OWN_NUMBERS
from serve.answer.marks import INTRODUCING, NAMING, PAIRS
from serve.answer.prompt import NO_ANSWER

if TYPE_CHECKING:
    from serve.answer.marker import Marker

UNDECIDED = regex.compile(r"[\s,\\\[【［〔(（^`~*_<${〖⟦«“‘\"'⁽¹²³⁰⁴-⁹]|(?<![\p{L}\p{N}])\p{L}")
"""Where one of the patterns may begin to match."""

_SPACES = r"[ \t\u00a0\u3000]*+"
_ABOUT = r"[*_`\"']*"
_NO = r"[\s_-]+".join(NO_ANSWER.split()) + r"\b"
_INTRODUCING = rf"(?P<introducing>(?P<comma>,)?\s*+\b(?i:{INTRODUCING})\s++(?i:the\s++)?)?"
_PAIRS = (
    (rf"[(（]\s*+(?i:{NAMING}\s++)?", r"[)）]"),
    (r"\[\s*+", r"\]"),
    (r"<sup>\s*+", "</sup>"),
    *((each, each) for each in (r"\*", "_", "`", r"\^")),
    *((rf"\{pair[0]}", rf"\{pair[1]}") for pair in PAIRS),
    *((each, each) for each in "\"'"),
)
"""What goes with the markers that stand between: in front of them and behind."""
_LEFT = "|".join(left for left, _ in _PAIRS)
_RIGHT = "|".join(right for _, right in _PAIRS)
_AROUND = [(regex.compile(rf"(?:{left})$"), regex.compile(right)) for left, right in _PAIRS]

_AROUND_ONE = 8
"""Brackets and the like in front of a marker; more of them belong to nothing."""

_FENCE = r"(?P<fence>^[ \t]*(?P<mark>`{3,}|~{3,})[^\n`]*(?:\n|\Z))"
_INLINE = r"(?P<inline>`(?!\s*\[[\d\s,;–-]*\]\s*`)[^`\n]+`)"
_OWN = rf"(?P<own>{OWN_NUMBERS.pattern})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """The patterns for one marker; the name of the last group that matched tells what was found."""

    marker: Marker

    def opening(self) -> regex.Pattern[str]:
        """Return what finds at the beginning of a draft that there is `no` answer."""
        cited = rf"(?:\s*{self._labelled})*"
        return _compiled(
            rf"(?P<no>\A[\s*_`\"']*(?:{_NO}{_ABOUT}{cited}\s*(?:[.:,;!–—-]|\Z)"
            rf"|(?i:{_NO}){_ABOUT}{cited}(?:[.!]{_ABOUT}{cited}(?:\s|\Z)|\s*(?:\n|\Z))))"
        )

    def prose(self, *, plain: bool) -> regex.Pattern[str]:
        """Return what finds markers (`ours`) and other numbers in brackets (`own`) outside of code.

        Also what begins a block of code (`fence`), code in a line (`inline`), and that there is no
        answer, in a sentence (`said`) or at the `last`.

        Args:
            plain: whether markers without their letter are ours.
        """
        run = self._labelled
        if plain:
            run = f"(?:{run}|{_read_alike(self.marker.plain_pattern().pattern)})"
        last = rf"(?P<last>^{_ABOUT}{_NO}[.*_`\"']*(?:\s*{self._labelled})*\s*\Z)"
        inline = rf"(?!`\s*{self._labelled}\s*`){_INLINE}"
        ours = (
            rf"(?P<ours>(?P<gap>{_SPACES}){_INTRODUCING}(?P<left>(?:{_LEFT}){{0,{_AROUND_ONE}}}?)(?P<run>{run})"
            rf"(?P<right>(?:{_RIGHT})*+)(?P<behind>[ \t]*+[,:–—-]?+[ \t]*+))"
        )
        return _compiled("|".join((_FENCE, last, rf"(?P<said>\b{_NO})", inline, ours, _OWN)))

    def code(self, fence: str) -> regex.Pattern[str]:
        """Return what finds markers (`within`) in a block of code, and the line that ends it."""
        closing = rf"(?P<closing>^[ \t]*{fence}[ \t\r]*(?=\n|\Z))"
        return _compiled(rf"{closing}|(?P<within>{self.within().pattern})")

    def within(self) -> regex.Pattern[str]:
        """Return what finds markers in code, with the white space before them."""
        return _compiled(_SPACES + self._labelled)

    @property
    def _labelled(self) -> str:
        return _read_alike(self.marker.pattern().pattern)


def unpaired(left: str, right: str) -> tuple[str, str]:
    """Return what remains of both without the brackets and emphasis that belong together."""
    pairing = True
    while pairing:
        pairing = False
        for begins, ends in _AROUND:
            before, behind = begins.search(left), ends.match(right)
            if before and behind:
                left, right, pairing = left[: before.start()], right[behind.end() :], True
    return left, right


def _read_alike(pattern: str) -> str:
    """Return a pattern of `re` for `regex`, where `²` is no part of a word and an accent is one."""
    pattern = pattern.replace(r"[^\W_]", r"[\p{L}\p{N}]")
    return re.sub(r"\[\^\\W\\d_[^]]*\]", r"\\p{L}", pattern)


@cache
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.MULTILINE)
