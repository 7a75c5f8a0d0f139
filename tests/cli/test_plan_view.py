from __future__ import annotations

from dataclasses import replace

from rich.console import Console

from cli.plan_view import plan_view
from core.answers import Estimate, Plan
from serve.answer.routing.planned import FREE, retrieval_route

ROUTE = replace(retrieval_route("as planned nobody may be asked: x/1: too dear"), model="x/1")
SPENT = Estimate(prompt_tokens=1_000, completion_tokens=500, cost_usd=0.25, calls=1)


def shown(plan: Plan) -> str:
    console = Console(width=200, color_system=None)
    with console.capture() as capture:
        console.print(plan_view(plan))
    return capture.get()


def test_an_estimate_is_no_promise() -> None:
    text = shown(Plan(route=ROUTE, estimate=SPENT))
    assert "about 1,000 tokens in, 500 out, 1 call, $0.2500" in text
    assert "at most" not in text


def test_where_nobody_may_be_asked_no_price_is_shown() -> None:
    text = shown(Plan(route=replace(ROUTE, model="none"), estimate=FREE))
    assert "nobody may be asked: x/1: too dear" in text
    assert "nobody is asked, nothing is spent" in text
    assert "$" not in text
