"""Who reads evidence for a question: a model where there is one, else whoever quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.tokens import count_tokens
from serve.answer.answer import Ways
from serve.answer.extract import Extracting
from serve.answer.question import Strategy
from serve.answer.read import ExtractiveReader
from serve.answer.routing.planned import Quoting
from serve.answer.routing.whole import WholeQuestions
from serve.answer.steps.condense import Condenser
from serve.answer.strategies.passages import Passages
from serve.answer.strategies.windowed.kept import KeptWindows
from serve.answer.terms import Lexicon
from serve.answer.verify.conflicts.conflict import ConflictFinder

if TYPE_CHECKING:
    from core.clock import Clock
    from core.protocols import Embedder
    from core.settings import Settings
    from core.wiring import Clients
    from serve.answer.strategies.strategy import Retriever
    from serve.writing import Writing


class Readers:
    """Assembles readers once, and lets them remember what they read."""

    def __init__(self, clients: Clients, settings: Settings, *, clock: Clock) -> None:
        """Read with what `clients` has open; `clock` tells how old notes are."""
        self._clients, self._settings = clients, settings
        self.windows = KeptWindows(
            clients.store.records, clients.library, days=settings.answer_days, clock=clock
        )
        """What was noted of documents that no model holds at once."""
        self._lexicon = Lexicon(clients.sparse)
        self._conflicts = ConflictFinder(self._lexicon)
        self._writing: Writing | None = None
        self._quoting: dict[str, Extracting] = {}
        """By embedder: each remembers the sentences that it read."""

    async def ways(self, retriever: Retriever, embedder: Embedder) -> Ways:
        """Return the ways to answers from what `retriever` finds with `embedder`."""
        shelf = self._clients.library
        writer = self._clients.models.writer
        if writer is None:
            quoter = self._quoter(embedder)
            passages = Passages(retriever, quoter, shelf, count_tokens=count_tokens)
            return Ways(
                planner=Quoting(),
                strategies={Strategy.RETRIEVAL: passages},
                retriever=retriever,
                whole_questions=WholeQuestions(),
                condenser=Condenser(self._lexicon),
            )
        if self._writing is None:
            from serve.writing import Shared, Writing  # noqa: PLC0415 - 0.1 s, for who has a model

            shared = Shared(lexicon=self._lexicon, conflicts=self._conflicts, windows=self.windows)
            self._writing = Writing(self._clients, self._settings, shared, writer=writer)
        return await self._writing.ways(retriever)

    def _quoter(self, embedder: Embedder) -> Extracting:
        if embedder.name not in self._quoting:
            reader = ExtractiveReader(embedder, self._clients.sparse)
            self._quoting[embedder.name] = Extracting(reader, self._conflicts)
        return self._quoting[embedder.name]
