"""What was done before an answer was written, as the answer tells it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.answers import Step
from serve.answer.usage import total

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.types import Passage
    from retrieval.pack import Evidence
    from serve.answer.finding import Finding


def preceded(finding: Finding, steps: Sequence[Step]) -> Finding:
    """Return `finding` with the steps that led to it, and what they have spent."""
    if not steps:
        return finding
    every = (*steps, *finding.steps)
    return replace(finding, steps=every, usage=total(every))


def searched(query: str, passages: Sequence[Passage], evidence: Sequence[Evidence]) -> Step:
    """Return the step of a search: what of `evidence` it has found, and what it found besides."""
    given = [each for each in evidence if any(_within(p, each.passage) for p in passages)]
    told = "; ".join(map(told_place, given)) or "nothing that is read"
    return Step(
        kind="search",
        model="none",
        input=query,
        output=f"{len(passages)} found; read of them: {told}",
    )


def told_place(evidence: Evidence) -> str:
    """Return where a piece of evidence stands, in few words."""
    passage = evidence.passage
    span = f"{passage.span.start}–{passage.span.end}"
    return f"[{evidence.number}] {passage.title} ({passage.document_id} {span})"


def _within(found: Passage, read: Passage) -> bool:
    return found.version == read.version and read.span.contains(found.span)
