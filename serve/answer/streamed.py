"""A draft while it is being written: as much of it as can be shown already."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serve.answer.marks import ENDED, LEAD
from serve.answer.undecided import UNDECIDED, Undecided, unpaired

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    import regex

    from serve.answer.marker import Marker

HELD = 200
"""Characters that stay undecided at most: what is for longer is what it is so far."""
_GROWTH = 8
"""What is held back is looked at again when it has grown by one in so many."""
_WHITE = re.compile(r"\s*")
_CONTEXT = 24
"""Characters that were read and that what follows is still judged by."""
_LINE = 60
"""Characters of a line by which is judged whether a marker leads it."""
_BRACKETS = "([{（【「“‘«"


class Streamed:
    """Reads a draft piece by piece; what it gives back is provisional.

    However the draft is cut into pieces, the same is shown in the end: what the final text says,
    and for each marker the numbers, in order of appearance, of the evidence that there is. The
    final text differs from it in white space and in where markers stand, counts places in the
    evidence, and leaves out sentences that broke off. It sees the whole draft: that `[1]` is no
    marker where `[E1]` comes later, or that brackets stand in code that is only indented.
    """

    def __init__(self, *, marker: Marker, numbers: Container[int]) -> None:
        """Show the markers of evidence whose number is in `numbers`."""
        self._marker, self._numbers = marker, numbers
        self._patterns = Undecided(marker=marker)
        self._plain = marker.plain or marker.raised
        self._text, self._at = "", 0
        """What came last, and how much of it has been read."""
        self._ripe = 0
        """How much must be unread before it is looked at again."""
        self._shown: dict[int, int] = {}
        self._out = _Out()
        self._opens = True
        self._fence = ""
        """What ends the block of code that is being read."""
        self._owed: list[int] = []
        """Numbers to be shown behind the code that is being read."""
        self._declined = False

    @property
    def cited(self) -> Sequence[int]:
        """The numbers of the evidence that `[1]`, `[2]` and so on stand for."""
        return tuple(self._shown)

    def feed(self, piece: str) -> str:
        """Return what may be shown now that `piece` has come."""
        self._text += piece
        self._read(final=False)
        return self._taken()

    def close(self, *, cut: bool = False) -> str:
        """Return the rest of what may be shown.

        Args:
            cut: whether the draft broke off; a half-written marker at its end is then left out.
        """
        if cut:
            rest = self._marker.half_written().sub("", self._text[self._at :])
            self._text = self._text[: self._at] + rest
        self._read(final=True)
        if self._fence:
            self._out.write(f"\n{self._fence}\n")
            self._pay()
        return self._taken()

    def _taken(self) -> str:
        shown = self._out.take()
        return "" if self._declined else shown

    def _read(self, *, final: bool) -> None:
        if not final and len(self._text) - self._at < self._ripe:
            return
        self._ripe = 0
        while self._at < len(self._text) and self._step(final=final):
            pass
        begin = max(0, self._at - _CONTEXT)
        self._text, self._at = self._text[begin:], self._at - begin

    def _step(self, *, final: bool) -> bool:
        """Read on; return whether anything was decided."""
        found = UNDECIDED.search(self._text, self._at)
        plain_text_ends = found.start() if found else len(self._text)
        if plain_text_ends > self._at:
            self._copy(plain_text_ends)
            return True
        unread = len(self._text) - self._at
        waits = not final and unread <= HELD
        if not waits and self._skip_white():
            return True
        for pattern in self._looked_for():
            if waits and pattern.fullmatch(self._text, self._at, partial=True):
                self._ripe = unread + max(1, unread // _GROWTH)
                return False
            match = pattern.match(self._text, self._at, self._at + HELD)
            if match and match.end() > self._at:
                self._take(match)
                return True
        self._copy(self._at + 1)
        return True

    def _skip_white(self) -> bool:
        """Read on where nothing but white space is in reach; return whether there was any."""
        white = _WHITE.match(self._text, self._at)
        decided = (white.end() if white else 0) - HELD
        if decided <= self._at:
            return False
        self._copy(decided)
        return True

    def _looked_for(self) -> Sequence[regex.Pattern[str]]:
        if self._fence:
            return (self._patterns.code(self._fence),)
        prose = self._patterns.prose(plain=self._plain)
        return (self._patterns.opening(), prose) if self._opens else (prose,)

    def _copy(self, end: int) -> None:
        self._out.write(self._text[self._at : end])
        self._at, self._opens = end, False

    def _take(self, match: regex.Match[str]) -> None:
        self._at, self._opens = match.end(), False
        match match.lastgroup:
            case "no":
                self._declined = True
            case "last":
                pass
            case "ours":
                self._mark(match)
            case "own":
                self._out.write(f"({match[0][1:-1]})")
            case "inline":
                self._out.write(self._patterns.within().sub(self._owe, match[0]))
                self._pay()
            case "within":
                self._owe(match)
            case "closing":
                self._fence = ""
                self._out.write(f"{match[0]}\n" if self._owed else match[0])
                self._pay()
            case _:
                self._fence = match["mark"] if match.lastgroup == "fence" else ""
                self._out.write(match[0])

    def _mark(self, match: regex.Match[str]) -> None:
        """Show the numbers of a marker; of what introduces it and stands around it, nothing."""
        if self._patterns.within().match(match["run"]):
            self._plain = False
        out, known = self._out, self._known(match["run"])
        left, right = unpaired(match["left"], match["right"])
        if right:
            self._at = match.end("right") - len(right)
        begins, leads = bool(match["introducing"]) and out.ended, out.leads
        if left or (leads and known):
            out.write(match["gap"] + left)
        out.mark(known)
        behind = match["behind"].removeprefix(",") if match["comma"] else match["behind"]
        if begins:
            out.begin_sentence()
        elif known or not leads:
            follows = self._text[self._at : self._at + 1].isalnum()
            out.write((not right and behind) or (" " if follows and not out.spaced else ""))

    def _owe(self, match: regex.Match[str]) -> str:
        self._owed += self._known(match[0])
        return ""

    def _pay(self) -> None:
        self._out.mark(self._owed)
        self._owed = []

    def _known(self, run: str) -> list[int]:
        """Return the numbers that are shown of a marker."""
        return [
            self._shown.setdefault(number, len(self._shown) + 1)
            for number in self._marker.known(run, self._numbers)
        ]


@dataclass(slots=True)
class _Out:
    """What may be shown, and what is remembered of it without markers."""

    _waiting: str = ""
    _last: str = "\n"
    _line: str = ""
    """What the last line begins with."""
    _tail: str = ""
    _raises: bool = False
    """Whether a sentence begins with what comes next."""

    def write(self, text: str) -> None:
        """Put `text` behind what is there."""
        if self._raises and text:
            text, self._raises = text[0].upper() + text[1:], False
        self._add(text)
        self._tail = (self._tail + text)[-_CONTEXT:]
        self._line = (self._line + text).rpartition("\n")[2][:_LINE]

    def mark(self, numbers: Sequence[int]) -> None:
        """Put markers behind what is there and a space."""
        if numbers:
            gap = "" if self.spaced or self._last in _BRACKETS else " "
            self._add(gap + "".join(f"[{number}]" for number in dict.fromkeys(numbers)))

    def begin_sentence(self) -> None:
        """Have what comes next begin a sentence."""
        if not self.spaced:
            self._add(" ")
        self._raises = True

    def take(self) -> str:
        """Return what was put there since the last time."""
        text, self._waiting = self._waiting, ""
        return text

    @property
    def spaced(self) -> bool:
        """Whether it ends with white space."""
        return self._last.isspace()

    @property
    def leads(self) -> bool:
        """Whether the line says nothing yet."""
        return not LEAD.sub("", self._line, count=1).strip("*_ ")

    @property
    def ended(self) -> bool:
        """Whether a sentence has come to its end, or none has begun."""
        return not self._tail.strip() or ENDED.search(self._tail) is not None

    def _add(self, text: str) -> None:
        self._waiting += text
        self._last = text[-1:] or self._last
