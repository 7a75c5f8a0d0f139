"""A replay as it looks in a terminal: each citation, and what has become of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.terminal import counted, one_line, shown_quote, shown_source
from core.kept import CitationStatus

if TYPE_CHECKING:
    from rich.console import RenderableType

    from core.answers import Citation
    from core.kept import CitationToday, KeptAnswer, Replay

_STYLES = {
    CitationStatus.HOLDS: "green",
    CitationStatus.MOVED: "yellow",
    CitationStatus.CHANGED: "bold red",
    CitationStatus.GONE: "bold red",
}


def replay_view(replay: Replay, answer: KeptAnswer) -> RenderableType:
    """Return what has become of the citations of `answer`, to be shown."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    given = {citation.n: citation for citation in answer.citations}
    for each in replay.citations:
        grid.add_row(
            Text(f"[{each.n}]", style="bold cyan"),
            Text(each.status.value, style=_STYLES[each.status]),
            _citation(each, given[each.n]),
        )
    question = Text(one_line(answer.question), style="bold", overflow="fold")
    asked = Text(f"asked {answer.kept.created_at}, checked {replay.checked_at}", style="dim")
    parts = (question, asked, Text(), grid, Text(_summary(replay), style="dim"))
    return Group(*(Padding(part, (0, 2)) for part in parts))


def _citation(today: CitationToday, given: Citation) -> Group:
    lines = [Text(one_line(given.title), style="bold", overflow="fold")]
    if given.quote:
        lines.append(Text(f"“{shown_quote(given.quote)}”", style="italic", overflow="fold"))
    if today.detail:
        lines.append(Text(today.detail, overflow="fold"))
    place = shown_source(given.source)
    if today.span:
        place += f", {today.span.start}–{today.span.end}"
    return Group(*lines, Text(place, style="dim", overflow="fold"), Text())


def _summary(replay: Replay) -> str:
    if not replay.citations:
        return "the answer cites nothing"
    counts = Counter(each.status for each in replay.citations)
    found = [f"{counts[status]} {status.value}" for status in CitationStatus if counts[status]]
    return f"{counted(len(replay.citations), 'citation')}: {', '.join(found)}"
