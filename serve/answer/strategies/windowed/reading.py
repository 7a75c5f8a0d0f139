"""Reads documents part by part, a few parts at a time, and keeps what is noted of each."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

from core.answers import Fallback, Step
from core.errors import OverBudgetError, ProviderError
from core.ids import point_id
from core.records import WindowRecord
from serve.answer.events import Progress
from serve.answer.generate import too_long
from serve.answer.notes_prompt import NOTES_RULES, notes_prompt, wanted_notes
from serve.answer.strategies.windowed.notes import merged, noting
from serve.answer.strategies.windowed.recorded import known, note_records, places
from serve.answer.strategies.windowed.windows import Window, halved, unread, windows
from serve.answer.usage import usage_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.chat import Written
    from core.clock import Deadline
    from core.ids import CollectionName, DocumentId
    from retrieval.pack import Evidence
    from serve.answer.finding import Note
    from serve.answer.marker import Marker
    from serve.answer.strategies.strategy import Turn
    from serve.answer.strategies.windowed.asker import Asker
    from serve.answer.strategies.windowed.notes import Noting
    from serve.answer.strategies.windowed.recorded import Known

_FIGURES = re.compile(r"\d+")
AT_ONCE = 4
"""Parts that are read at a time: each is megabytes, several times over, until it is answered."""
BY_BUDGET = "what the question may cost"
BY_TIME = "the time for it"
KEPT = "read earlier; its notes were kept"
"""What a step says that asked nobody."""


class Notebook(Protocol):
    """Where notes are kept."""

    def now_s(self) -> float:
        """Return the time of day in seconds since 1970."""
        ...

    async def noted(self, collection: CollectionName, asked: str) -> Sequence[WindowRecord]:
        """Return what is kept of the parts that were read for a question."""
        ...

    async def keep(self, record: WindowRecord) -> None:
        """Store what was noted; it is on disk when this returns."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part that was read, now or earlier."""

    numbers: frozenset[int]
    notes: tuple[Note, ...]
    whole: bool
    """Whether all that was to be noted was."""
    step: Step
    fallbacks: tuple[Fallback, ...] = ()
    reader: tuple[str, int] | None = None
    """The tier and the window of the model that read it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What came of the reading."""

    parts: Sequence[Part]
    """In the order of the documents."""
    planned: int
    """Parts, with those that were not read."""
    failures: Sequence[ProviderError] = ()
    """Why parts were not read, one for each that was tried."""
    failed: Sequence[Step] = ()
    """The same as steps."""
    stopped: str = ""
    """What stopped the reading before its end."""

    @property
    def notes(self) -> list[Note]:
        """All notes, in the order of the documents."""
        return merged(note for part in self.parts for note in part.notes)

    @property
    def numbers(self) -> frozenset[int]:
        """The evidence that was read."""
        return frozenset[int]().union(*(part.numbers for part in self.parts))

    @property
    def reader(self) -> tuple[str, int] | None:
        """The tier and the window of the first model that read; `None`: none did."""
        return next((part.reader for part in self.parts if part.reader), None)

    @property
    def whole(self) -> bool:
        """Whether nothing was left out."""
        return len(self.parts) == self.planned and all(part.whole for part in self.parts)

    @property
    def fallbacks(self) -> tuple[Fallback, ...]:
        """The models that failed, each once for a reason, whatever figures it gives."""
        failed = [fallback for part in self.parts for fallback in part.fallbacks]
        failed += [fallback for error in self.failures for fallback in Fallback.all_of(error)]
        reasons = {(each.model, _FIGURES.sub("", each.error)): each for each in reversed(failed)}
        return tuple(reversed(reasons.values()))


@dataclass(slots=True, kw_only=True)
class Reading:
    """The reading of all that one question is about."""

    turn: Turn
    asker: Asker
    notebook: Notebook
    model: str
    """Whom questions are put to, as the settings say."""
    marker: Marker
    deadline: Deadline
    _left: deque[Window] = field(default_factory=deque[Window])
    _parts: list[Part] = field(default_factory=list[Part])
    _failures: list[ProviderError] = field(default_factory=list[ProviderError])
    _failed: list[Step] = field(default_factory=list[Step])
    _tried: set[frozenset[int]] = field(default_factory=set[frozenset[int]])
    """What failed once, and is tried again when all others were read."""
    _planned: int = 0
    _stopped: str = ""
    _blocks: dict[int, Evidence] = field(default_factory=dict["int", "Evidence"])
    """All that is to be read, by its number."""

    async def read(self, evidence: Sequence[Evidence], *, room: int) -> Read:
        """Read `evidence`, without what was read earlier, in windows of at most `room` tokens."""
        self._blocks = {each.number: each for each in evidence}
        collection = self.turn.question.scope.collection
        records = await self.notebook.noted(collection, self._asked)
        self._parts += map(self._remembered, known(records, evidence))
        rest = unread(evidence, [part.numbers for part in self._parts], room=room)
        self._left.extend(windows(rest, room=room))
        self._planned = len(self._parts) + len(self._left)
        self._tell()
        async with asyncio.TaskGroup() as group:
            for _ in range(min(AT_ONCE, len(self._left))):
                group.create_task(self._work())
        return Read(
            parts=sorted(self._parts, key=lambda part: min(part.numbers)),
            planned=self._planned,
            failures=tuple(self._failures),
            failed=tuple(self._failed),
            stopped=self._stopped,
        )

    @property
    def _asked(self) -> str:
        """Identifies what notes depend on beside what is read."""
        question, text = self.turn.question, self.turn.text
        whom = question.model or self.model
        return point_id("notes", whom, NOTES_RULES, *wanted_notes(question, text))

    async def _work(self) -> None:
        while self._left and not self._stopped:
            if not self.deadline.remaining_s():
                self._stopped = BY_TIME
                return
            window = self._left.popleft()
            try:
                await self._read(window)
            except OverBudgetError:
                self._stopped = BY_BUDGET
            except ProviderError as error:
                self._give_back(window, error)

    async def _read(self, window: Window) -> None:
        question, text = self.turn.question, self.turn.text
        documents = {each.passage.document_id for each in window.evidence}
        make = partial(notes_prompt, question, text, window.evidence, marker=self.marker)
        _, written = await self.asker.ask(make, deadline=self.deadline, documents=len(documents))
        found = noting(written.completion, marker=self.marker, numbers=window.numbers)
        if found.whole:
            await self.notebook.keep(self._record(window, found, written))
        step = Step(
            kind="window",
            model=written.completion.model,
            input=_label(window.evidence),
            output=written.completion.text,
            usage=usage_of(written),
        )
        self._parts.append(
            Part(
                numbers=window.numbers,
                notes=found.notes,
                whole=found.whole,
                step=step,
                fallbacks=written.fallbacks,
                reader=(written.tier, written.window),
            )
        )
        self._tell()

    def _give_back(self, window: Window, error: ProviderError) -> None:
        """Divide a window that is too long; put off one that failed, and give it up next time."""
        if not self.deadline.remaining_s():
            self._stopped = BY_TIME
        elif too_long(error) and len(window.evidence) > 1:
            parts = halved(window)
            self._left.extendleft(reversed(parts))
            self._planned += len(parts) - 1
            self._tell()
            return
        elif window.numbers not in self._tried:
            self._tried.add(window.numbers)
            self._left.append(window)
            return
        self._failures.append(error)
        failed = Step(kind="window", model="none", input=_label(window.evidence), output=str(error))
        self._failed.append(failed)

    def _record(self, window: Window, found: Noting, written: Written) -> WindowRecord:
        documents = (each.passage.document_id for each in window.evidence)
        return WindowRecord(
            collection=self.turn.question.scope.collection,
            documents=tuple(dict.fromkeys(documents)),
            asked=self._asked,
            places=places(window),
            notes=note_records(found.notes, window),
            whole=found.whole,
            model=written.completion.model,
            created_s=self.notebook.now_s(),
        )

    def _remembered(self, part: Known) -> Part:
        read = [self._blocks[number] for number in sorted(part.numbers)]
        step = Step(kind="window", model=part.model, input=_label(read), output=KEPT)
        return Part(numbers=part.numbers, notes=part.notes, whole=part.whole, step=step)

    def _tell(self) -> None:
        read = frozenset[int]().union(*(part.numbers for part in self._parts))
        self.turn.tell.progress(
            Progress(
                windows_read=len(self._parts),
                windows_planned=self._planned,
                tokens_read=sum(self._blocks[number].tokens for number in read),
            )
        )


def _label(evidence: Sequence[Evidence]) -> str:
    """Return which documents are read, each with where it begins and ends there."""
    read: dict[DocumentId, tuple[str, int, int]] = {}
    for each in evidence:
        passage = each.passage
        title, start, _ = read.get(passage.document_id, (passage.title, passage.span.start, 0))
        read[passage.document_id] = (title, start, passage.span.end)
    return "; ".join(f"{title} ({start}–{end})" for title, start, end in read.values())
