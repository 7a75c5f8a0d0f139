"""All that is checked of an answer before anybody reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serve.answer.verify.conflicts.conflict import Assertion, Carried
from serve.answer.verify.conflicts.opposed import Opposed, opposed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.answers import Step
    from core.chat import Wanted
    from core.clock import Deadline
    from core.ids import DocumentId
    from core.types import Passage
    from retrieval.pack import Evidence
    from serve.answer.draft import Drafted
    from serve.answer.verify.conflicts.conflict import ConflictFinder
    from serve.answer.verify.judge import Judge
    from serve.answer.verify.statement import Statement
    from serve.answer.verify.verify import Verifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The sentences of an answer with their verdicts."""

    statements: Sequence[Statement]
    rivals: Sequence[Opposed] = ()
    steps: tuple[Step, ...] = ()
    """What a model was asked on the way."""

    @property
    def failing(self) -> list[Statement]:
        """The claims that what they cite does not support."""
        return [each for each in self.statements if each.fails]

    @property
    def supported(self) -> list[Statement]:
        """The claims that do not fail, supported if only in part."""
        return [each for each in self.statements if each.said.states and not each.fails]

    def documents(self, evidence: Mapping[int, Passage]) -> list[DocumentId]:
        """Return the documents that are cited, each once."""
        places = [place for each in (*self.statements, *self.rivals) for place in each.places]
        return list(dict.fromkeys(evidence[place.number].document_id for place in places))


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """Who checks: cheapest first, a model last."""

    verifier: Verifier
    conflicts: ConflictFinder
    judge: Judge | None = None

    async def check(
        self,
        question: str,
        said: Sequence[Drafted],
        evidence: Sequence[Evidence],
        *,
        deadline: Deadline,
        wanted: Wanted | None = None,
    ) -> Checked:
        """Return the sentences with verdicts, and what of the evidence speaks against them.

        Args:
            question: that was answered.
            said: the sentences.
            evidence: that they may rest on.
            deadline: for all that a model is asked.
            wanted: which model, and what it may cost; `None`: whoever judges.
        """
        passages = {each.number: each.passage for each in evidence}
        verification = self.verifier.over(question, passages)
        statements: Sequence[Statement] = await verification.verdicts(said)
        steps: tuple[Step, ...] = ()
        if self.judge is not None:
            judged = await self.judge.judge(
                question, statements, evidence, deadline=deadline, wanted=wanted
            )
            statements, steps = judged.statements, judged.steps
        statements = await verification.mended(statements)
        rivals = self._opposed(question, statements, evidence)
        return Checked(statements=statements, rivals=rivals, steps=steps)

    def _opposed(
        self, question: str, statements: Sequence[Statement], evidence: Sequence[Evidence]
    ) -> list[Opposed]:
        at = {each.number: place for place, each in enumerate(evidence)}
        claims = [
            Assertion(
                text=each.said.text,
                carried=tuple(Carried(passage=at[p.number], span=p.span) for p in each.places),
            )
            for each in statements
            if each.said.states
        ]
        return opposed(self.conflicts, question, claims, evidence)
