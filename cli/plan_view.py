"""How a question would be answered, as it looks in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.terminal import counted, printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from core.answers import Estimate, Plan, Route

_SHOWN = 10
"""Documents that are left out, by name."""


def plan_view(plan: Plan) -> RenderableType:
    """Return a plan to be shown."""
    route = plan.route
    head = Text(route.strategy, style="bold cyan").append(f" · {printable(route.model)}")
    head.append(f" ({route.tier})" if route.window else "", style="dim")
    parts: list[RenderableType] = [head, Text(printable(route.reason)), _spent(plan.estimate)]
    if route.considered:
        parts += [Text(), _considered(route)]
    if route.dropped:
        parts += [Text(), _dropped(route)]
    return Padding(Group(*parts), (1, 2))


def _spent(estimate: Estimate) -> Text:
    """Return what is spent, about: checks of the answer and other models may be asked besides."""
    if not estimate.calls:
        return Text("nobody is asked, nothing is spent", style="dim")
    cost = "price unknown" if estimate.cost_usd is None else f"${estimate.cost_usd:.4f}"
    return Text(
        f"about {estimate.prompt_tokens:,} tokens in, {estimate.completion_tokens:,} out, "
        f"{counted(estimate.calls, 'call')}, {cost}",
        style="dim",
    )


def _considered(route: Route) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column()
    grid.add_column(justify="right")
    grid.add_column(overflow="fold")
    for each in route.considered:
        chosen = each.model == route.model
        grid.add_row(
            Text(printable(each.model), style="bold" if chosen else ""),
            Text(each.tier, style="dim"),
            Text(f"{each.window:,}", style="dim"),
            Text("chosen" if chosen else printable(each.why_not or "behind it"), style="dim"),
        )
    return grid


def _dropped(route: Route) -> Group:
    lines = [
        Text(f"not read: {each.document_id}, {printable(each.why)}", style="yellow")
        for each in route.dropped[:_SHOWN]
    ]
    more = len(route.dropped) - _SHOWN
    return Group(*lines, *([Text(f"and {more:,} more; --json names all")] if more > 0 else []))
