"""A plan, and the only one there is where no model writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.answers import Estimate, Route
from core.types import TokenCount
from serve.answer.question import Strategy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.records import DocumentRecord
    from serve.answer.question import Question

WINDOWED = "windowed"
"""The strategy where no model holds what is to be read."""
QUOTED = "answered by quoting the passages found: no model is set up, nothing is generated"
FREE = Estimate(prompt_tokens=0, completion_tokens=0, cost_usd=0.0, calls=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A route, and what is read on it."""

    route: Route
    estimate: Estimate
    documents: tuple[DocumentRecord, ...] = ()
    """That are read whole, in the order of the prompt."""
    count: TokenCount
    """Of the prompt, were it one."""
    room: int = 0
    """Tokens of documents that one window holds, as cl100k counts; 0 unless it is windowed."""
    over_budget: str = ""
    """Why nobody may be asked."""


class Quoting:
    """Plans where no model writes: passages are quoted, whatever is asked."""

    async def plan(
        self,
        question: Question,
        text: str,  # noqa: ARG002 - planners are called alike
        documents: Sequence[DocumentRecord],  # noqa: ARG002
        *,
        asks_for_whole: bool,  # noqa: ARG002
    ) -> Planned:
        """Return the only route there is, and why there is no other."""
        why = QUOTED
        if question.strategy in {Strategy.LONG_CONTEXT, Strategy.AGENTIC}:
            why = f"{question.strategy.value} needs a model; {QUOTED}"
        return Planned(route=retrieval_route(why), estimate=FREE, count=TokenCount())


def retrieval_route(why: str) -> Route:
    """Return the route over passages, before it is known who reads them."""
    return Route(
        strategy=Strategy.RETRIEVAL,
        tier="standard",
        model="none",
        context_tokens=0,
        reserve_tokens=0,
        window=0,
        reason=why,
    )
