"""Notes to records and back: records name spans, since numbers are another prompt's tomorrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.records import NoteRecord, PlaceRecord
from serve.answer.finding import Note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.records import WindowRecord
    from core.types import Passage
    from retrieval.pack import Evidence
    from serve.answer.strategies.windowed.windows import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A part that was read earlier, as numbers of today's evidence."""

    numbers: frozenset[int]
    notes: tuple[Note, ...]
    whole: bool
    model: str


def places(window: Window) -> tuple[PlaceRecord, ...]:
    """Return what a window has of each document, in its order; adjacent blocks are one place."""
    found: list[PlaceRecord] = []
    for each in window.evidence:
        here = _place(each.passage)
        if found and (found[-1].version, found[-1].end) == (here.version, here.start):
            here = PlaceRecord(version=here.version, start=found.pop().start, end=here.end)
        found.append(here)
    return tuple(found)


def note_records(notes: Sequence[Note], window: Window) -> tuple[NoteRecord, ...]:
    """Return notes of a window with the spans that they rest on."""
    at = {each.number: _place(each.passage) for each in window.evidence}
    return tuple(
        NoteRecord(text=note.text, places=tuple(at[number] for number in note.cited))
        for note in notes
    )


def known(records: Sequence[WindowRecord], evidence: Sequence[Evidence]) -> Iterator[Known]:
    """Yield the parts of `evidence` that `records` have notes of.

    A record counts where today's evidence has all that was read for it, in the same blocks, and
    nothing of what was to be noted is missing.
    """
    at = {_place(each.passage): each.number for each in evidence}
    starts = {(place.version, place.start): number for place, number in at.items()}
    ends = {(place.version, place.end): number for place, number in at.items()}
    for record in records:
        if not record.whole:
            continue
        cited = {place for note in record.notes for place in note.places}
        edges = [
            (starts.get((p.version, p.start)), ends.get((p.version, p.end))) for p in record.places
        ]
        if not cited <= at.keys() or any(None in edge for edge in edges):
            continue
        yield Known(
            numbers=frozenset(
                number
                for first, last in edges
                if first and last
                for number in range(first, last + 1)
            ),
            notes=tuple(
                Note(text=note.text, cited=tuple(at[place] for place in note.places))
                for note in record.notes
            ),
            whole=record.whole,
            model=record.model,
        )


def _place(passage: Passage) -> PlaceRecord:
    return PlaceRecord(version=passage.version, start=passage.span.start, end=passage.span.end)
