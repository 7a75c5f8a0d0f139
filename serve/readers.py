"""Who reads evidence for a question: a model where there is one, else whoever quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serve.answer.extract import Extracting
from serve.answer.generate import Desk, Generating
from serve.answer.read import ExtractiveReader
from serve.answer.terms import Lexicon
from serve.answer.verify.checks import Checks
from serve.answer.verify.conflicts.conflict import ConflictFinder
from serve.answer.verify.entailment.support import SupportScorer
from serve.answer.verify.judge import Judge
from serve.answer.verify.verify import Verifier

if TYPE_CHECKING:
    from core.protocols import Embedder, Writer
    from core.settings import Settings
    from core.wiring import Clients
    from serve.answer.finding import Reader


class Readers:
    """Assembles readers once, and lets them remember what they read."""

    def __init__(self, clients: Clients, settings: Settings) -> None:
        self._clients, self._settings = clients, settings
        self._lexicon = Lexicon(clients.sparse)
        self._conflicts = ConflictFinder(self._lexicon)
        self._writing: Generating | None = None
        self._quoting: dict[str, Extracting] = {}
        """By embedder: each remembers the sentences that it read."""

    async def get(self, embedder: Embedder) -> Reader:
        """Return who reads what was found with `embedder`."""
        writer = self._clients.models.writer
        if writer is None:
            return self._quoter(embedder)
        if self._writing is None:
            self._writing = Generating(await self._desk(writer), self._lexicon)
        return self._writing

    def _quoter(self, embedder: Embedder) -> Extracting:
        if embedder.name not in self._quoting:
            reader = ExtractiveReader(embedder, self._clients.sparse)
            self._quoting[embedder.name] = Extracting(reader, self._conflicts)
        return self._quoting[embedder.name]

    async def _desk(self, writer: Writer) -> Desk:
        scorer = SupportScorer(await self._clients.embedders.of_tokens(), self._lexicon)
        judge = self._clients.models.judge
        checks = Checks(
            verifier=Verifier(scorer, self._lexicon),
            conflicts=self._conflicts,
            judge=Judge(judge) if judge is not None else None,
        )
        return Desk(writer=writer, checks=checks, unsupported=self._settings.unsupported)
