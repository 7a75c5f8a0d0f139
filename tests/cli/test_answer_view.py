from __future__ import annotations

from io import StringIO

from rich.console import Console

from cli.answer_view import answer_view
from core.answers import Answer, Claim, Route, Verdict

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


def _shown(*claims: Claim) -> str:
    answer = Answer(
        id="ans_1",
        question="How old?",
        answer="".join(claim.text for claim in claims),
        generated=True,
        claims=claims,
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
    assert "1 claim without support, in yellow" in shown
    assert "written by x/1" in shown


def test_without_such_a_claim_nothing_is_said_of_it() -> None:
    shown = _shown(_claim("It is old.", 0, Verdict.SUPPORTED))

    assert "\x1b[33m" not in shown
    assert "support" not in shown
