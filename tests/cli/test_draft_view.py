from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console
from rich.live import Live

from cli.draft_view import DraftView
from core.answers import Answer, Route
from core.errors import ServerError
from serve.answer.events import FINAL, Event, Progress, Shown

ANSWER = Answer(
    id="ans_1",
    question="How old?",
    answer="It is old.",
    generated=True,
    route=Route(
        strategy="retrieval",
        tier="standard",
        model="x/1",
        context_tokens=10,
        reserve_tokens=10,
        window=1000,
        reason="it fits",
    ),
)


def shown(*events: Event) -> tuple[DraftView, str]:
    """Return the view after `events`, and what a terminal has seen by then."""
    console = Console(file=StringIO(), force_terminal=True, width=60)
    with Live(console=console, transient=True, auto_refresh=False) as live:
        view = DraftView(live)
        for event in events:
            view.hear(event)
            live.refresh()
    assert isinstance(console.file, StringIO)
    return view, console.file.getvalue()


def delta(text: str, *, retracts: bool = False) -> Event:
    return Event(kind="delta", data=Shown(text=text, retracts=retracts))


def test_text_is_shown_as_it_comes() -> None:
    _, seen = shown(delta("It is "), delta("old."))
    assert "It is old." in seen


def test_what_is_taken_back_is_no_longer_shown() -> None:
    _, seen = shown(delta("It is new."), delta("", retracts=True), delta("It is old."))
    last = seen.rpartition("It is new.")[2]
    assert "It is old." in last


def test_the_answer_is_the_final_one() -> None:
    view, _ = shown(delta("It is"), Event(kind=FINAL, data=ANSWER))
    assert view.answer is ANSWER


def test_control_characters_of_a_draft_do_not_reach_the_terminal() -> None:
    _, seen = shown(delta("It is \x1b[31mold\x07."))
    assert "\x07" not in seen
    assert "\x1b[31m" not in seen


def test_a_stream_without_an_end_is_an_error() -> None:
    view, _ = shown(delta("It is"))
    with pytest.raises(ServerError, match="broke off"):
        _ = view.answer


def test_reading_in_parts_is_shown_on_one_line() -> None:
    progress = Progress(windows_read=3, windows_planned=12, tokens_read=412_000)
    _, seen = shown(Event(kind="progress", data=progress))
    assert "3 of 12 parts, 412,000 tokens" in " ".join(seen.split())
