"""The ways to answers that models write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.tokens import count_tokens
from serve.answer.answer import Ways
from serve.answer.generate import Desk, Generating
from serve.answer.question import Strategy
from serve.answer.routing.escalate import Escalating
from serve.answer.routing.escalation import Escalation
from serve.answer.routing.plan import Planner
from serve.answer.routing.planned import WINDOWED
from serve.answer.routing.reach import Reach
from serve.answer.routing.whole import WholeQuestions
from serve.answer.steps.condense import Condenser
from serve.answer.steps.decompose import Splitter
from serve.answer.strategies.agentic.agentic import Agentic, Kit
from serve.answer.strategies.documents import Documents
from serve.answer.strategies.passages import Passages
from serve.answer.strategies.windowed.windowed import Study, Windowed
from serve.answer.structure import Structuring
from serve.answer.verify.checks import Checks
from serve.answer.verify.entailment.support import SupportScorer
from serve.answer.verify.judge import Judge
from serve.answer.verify.verify import Verifier

if TYPE_CHECKING:
    from core.protocols import Writer
    from core.settings import Settings
    from core.wiring import Clients
    from serve.answer.strategies.strategy import Retriever
    from serve.answer.strategies.windowed.kept import KeptWindows
    from serve.answer.terms import Lexicon
    from serve.answer.verify.conflicts.conflict import ConflictFinder


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What writing shares with quoting."""

    lexicon: Lexicon
    conflicts: ConflictFinder
    windows: KeptWindows


class Writing:
    """Assembles what models write with once, and lets it remember what it read."""

    def __init__(
        self, clients: Clients, settings: Settings, shared: Shared, *, writer: Writer
    ) -> None:
        self._clients, self._settings = clients, settings
        self._shared, self._writer = shared, writer
        self._reader: Generating | None = None

    async def ways(self, retriever: Retriever) -> Ways:
        """Return the ways to answers from what `retriever` finds."""
        in_role, embedders = self._clients.models.in_role, self._clients.embedders
        passages = await self._passages(retriever)
        return Ways(
            planner=Planner(self._writer, self._reach(), count_tokens=count_tokens),
            strategies={
                Strategy.RETRIEVAL: passages,
                Strategy.LONG_CONTEXT: Documents(
                    retriever, await self._generating(), self._clients.library
                ),
                Strategy.AGENTIC: await self._agentic(retriever, passages),
                WINDOWED: await self._windowed(retriever),
            },
            retriever=retriever,
            whole_questions=WholeQuestions(await embedders.embedded()),
            escalating=Escalating(Escalation.load()),
            condenser=Condenser(self._shared.lexicon, in_role("rewrite")),
            structuring=Structuring(in_role("structured") or self._writer),
        )

    async def _passages(self, retriever: Retriever) -> Passages:
        planning = self._clients.models.in_role("plan")
        return Passages(
            retriever,
            await self._generating(),
            self._clients.library,
            count_tokens=count_tokens,
            splitter=Splitter(planning) if planning else None,
        )

    async def _agentic(self, retriever: Retriever, passages: Passages) -> Agentic:
        kit = Kit(
            retriever=retriever,
            library=self._clients.library,
            writer=self._writer,
            count_tokens=count_tokens,
        )
        return Agentic(kit, await self._generating(), passages=passages)

    async def _windowed(self, retriever: Retriever) -> Windowed:
        study = Study(
            writer=self._writer,
            notebook=self._shared.windows,
            lexicon=self._shared.lexicon,
            model=self._settings.model,
        )
        return Windowed(retriever, await self._generating(), self._clients.library, study)

    def _reach(self) -> Reach:
        settings = self._settings
        return Reach(
            evidence=settings.evidence_tokens,
            small=settings.whole_tokens,
            most=settings.long_tokens,
        )

    async def _generating(self) -> Generating:
        if self._reader is None:
            self._reader = Generating(await self._desk(), self._shared.lexicon)
        return self._reader

    async def _desk(self) -> Desk:
        lexicon = self._shared.lexicon
        scorer = SupportScorer(await self._clients.embedders.of_tokens(), lexicon)
        judge = self._clients.models.judge
        checks = Checks(
            verifier=Verifier(scorer, lexicon),
            conflicts=self._shared.conflicts,
            judge=Judge(judge) if judge is not None else None,
        )
        return Desk(writer=self._writer, checks=checks, unsupported=self._settings.unsupported)
