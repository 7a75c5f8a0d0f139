"""What a model noted, line by line, with the evidence that each line rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.chat import Finish
from serve.answer.draft import declined, drafted
from serve.answer.finding import Note
from serve.answer.routing.refusals import refuses

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from core.chat import Completion
    from serve.answer.draft import Drafted
    from serve.answer.marker import Marker


@dataclass(frozen=True, slots=True, kw_only=True)
class Noting:
    """What a model noted."""

    notes: tuple[Note, ...]
    whole: bool
    """Whether nothing is missing: it came to its end, and could be traced."""


def noting(completion: Completion, *, marker: Marker, numbers: Container[int]) -> Noting:
    """Return the notes of a model; those that cite none of `numbers` are left out."""
    cut = completion.finish is not Finish.STOP
    said = drafted(completion.text, marker=marker, numbers=numbers, cut=cut)
    notes = tuple(filter(None, map(_note, _lines(said))))
    nothing = declined(said) or refuses(completion.text)
    return Noting(notes=notes, whole=not cut and (bool(notes) or nothing))


def merged(notes: Iterable[Note]) -> list[Note]:
    """Return `notes` in their order, each once: windows that overlap have some in common."""
    return list(dict.fromkeys(notes))


def _lines(said: Sequence[Drafted]) -> Iterator[list[Drafted]]:
    line: list[Drafted] = []
    for each in said:
        line.append(each)
        if "\n" in each.gap:
            yield line
            line = []
    yield line


def _note(line: Sequence[Drafted]) -> Note | None:
    cited = tuple(dict.fromkeys(number for each in line for number in each.cited))
    text = " ".join("".join(each.text + each.gap for each in line).split())
    if not cited or not any(map(str.isalnum, text)) or declined(line):
        return None
    return Note(text=text, cited=cited)
