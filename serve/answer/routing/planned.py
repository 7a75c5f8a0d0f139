"""A plan, and the only one there is where no model writes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.answers import Estimate, Route
from core.types import TokenCount
from serve.answer.question import Strategy, Task

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.answers import Considered
    from core.chat import Candidate, Need
    from core.records import DocumentRecord
    from serve.answer.question import Question

WINDOWED = "windowed"
"""The strategy where no model holds what is to be read."""
PLAIN = "the passages found fit into one prompt"
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
        asks_for_whole: bool,
    ) -> Planned:
        """Return the only route there is, and what of the question only a model could meet."""
        unmet = ", ".join(_unmet(question))
        why = f"{unmet} needs a model; {QUOTED}" if unmet else QUOTED
        if asks_for_whole:
            why = f"what documents say as a whole, only a model can tell; {why}"
        return Planned(route=retrieval_route(why), estimate=FREE, count=TokenCount())


def _unmet(question: Question) -> Iterator[str]:
    """Yield the names of what was wished for and cannot be had without a model."""
    if question.strategy in {Strategy.LONG_CONTEXT, Strategy.AGENTIC}:
        yield question.strategy.value
    if question.task is not Task.QA:
        yield f"task {question.task.value}"
    for name in ("language", "schema", "model"):
        if getattr(question, name) is not None:
            yield name


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


def chosen(route: Route, need: Need, found: Sequence[Candidate]) -> Planned:
    """Return the plan for the first of `found` that may be asked; else why nobody may be."""
    considered = tuple(each.considered for each in found)
    able = [each for each in found if each.considered.fits] or [e for e in found if e.may_answer]
    first = next(iter(able), None)
    if first is None:
        return Planned(
            route=replace(route, considered=considered),
            estimate=FREE,
            count=need.count,
            over_budget=_why_nobody(considered),
        )
    return Planned(
        route=replace(
            route,
            tier=first.considered.tier,
            model=first.considered.model,
            window=first.considered.window,
            considered=considered,
        ),
        estimate=Estimate(
            prompt_tokens=need.count.cl100k,
            completion_tokens=need.reserve,
            cost_usd=first.cost_usd,
            calls=1,
        ),
        count=need.count,
    )


def _why_nobody(considered: Sequence[Considered]) -> str:
    """Return why each may not be asked, those of one reason together."""
    models: dict[str, list[str]] = {}
    for each in considered:
        models.setdefault(each.why_not or "", []).append(each.model)
    return "; ".join(f"{', '.join(named)}: {why}" for why, named in models.items())


def told(question: Question, planned: Planned) -> Planned:
    """Return `planned` with what its route says of a limit that ends it, or ends it early."""
    most, cost = question.max_cost_usd, planned.estimate.cost_usd
    if planned.over_budget:
        more = f"as planned nobody may be asked: {planned.over_budget}"
    elif most is not None and cost is not None and cost > most:
        more = f"all of it would cost about ${cost:.4g}, and ${most:g} ends it before"
    else:
        return planned
    return replace(planned, route=replace(planned.route, reason=f"{planned.route.reason}; {more}"))
