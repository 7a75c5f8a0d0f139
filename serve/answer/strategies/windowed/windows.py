"""Blocks of documents to windows: the parts that a model reads, one prompt each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import accumulate, pairwise, takewhile
from typing import TYPE_CHECKING

from serve.answer.routing.reach import MARKER_TOKENS, around_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Set

    from retrieval.pack import Evidence

_AT_LEAST_OF_DOCUMENTS = 0.5
"""How full a window is that ends with a document, where more would fit in."""
_AT_LEAST_OF_SECTIONS = 0.75
_BETWEEN = range(35, 66)
"""The percentage of a window that is divided behind which it may be, for the sake of a border."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Blocks that are read in one prompt."""

    evidence: tuple[Evidence, ...]
    """At least one, in their order."""

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of its blocks."""
        return frozenset(each.number for each in self.evidence)

    @property
    def tokens(self) -> int:
        """What it takes of a prompt, with its markers and titles."""
        return sum(_sizes(self.evidence))


def windows(evidence: Sequence[Evidence], *, room: int) -> list[Window]:
    """Return `evidence` in windows of at most `room` tokens; together they are all of it, in order.

    A window ends where a document does, else where a section does, unless it would be rather empty.
    Within a document the next one begins with the last block of the one before it, so that what
    stands across the border is read whole. A block that does not fit is a window by itself.
    """
    found: list[Window] = []
    start = 0
    while start < len(evidence):
        repeats = bool(found) and found[-1].evidence[-1] is evidence[start]
        end = _end(evidence, start, room, least=2 if repeats else 1)
        found.append(Window(evidence=tuple(evidence[start:end])))
        overlaps = end - start > 1 and end < len(evidence)
        start = end - 1 if overlaps and _join(*evidence[end - 1 : end + 1], room=room) else end
    return found


def halved(window: Window) -> list[Window]:
    """Return a window that proved too long in two, at a border near its middle; as `windows` does.

    One block cannot be divided.
    """
    blocks = window.evidence
    if len(blocks) == 1:
        return [window]
    cut = _middle(blocks)
    one_text = _adjacent(*blocks[cut - 1 : cut + 1])
    begin = cut - 1 if one_text and cut > 1 else cut
    return [Window(evidence=blocks[:cut]), Window(evidence=blocks[begin:])]


def unread(evidence: Sequence[Evidence], read: Iterable[Set[int]], *, room: int) -> list[Evidence]:
    """Return the blocks that are still to be read after windows with such numbers were.

    Also those on both sides of a border that no window was read across.
    """
    parts = list(read)
    seen = frozenset[int]().union(*parts)
    across = {number for part in parts for number in part if number + 1 in part}
    left = {each.number for each in evidence if each.number not in seen}
    for one, other in pairwise(evidence):
        if _join(one, other, room=room) and one.number not in across:
            left |= {one.number, other.number}
    return [each for each in evidence if each.number in left]


def _middle(blocks: Sequence[Evidence]) -> int:
    """Return before which block to divide: where a document or section begins, else halfway."""
    whole = list(accumulate(_sizes(blocks)))
    cuts = sorted(range(1, len(blocks)), key=lambda cut: abs(2 * whole[cut - 1] - whole[-1]))
    near = [cut for cut in cuts if 100 * whole[cut - 1] // whole[-1] in _BETWEEN]
    for ends in (_ends_document, _ends_section):
        for cut in near:
            if ends(*blocks[cut - 1 : cut + 1]):
                return cut
    return cuts[0]


def _end(evidence: Sequence[Evidence], start: int, room: int, *, least: int) -> int:
    """Return behind which block a window ends that begins at `start`; it has `least` at least."""
    filled = list(takewhile(partial(_fits, room), accumulate(_sizes(evidence[start:]))))
    full = start + max(least, len(filled))
    if full >= len(evidence):
        return len(evidence)
    for ends, share, fewest in (
        (_ends_document, _AT_LEAST_OF_DOCUMENTS, least),
        (_ends_section, _AT_LEAST_OF_SECTIONS, 2),
    ):
        for end in range(start + len(filled), start + fewest - 1, -1):
            if filled[end - start - 1] < share * room:
                break
            if ends(*evidence[end - 1 : end + 1]):
                return end
    return full


def _fits(room: int, tokens: int) -> bool:
    return tokens <= room


def _sizes(evidence: Sequence[Evidence]) -> Iterable[int]:
    """Yield what each block takes of a prompt; the first of a document has its title."""
    before = None
    for each in evidence:
        document = each.passage.document_id
        title = around_title(each.passage.title) if document != before else 0
        before = document
        yield each.tokens + MARKER_TOKENS + title


def _join(one: Evidence, other: Evidence, *, room: int) -> bool:
    """Tell whether two blocks are one text, of which a window can hold both."""
    return _adjacent(one, other) and sum(_sizes((one, other))) <= room


def _adjacent(one: Evidence, other: Evidence) -> bool:
    same = one.passage.version == other.passage.version
    return same and one.passage.span.end == other.passage.span.start


def _ends_document(last: Evidence, following: Evidence) -> bool:
    return last.passage.document_id != following.passage.document_id


def _ends_section(last: Evidence, following: Evidence) -> bool:
    return last.passage.section != following.passage.section
