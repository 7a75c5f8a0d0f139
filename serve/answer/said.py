"""What a model was asked, and what it said, before it is checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.answers import Route
from core.chat import Finish
from serve.answer.assemble import MOST_NEAREST
from serve.answer.attribute import Reading, carried
from serve.answer.compose import placed
from serve.answer.draft import drafted
from serve.answer.usage import step_of
from serve.answer.verify.statement import Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.answers import Citation, Step
    from core.chat import Prompt, Written
    from core.clock import Deadline
    from core.types import Passage
    from retrieval.pack import Evidence
    from serve.answer.draft import Drafted
    from serve.answer.finding import Shelf
    from serve.answer.marker import Marker
    from serve.answer.terms import Lexicon

WHY = "the passages found fit into one prompt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question and what it is to be answered from."""

    question: str
    evidence: Sequence[Evidence]
    lexicon: Lexicon
    deadline: Deadline

    @property
    def passages(self) -> Mapping[int, Passage]:
        """The evidence by its numbers."""
        return {each.number: each.passage for each in self.evidence}

    async def nearest(self, shelf: Shelf) -> tuple[Citation, ...]:
        """Return what of the best passages has most of the question."""
        best = sorted(self.evidence, key=lambda each: -each.passage.score)[:MOST_NEAREST]
        records = await shelf([each.passage.document_id for each in best])
        found: list[Citation] = []
        for n, each in enumerate(best, start=1):
            reading = Reading.of(each.passage, self.lexicon)
            carriers = carried(self.question, reading, self.lexicon).carriers
            carrier = max(carriers, key=lambda carrier: carrier.share)
            place = Place(number=each.number, span=carrier.span, score=carrier.share)
            found.append(placed(each.passage, place, records, n=n))
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a model wrote for a prompt."""

    asked: Asked
    prompt: Prompt
    marker: Marker
    written: Written

    @property
    def complete(self) -> bool:
        """Whether the model came to its end."""
        return self.written.completion.finish is Finish.STOP

    def sentences(self) -> list[Drafted]:
        """Return it sentence by sentence, without its markers."""
        return drafted(
            self.written.completion.text,
            marker=self.marker,
            numbers=self.asked.passages,
            cut=not self.complete,
        )

    def step(self, kind: str) -> Step:
        """Return what was asked and written."""
        return step_of(kind, self.prompt, self.written)

    def route(self) -> Route:
        """Return who wrote it, and why so."""
        written = self.written
        return Route(
            strategy="retrieval",
            tier=written.tier,
            model=written.completion.model,
            context_tokens=written.prompt_tokens,
            reserve_tokens=self.prompt.max_tokens + self.prompt.thinking_tokens,
            window=written.window,
            reason=WHY,
            fallbacks=written.fallbacks,
        )
