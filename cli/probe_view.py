"""What became of asking every model, as it looks in a terminal."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.bar import Bar
from cli.terminal import counted, one_line
from core.nim.probe import Sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console, RenderableType

    from cli.probe import CandidateState, Probe

_STYLES = {
    Sign.ALIVE: "green",
    Sign.RETIRED: "dim",
    Sign.NOT_FOUND: "dim",
    Sign.NOT_ENTITLED: "yellow",
    Sign.RATE_LIMITED: "yellow",
    Sign.NOT_ASKED: "yellow",
}
"""All others are red."""
_SAY_IT_ALL = frozenset({Sign.ALIVE, Sign.RETIRED, Sign.NOT_FOUND, Sign.NOT_ENTITLED, Sign.NO_KEY})
"""Of these the reason says no more."""
_WITH_TRUSTED = 96
"""Columns from which on there is room for it beside the longest ids."""
_NAMED = 2
"""The most ids that are named with a reason that they share."""


class ProbeProgress(Bar):
    """How many ids have been asked."""

    def __init__(self, console: Console) -> None:
        super().__init__(console, "asking models", note="as fast as the limits allow")

    def show(self, asked: int, count: int) -> None:
        """Show how many of `count` ids have been asked."""
        self.update(done=asked, total=count)


def probe_view(probe: Probe, *, width: int) -> Group:
    """Return every id with what became of it, who answers what, and what there is to know.

    `width` is that of the terminal, in columns.
    """
    asked = [each for each in probe.candidates if each.state is not Sign.NO_KEY]
    parts: list[RenderableType] = []
    if asked:
        parts += [_candidates(asked, with_trusted=width >= _WITH_TRUSTED), Text()]
    if any(use.id for use in probe.uses):
        parts += [Text("Who answers now", style="bold"), Padding(_uses(probe), (0, 0, 1, 2))]
    parts += [Text(note, style=style, overflow="fold") for note, style in _notes(probe)]
    return Group(*parts)


def _candidates(candidates: Sequence[CandidateState], *, with_trusted: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    table.add_column("model", overflow="fold")
    table.add_column("state", no_wrap=True)
    for name in ("declared", *(["trusted"] if with_trusted else []), "latency"):
        table.add_column(name, justify="right", no_wrap=True)
    kinds = list(dict.fromkeys(each.kind for each in candidates))
    for kind in kinds:
        table.add_row(Text(str(kind), style="bold"))
        for each in candidates:
            if each.kind is kind:
                table.add_row(*_row(each, with_trusted=with_trusted))
        table.add_section()
    return table


def _row(each: CandidateState, *, with_trusted: bool) -> tuple[Text, ...]:
    return (
        Text(" " if each.id == each.model else "   ").append(each.id),
        Text(each.state, style=_STYLES.get(each.state, "red")),
        Text(f"{each.window:,}"),
        *([_trusted(each)] if with_trusted else []),
        Text("" if each.latency_ms is None else f"{each.latency_ms / 1000:.2f} s"),
    )


def _trusted(each: CandidateState) -> Text:
    if each.learned_window is not None:
        return Text(f"learned {each.learned_window:,}", style="cyan")
    return Text(f"{each.effective_window:,}" if each.effective_window < each.window else "")


def _uses(probe: Probe) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    before = ""
    for use in probe.uses:
        answers = Text(use.id) if use.id else Text("nobody", style="red")
        name = "any other" if use.name == "*" else use.name.replace("_", " ")
        grid.add_row(use.kind if use.kind != before else "", Text(name), answers)
        before = use.kind
    return grid


def _notes(probe: Probe) -> Iterable[tuple[str, str]]:
    distinct = {each.id: each for each in probe.candidates}
    reasons = defaultdict[str, list[str]](list)
    for each in distinct.values():
        if each.state not in _SAY_IT_ALL:
            reasons[each.reason].append(each.id)
    for reason, ids in reasons.items():
        told = ", ".join(ids) if len(ids) <= _NAMED else f"{len(ids)} ids"
        yield f"{told}: {one_line(reason)}", "yellow"
    keyless = [each for each in distinct.values() if each.state is Sign.NO_KEY]
    for reason in dict.fromkeys(each.reason for each in keyless):
        count = sum(each.reason == reason for each in keyless)
        yield f"{counted(count, 'id')} not asked: {reason}", "yellow"
    alive = sum(each.state is Sign.ALIVE for each in distinct.values())
    yield f"{alive} of {counted(len(distinct), 'id')} alive", "bold" if alive else "bold red"
    if probe.not_kept:
        yield f"What was learned is not kept: {one_line(probe.not_kept)}", "dim"
