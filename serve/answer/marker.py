"""The markers by which a model cites evidence: written for it, and read in what it wrote."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LETTERS = "ESXQZ"
_LOOKALIKES = str.maketrans("ЕЅХΕΧΖ", "ESXEXZ")
"""Letters of other scripts that a model may take for ours."""
_MOST_IN_A_RUN = 50
"""`[E1-E999]` is not believed."""
_LONGEST_NUMBER = 9
"""Digits; no evidence has a longer one."""

_OPEN, _CLOSE = r"\\?[\[【［〔(（]\s*[\^/]?", r"\s*\\?[\]】］〕)）]"
_OPEN_SQUARE, _CLOSE_SQUARE = r"\\?[\[【［]\s*[\^/]?", r"\s*\\?[\]】］]"
_AND = r"(?:and|und|et|y|e|or|to|bis)"
_WORD = r"(?:(?:see|cf|sources?|excerpts?|evidence|passages?|documents?)[.:]?\s+)?"
_INSIDE = rf"[\s,;|/&+،、，；–—-]+(?:{_AND}\s+)?"
"""Between two numbers of one marker."""
_BETWEEN = rf"[ \t]*(?:[,;/&+،、，；–—-][ \t]*)?(?:{_AND}\b[ \t]*)?"
"""Between two markers."""
_MORE = r"(?:(?<=\d)\s*(?:(?:[†:]|,\s*p)[^\[\]【】\n]{0,80}?|\(p[^()\[\]\n]{0,80}\)))?"
"""What some models put behind the number: a title, a page."""
_LINK = r"(?:\((?:#|https?:)[^()\s]*\))?"
_RUN = re.compile(r"(\d+)(?:\s*[-–—]+\s*(\d+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """The letters that every marker of one prompt begins with: `E` makes `[E1]` and `[E2]`."""

    label: str
    plain: bool = False
    """Whether `[1]`, too, can only be ours: no text has a number in square brackets."""

    def of(self, number: int) -> str:
        """Return the marker of a piece of evidence."""
        return f"[{self.label}{number}]"

    def closing(self, number: int) -> str:
        """Return what stands behind a piece of evidence."""
        return f"[/{self.label}{number}]"

    def pattern(self) -> re.Pattern[str]:
        """Return what finds markers that stand together, in every form that models give them.

        Alone, in lists and in runs (`[E1, E2–E4]`), in other brackets, in none (`E1`).
        """
        one = rf"{self.label}[\s_#.:]?\d+"
        listed = rf"{_WORD}{one}(?:(?:{_INSIDE}(?:{self.label}[\s_#.:]?)?|\s*{self.label})\d+)*"
        bracketed = rf"{_OPEN}(?i:{listed}{_MORE}){_CLOSE}{_LINK}"
        bare = rf"(?:{_OPEN_SQUARE})?(?<![^\W_]){self.label}\d+(?![^\W_])(?:{_CLOSE_SQUARE})?"
        each = rf"(?:{bracketed}|{bare})"
        return re.compile(rf"{each}(?:{_BETWEEN}{each})*")

    def plain_pattern(self) -> re.Pattern[str]:
        """Return what finds markers whose letters the model has left out: `[1]`, `[1, 3-5]`."""
        each = rf"{_OPEN_SQUARE}\d{{1,3}}(?:{_INSIDE}\d{{1,3}})*{_MORE}{_CLOSE_SQUARE}{_LINK}"
        return re.compile(rf"{each}(?:{_BETWEEN}{each})*")

    def half_written(self) -> re.Pattern[str]:
        """Return what finds the end of a text that may be the beginning of a marker."""
        begun = rf"(?i:{_WORD}{self.label}[\s\d_#.:,;/&+–—\\-]*)"
        bare = rf"(?<![^\W_]){self.label}\d*"
        return re.compile(rf"(?:{_OPEN_SQUARE}{begun}*|{_OPEN}{begun}+|{bare})\Z")

    def numbers(self, found: str) -> list[int]:
        """Return the numbers that what a pattern has found names, in order."""
        figures = re.sub(rf"{_MORE}{_CLOSE}{_LINK}", " ", found)
        figures = re.sub(r"[^\d–—-]+", " ", figures)
        named: list[int] = []
        for first, last in _RUN.findall(figures):
            if len(first) <= _LONGEST_NUMBER and len(last) <= _LONGEST_NUMBER:
                named.extend(_run(int(first), int(last or first)))
        return list(dict.fromkeys(named))


def marker_for(texts: Iterable[str]) -> Marker:
    """Return a marker that none of `texts` has anything like: no document can forge it."""
    whole = "\n\n\n\n".join(texts)
    seen = unicodedata.normalize("NFKC", whole).upper().translate(_LOOKALIKES)
    seen = "".join(char for char in seen if unicodedata.category(char) != "Cf")
    free = (x for x in _labels() if not re.search(rf"(?<![^\W_]){x}[\W_]{{0,3}}\d", seen))
    return Marker(label=next(free), plain=re.search(r"[\[【]\s*\^?\d", seen) is None)


def _labels() -> Iterator[str]:
    for length in count(1):
        for letter in _LETTERS:
            yield letter * length


def _run(first: int, last: int) -> Iterable[int]:
    return range(first, last + 1) if last - first < _MOST_IN_A_RUN else ()
