"""What a model was asked, and what it said, before it is checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.chat import Finish
from serve.answer.assemble import MOST_NEAREST
from serve.answer.attribute import Reading, carried
from serve.answer.compose import placed
from serve.answer.draft import drafted
from serve.answer.usage import step_of
from serve.answer.verify.statement import Place

if TYPE_CHECKING:
    from core.answers import Citation, Route, Step
    from core.chat import Prompt, Written
    from serve.answer.draft import Drafted
    from serve.answer.finding import Assignment, Shelf
    from serve.answer.marker import Marker
    from serve.answer.terms import Lexicon


async def nearest(
    assignment: Assignment, shelf: Shelf, *, lexicon: Lexicon
) -> tuple[Citation, ...]:
    """Return what of the best passages has most of the question."""
    best = sorted(assignment.evidence, key=lambda each: -each.passage.score)[:MOST_NEAREST]
    records = await shelf([each.passage.document_id for each in best])
    found: list[Citation] = []
    for n, each in enumerate(best, start=1):
        reading = Reading.of(each.passage, lexicon)
        carriers = carried(assignment.text, reading, lexicon).carriers
        carrier = max(carriers, key=lambda carrier: carrier.share)
        place = Place(number=each.number, span=carrier.span, score=carrier.share)
        found.append(placed(each.passage, place, records, n=n))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a model wrote for a prompt."""

    assignment: Assignment
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
            numbers=self.assignment.passages,
            cut=not self.complete,
        )

    def step(self, kind: str) -> Step:
        """Return what was asked and written."""
        return step_of(kind, self.prompt, self.written)

    def route(self) -> Route:
        """Return who wrote it, and why so."""
        written = self.written
        return replace(
            self.assignment.route,
            tier=written.tier,
            model=written.completion.model,
            context_tokens=written.prompt_tokens,
            reserve_tokens=self.prompt.max_tokens + self.prompt.thinking_tokens,
            window=written.window,
            fallbacks=(*self.assignment.route.fallbacks, *written.fallbacks),
        )
