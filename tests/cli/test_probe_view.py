from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console

from cli.probe import CandidateState, Probe, UseState
from cli.probe_view import probe_view
from core.catalog.card import ModelKind
from core.nim.probe import Sign

ALIVE = CandidateState(
    model="x/old",
    id="x/new",
    kind=ModelKind.CHAT,
    state=Sign.ALIVE,
    reason="",
    window=200_000,
    effective_window=131_072,
    learned_window=None,
    latency_ms=1234.5,
)
DOWN = replace(ALIVE, state=Sign.UNREACHABLE, reason="no answer within 60 s", latency_ms=None)


def _told(*candidates: CandidateState, width: int = 100) -> list[str]:
    uses = (UseState(kind="language", name="*", model="x/old", id="x/new"),)
    console = Console(width=width, no_color=True)
    with console.capture() as printed:
        probe = Probe(candidates=candidates, uses=uses, not_kept="")
        console.print(probe_view(probe, width=width))
    return [" ".join(line.split()) for line in printed.get().splitlines()]


@pytest.mark.parametrize(
    ("learned", "row"),
    [
        (None, "x/new alive 200,000 131,072 1.23 s"),
        (150_000, "x/new alive 200,000 learned 150,000 1.23 s"),
    ],
)
def test_the_window_that_is_trusted_is_told_beside_the_declared_one(
    learned: int | None, row: str
) -> None:
    assert row in _told(replace(ALIVE, learned_window=learned))


def test_a_narrow_terminal_has_room_for_the_declared_one() -> None:
    assert "x/new alive 200,000 1.23 s" in _told(ALIVE, width=80)


def test_a_reason_names_who_gave_it_unless_they_are_many() -> None:
    down = [replace(DOWN, id=f"x/{number}") for number in range(3)]

    assert "x/0, x/1: no answer within 60 s" in _told(*down[:2])
    assert "3 ids: no answer within 60 s" in _told(*down)
    assert "0 of 3 ids alive" in _told(*down)


def test_any_other_language_has_a_name() -> None:
    assert "language any other x/new" in _told(ALIVE)
