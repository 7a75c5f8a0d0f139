"""Answers as they may be given, for what reads answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.answers import (
    AbstainReason,
    Abstention,
    Answer,
    Citation,
    Claim,
    Route,
    Timings,
    Usage,
    Verdict,
)
from core.ids import ChunkId, DocumentId
from core.types import Span

ROUTE = Route(
    strategy="retrieval",
    tier="standard",
    model="x/any",
    context_tokens=900,
    reserve_tokens=100,
    window=131_072,
    reason="passages are enough",
)


def citation(
    n: int,
    quote: str,
    *,
    document: str = "a",
    start: int = 0,
    pages: tuple[int, ...] = (),
    verdict: Verdict = Verdict.SUPPORTED,
) -> Citation:
    """Return a citation of `quote`, which begins at `start`."""
    return Citation(
        n=n,
        document_id=DocumentId(document),
        title=document,
        source=f"/{document}.txt",
        pages=pages,
        span=Span(start, start + len(quote)),
        quote=quote,
        chunk_id=ChunkId(f"{document}-0"),
        score=0.8,
        verdict=verdict,
        checked_by=("quote",),
    )


def answer(
    claims: Mapping[str, Sequence[int]],
    citations: Sequence[Citation] = (),
    *,
    route: Route = ROUTE,
    usage: Usage | None = None,
    notes: tuple[str, ...] = (),
    total_ms: float = 0.0,
) -> Answer:
    """Return an answer of these claims, each with the numbers of what it cites."""
    text = ""
    made: list[Claim] = []
    for said, numbers in claims.items():
        start = len(text)
        text += said + " " + "".join(f"[{n}]" for n in numbers) + " "
        made.append(
            Claim(
                text=said,
                start=start,
                end=start + len(said),
                citations=tuple(numbers),
                verdict=Verdict.SUPPORTED,
                score=0.9 - len(made) / 10,
                notes=notes,
            )
        )
    return Answer(
        id="ans_1",
        question="?",
        answer=text.rstrip(),
        generated=True,
        claims=tuple(made),
        citations=tuple(citations),
        route=route,
        usage=usage or Usage(),
        timings_ms=Timings(total=total_ms),
    )


def abstention() -> Answer:
    """Return that nothing was found."""
    return Answer(
        id="ans_2",
        question="?",
        answer=None,
        abstained=Abstention(reason=AbstainReason.NO_EVIDENCE, detail="nothing was found"),
        generated=False,
        route=ROUTE,
    )
