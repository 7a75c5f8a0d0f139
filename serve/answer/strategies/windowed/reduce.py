"""Makes notes shorter, group by group, until one prompt holds them; each keeps its markers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from core.answers import Fallback, Step
from core.errors import ProviderError
from core.tokens import count_tokens
from serve.answer.marker import marker_for
from serve.answer.notes_prompt import NOTES_TOKENS, condensing_prompt
from serve.answer.strategies.windowed.notes import merged, noting
from serve.answer.usage import usage_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.clock import Deadline
    from serve.answer.finding import Note
    from serve.answer.strategies.strategy import Turn
    from serve.answer.strategies.windowed.asker import Asker

AROUND_NOTE = 4
"""Tokens around a note, and of each of its markers."""
_AT_ONCE = 4
_SHRUNK = 0.9
"""Of their length: notes that are not below it by then will not become much shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduced:
    """Notes that are short enough."""

    notes: Sequence[Note]
    whole: bool = True
    """Whether none was left out for its length alone."""
    steps: tuple[Step, ...] = ()
    fallbacks: tuple[Fallback, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reducing:
    """Who makes notes shorter, for which question."""

    turn: Turn
    asker: Asker
    deadline: Deadline

    async def reduced(self, notes: Sequence[Note], *, room: int) -> Reduced:
        """Return `notes` within `room` tokens; as they are where they fit."""
        whole, steps, fallbacks = True, list[Step](), list[Fallback]()
        size = tokens_of(notes)
        while size > room:
            levels = await self._level(grouped(notes, room=room), most=max(room // 2, 1))
            notes = merged(note for each in levels for note in each.notes)
            whole = whole and all(each.whole for each in levels)
            steps += [step for each in levels for step in each.steps]
            fallbacks += [fallback for each in levels for fallback in each.fallbacks]
            before, size = size, tokens_of(notes)
            if size > _SHRUNK * before:
                break
        kept = grouped(notes, room=room)[0] if size > room else notes
        return Reduced(
            notes=kept,
            whole=whole and len(kept) == len(notes),
            steps=tuple(steps),
            fallbacks=tuple(dict.fromkeys(fallbacks)),
        )

    async def _level(self, groups: Sequence[Sequence[Note]], *, most: int) -> list[Reduced]:
        few = asyncio.Semaphore(_AT_ONCE)

        async def shorter(group: Sequence[Note]) -> Reduced:
            async with few:
                return await self._shorter(group, most=most)

        async with asyncio.TaskGroup() as tasks:
            made = [tasks.create_task(shorter(group)) for group in groups]
        return [each.result() for each in made]

    async def _shorter(self, notes: Sequence[Note], *, most: int) -> Reduced:
        """Return `notes` in `most` tokens; as they were where no model makes them shorter."""
        question, text = self.turn.question, self.turn.text
        marker = marker_for((text, *(note.text for note in notes)))
        tokens = min(NOTES_TOKENS, most)
        make = partial(condensing_prompt, question, text, notes, marker=marker, max_tokens=tokens)
        cited = frozenset(number for note in notes for number in note.cited)
        try:
            prompt, written = await self.asker.ask(make, deadline=self.deadline, documents=1)
        except ProviderError as error:
            failed = Step(kind="reduce", model="none", input=_label(notes), output=str(error))
            return Reduced(notes=notes, steps=(failed,), fallbacks=Fallback.all_of(error))
        found = noting(written.completion, marker=marker, numbers=cited)
        step = Step(
            kind="reduce",
            model=written.completion.model,
            input=prompt.messages[-1].text,
            output=written.completion.text,
            usage=usage_of(written),
        )
        lost = not found.whole and not found.notes
        return Reduced(
            notes=notes if lost else found.notes,
            whole=lost or found.whole,
            steps=(step,),
            fallbacks=written.fallbacks,
        )


def grouped(notes: Sequence[Note], *, room: int) -> list[list[Note]]:
    """Return `notes` in groups of at most `room` tokens, in their order; none is empty."""
    groups: list[list[Note]] = []
    left = 0
    for note in notes:
        tokens = tokens_of((note,))
        if not groups or tokens > left:
            groups.append([])
            left = room
        groups[-1].append(note)
        left -= tokens
    return groups


def tokens_of(notes: Iterable[Note]) -> int:
    """Return what notes take of a prompt, with their markers, at most."""
    return sum(count_tokens(note.text) + AROUND_NOTE * (2 + 2 * len(note.cited)) for note in notes)


def _label(notes: Sequence[Note]) -> str:
    return f"{len(notes)} notes"
