from __future__ import annotations

from dataclasses import replace
from io import StringIO

from rich.console import Console

from cli.answer_view import answer_view, passages_view
from core.answers import Answer, Claim, Conflict, Fallback, Route, Verdict
from tests.doubles.passages import passage

ROUTE = Route(
    strategy="retrieval",
    tier="standard",
    model="x/1",
    context_tokens=10,
    reserve_tokens=10,
    window=1000,
    reason="it fits",
)


def _claim(text: str, start: int, verdict: Verdict) -> Claim:
    return Claim(
        text=text, start=start, end=start + len(text), citations=(), verdict=verdict, score=0.5
    )


FALSE = Verdict.CONTRADICTED


def _shown(*claims: Claim, conflicts: tuple[Conflict, ...] = ()) -> str:
    answer = Answer(
        id="ans_1",
        question="How old?",
        answer="".join(claim.text for claim in claims),
        generated=True,
        claims=claims,
        conflicts=conflicts,
        route=ROUTE,
    )
    console = Console(file=StringIO(), force_terminal=True, color_system="standard", width=120)
    console.print(answer_view(answer, embedder="nim:x/embed"))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_claim_without_support_stands_out() -> None:
    shown = _shown(
        _claim("It is old. ", 0, Verdict.UNCHECKED), _claim("It is 9.", 11, Verdict.UNSUPPORTED)
    )

    assert "\x1b[33mIt is 9.\x1b[0m" in shown
    assert "Without support: " in shown
    assert "written by x/1" in shown


def test_a_claim_that_its_documents_contradict_stands_out_more() -> None:
    shown = _shown(_claim("It is old. ", 0, Verdict.SUPPORTED), _claim("It is 9.", 11, FALSE))

    assert "\x1b[31mIt is 9.\x1b[0m" in shown
    assert "Contradicted by what it cites: " in shown
    assert "Without support" not in shown


def test_a_claim_that_is_gone_is_counted() -> None:
    gone = replace(_claim("", 10, Verdict.UNSUPPORTED), notes=("removed",))
    shown = _shown(_claim("It is old.", 0, Verdict.SUPPORTED), gone)

    assert "1 claim without support removed" in shown
    assert "Without support" not in shown


def test_documents_that_disagree_are_named_by_their_numbers() -> None:
    shown = _shown(
        _claim("It is 9.", 0, Verdict.SUPPORTED), conflicts=(Conflict(claim=0, citations=(1, 2)),)
    )

    assert "The documents disagree: " in shown
    assert "[1] [2]" in shown


def test_without_such_a_claim_nothing_is_said_of_it() -> None:
    shown = _shown(_claim("It is old.", 0, Verdict.SUPPORTED))

    assert "\x1b[33m" not in shown
    assert "support" not in shown


def test_why_passages_are_not_reranked_is_shown_below_them() -> None:
    console = Console(file=StringIO(), width=120)
    failed = Fallback(model="x/rerank", error="x/rerank: 503: down")
    console.print(passages_view([passage("Tea grows.")], [failed]))
    console.print(passages_view([passage("Tea grows.")]))
    assert isinstance(console.file, StringIO)
    shown = console.file.getvalue()
    assert shown.count("Tea grows.") == 2
    assert shown.count("not reranked: x/rerank: 503: down") == 1
