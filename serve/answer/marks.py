"""A draft without its markers, and what each of them belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from serve.answer.assemble import without_numbers

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from serve.answer.marker import Marker

FENCED = re.compile(
    r"^[ \t]*(?P<fence>`{3,}|~{3,})[^\n`]*(?:\n.*?)?(?:^[ \t]*(?P=fence)(?P<closed>)[ \t\r]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
"""A block of code; one that is not `closed` goes on to the end."""
LEAD = re.compile(r"\s*(?:(?:[-*+•‣◦▪·–]|#{1,6}|>|\(?\d{1,3}[.)])\s+|\|\s*)*")
"""What a line may begin with that is none of what it says: bullet, number, bar."""

STOP = r"[.!?…。！？｡؟۔।॥።។။][\"'”’»›)\]}*_」』）】]*"
ENDED = re.compile(rf"{STOP}\s*\Z")

_INLINE = r"`(?!\s*\[[\d\s,;–-]*\]\s*`)[^`\n]+`"
_CODE = re.compile(rf"{FENCED.pattern}|{_INLINE}", FENCED.flags)
_INDENTED = re.compile(
    r"(?:\A|(?<=\n\n))(?:(?: {4}|\t)[^\n]*(?:\n|\Z)|\n(?= {4}|\t))+",
)
"""Lines that may be code, or go on with the item of a list above them."""
_SPACES = " \t\u00a0\u3000"
CLOSING = 20
"""Characters behind a full stop that may still close its sentence."""
_AHEAD = 200
"""Characters of a line that are looked at for what follows a marker."""
_BEHIND = 60
"""Characters that are looked at for what leads to a marker."""
_SEPARATED = re.compile(r"[ \t]*[:–—-]?[ \t]*")
_COMMA = re.compile(r"\s*,?\s*")
INTRODUCING = r"(?:according to|based on|as (?:\w{1,20} )?(?:in|by)|per)"
"""What makes a marker a part of a sentence, in front of it."""
NAMING = r"(?:see|cf|sources?|from)[.:]?"
"""What may stand in front of a marker in its brackets."""
PAIRS = ("{}", "〖〗", "⟦⟧", "<>", "«»", "“”", "‘’")
"""What goes with the markers in it, beside brackets and emphasis."""
_INTRODUCED = re.compile(
    rf"(?P<comma>,)?(?P<space>\s*)\b{INTRODUCING}\s+(?:the\s+)?\Z",
    re.IGNORECASE,
)
_AROUND = (
    *((re.compile(re.escape(each) + r"\Z"), each) for each in ("***", "**", "*", "__", "_", "`")),
    (re.compile(rf"[(（]\s*(?:{NAMING}\s+)?\Z", re.IGNORECASE), ")"),
    (re.compile(r"\[\s*\Z"), "]"),
    (re.compile(r"<sup>\s*\Z"), "</sup>"),
    *(
        (re.compile(re.escape(left) + r"\Z"), right)
        for left, right in (*PAIRS, '""', "''", "^^", ("^", ""))
    ),
)
"""What goes with the markers in it: the end of what stands before, and what stands behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A marker that was taken out."""

    at: int
    """The place of a character of the sentence that it belongs to."""
    numbers: tuple[int, ...]
    """Of evidence, in order; only such as there is."""


def unmarked(draft: str, *, marker: Marker, numbers: Container[int]) -> tuple[str, Sequence[Mark]]:
    """Return `draft` without markers, and the markers; other bracketed numbers are round.

    A marker belongs to what stands before it on its line, or above it; where a line begins with
    one, to what follows. In code only what can be nothing else is a marker.
    """
    pattern = marker.pattern()
    if not pattern.search(draft):
        pattern = marker.plain_pattern()
        code = list(_code(draft))
    else:
        code = []
    taking = _Taking(draft, pattern)
    for match in pattern.finditer(draft):
        start, end = match.span()
        if not any(begin < end and start < stop for begin, stop in code):
            taking.take(start, end, marker.known(match[0], numbers))
    # What stood around a marker may look like one now.
    text = marker.pattern().sub(lambda match: " " * len(match[0]), taking.rest())
    return _rounded(text), taking.marks


@dataclass(slots=True)
class _Taking:
    """Reads a draft from its start, leaving markers out."""

    draft: str
    pattern: re.Pattern[str]
    text: str = ""
    marks: list[Mark] = field(default_factory=list[Mark])
    _read: int = 0
    """How much of the draft is in the text, or left out of it."""
    _led: int | None = None
    """Where the line begins that began with a marker."""

    def take(self, start: int, end: int, numbers: tuple[int, ...]) -> None:
        """Leave out what is from `start` to `end`."""
        start, end = self._widened(max(start, self._read), end)
        introduced = _INTRODUCED.search(self.draft, self._before(start), start)
        if introduced:
            start = introduced.start("comma" if introduced["comma"] else "space")
        self.text += self.draft[self._read : start]
        self._read = end
        if introduced and (not self.text.strip() or self._ended):
            at = self._begin_sentence()
        elif self._leads():
            self._skip(_SEPARATED)
            at = len(self.text)
        else:
            at = self._close_gap(without=",." if introduced and introduced["comma"] else ".")
        self.marks.append(Mark(at=max(at, 0), numbers=numbers))

    def rest(self) -> str:
        """Return the text, with what stands behind the last marker."""
        return self.text + self.draft[self._read :]

    def _widened(self, start: int, end: int) -> tuple[int, int]:
        """Return the span with the brackets and emphasis that have nothing else in them."""
        widening = True
        while widening:
            widening = False
            for left, right in _AROUND:
                before = left.search(self.draft, self._before(start), start)
                if before and self.draft.startswith(right, end):
                    start, end, widening = before.start(), end + len(right), True
        return start, end

    def _before(self, start: int) -> int:
        """Return from where to look at what stands before `start`."""
        return max(self._read, start - _BEHIND)

    @property
    def _rest_of_line(self) -> str:
        return self.draft[self._read : self._read + _AHEAD].partition("\n")[0]

    @property
    def _ended(self) -> bool:
        return ENDED.search(self.text[-CLOSING:]) is not None

    def _leads(self) -> bool:
        """Tell whether a marker belongs to what follows it."""
        begin = self.text.rfind("\n") + 1
        rest = self._rest_of_line
        if not re.search(r"\w", self.pattern.sub("", rest)):
            return False
        if not LEAD.sub("", self.text[begin:], count=1).strip("*_ "):
            self._led = begin
            return True
        # As in `E1 says so.`
        return self._ended and (self._led == begin or rest.lstrip()[:1].islower())

    def _begin_sentence(self) -> int:
        """Begin a sentence with what follows `According to [E1],`; return its place."""
        self.text += " " if self.text and not self.text[-1].isspace() else ""
        self._skip(_COMMA)
        following = self.draft[self._read : self._read + 1]
        if following.isalpha():
            self.text += following.upper()
            self._read += 1
            return len(self.text) - 1
        return len(self.text)

    def _close_gap(self, *, without: str) -> int:
        """Take white space away before a marker; return the place of what stands there.

        Args:
            without: the punctuation that has lost its sense where it follows the marker.
        """
        begin = self.text.rfind("\n") + 1
        rest = self._rest_of_line
        if not LEAD.sub("", self.text[begin:] + rest, count=1).strip(_SPACES + ".,;:\r"):
            self.text = self.text[:begin].rstrip()
            self._read += len(rest)
            return len(self.text) - 1
        kept = self.text.rstrip(_SPACES)
        at = len(kept) - 1
        if rest[:1].isalnum() and kept != self.text:
            kept += " "
        elif rest[:1] and rest[:1] in without and (rest[0] != "." or self._ended):
            self._read += 1
        self.text = kept
        return at

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.draft, self._read)
        self._read = match.end() if match else self._read


def _code(text: str) -> Iterator[tuple[int, int]]:
    """Yield where code begins and ends, in order."""
    indented = [
        match.span() for match in _INDENTED.finditer(text) if not _is_item(text, match.start())
    ]
    marked = [match.span() for match in _CODE.finditer(text)]
    at = 0
    for start, end in sorted(indented + marked):
        if start >= at:
            yield start, end
            at = end


def _is_item(text: str, at: int) -> bool:
    """Tell whether what is above `at` is an item of a list, which indented lines go on with."""
    above = text[:at].rstrip().rpartition("\n")[2]
    found = LEAD.match(above)
    return above[:1].isspace() or (found is not None and found.end() > 0)


def _rounded(text: str) -> str:
    """Return `text`, but for its code `without_numbers`; no longer and no shorter."""
    parts: list[str] = []
    at = 0
    for start, end in _code(text):
        parts += (without_numbers(text[at:start]), text[start:end])
        at = end
    return "".join((*parts, without_numbers(text[at:])))
