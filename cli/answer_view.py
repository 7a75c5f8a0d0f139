"""An answer as it looks in a terminal: the text, and below it every quote and where it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.terminal import counted, one_line, printable, shown_quote, shown_source
from core.answers import Verdict
from serve.answer.routing.planned import PLAIN, QUOTED
from serve.answer.verify.statement import REMOVED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from core.answers import Abstention, Answer, Citation, Claim, Conflict, Fallback, Route
    from core.types import Passage

_COLOURS = {Verdict.CONTRADICTED: "red", Verdict.UNSUPPORTED: "yellow", Verdict.PARTIAL: "yellow"}
_DOUBTED = {
    Verdict.CONTRADICTED: "Contradicted by what it cites",
    Verdict.UNSUPPORTED: "Without support",
    Verdict.PARTIAL: "Supported in part",
}
_MARKER = re.compile(r"\[\d+\]")


def answer_view(answer: Answer, *, embedder: str) -> Group:
    """Return an answer to be shown; `embedder` is what its collection is searched with."""
    parts: list[RenderableType] = [Text()]
    if answer.abstained is not None:
        parts += _abstention(answer.abstained)
    elif answer.answer is not None:
        parts += [_marked(answer.answer, answer.claims), Text()]
        parts += [*_doubts(answer.claims), *_disagreements(answer.conflicts)]
        parts += _citations(answer.citations)
    parts += [
        *_route(answer.route),
        Text(" · ".join(_facts(answer, embedder)), style="dim"),
        Text(),
    ]
    return Group(*(Padding(part, (0, 2)) for part in parts))


def passages_view(
    passages: Sequence[Passage], fallbacks: Sequence[Fallback] = ()
) -> RenderableType:
    """Return passages to be shown, best first, and why they are not reranked, if so."""
    if not passages:
        return Text("nothing found", style="yellow")
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    for place, passage in enumerate(passages, start=1):
        grid.add_row(
            Text(str(place), style="bold cyan"),
            Group(
                _head(passage.title, passage.pages).append(f"  {passage.score:.3f}", style="dim"),
                Text(shown_quote(passage.text), overflow="fold"),
                _source(passage.source),
                Text(),
            ),
        )
    notes = [Text(f"not reranked: {printable(each.error)}", style="yellow") for each in fallbacks]
    return Padding(Group(grid, *notes), (1, 2, 0, 2))


def _marked(answer: str, claims: Sequence[Claim]) -> Text:
    text = Text(printable(answer), overflow="fold")
    text.highlight_regex(_MARKER, "bold cyan")
    if text.plain == answer:
        for claim in claims:
            if claim.verdict is not Verdict.PARTIAL:
                text.stylize(_COLOURS.get(claim.verdict, ""), claim.start, claim.end)
    return text


def _doubts(claims: Sequence[Claim]) -> list[RenderableType]:
    """Return the claims that are not fully supported, in words: not every terminal has colours."""
    lines = [
        Text(f"{how}: ", style=_COLOURS[verdict]).append(
            one_line(claim.text), style="not bold default"
        )
        for verdict, how in _DOUBTED.items()
        for claim in claims
        if claim.verdict is verdict and REMOVED not in claim.notes
    ]
    return [*lines, Text()] if lines else []


def _disagreements(conflicts: Sequence[Conflict]) -> list[RenderableType]:
    lines = [
        Text("The documents disagree: ", style="yellow").append(
            " ".join(f"[{n}]" for n in conflict.citations), style="bold cyan"
        )
        for conflict in conflicts
    ]
    return [*lines, Text()] if lines else []


def _removed(claims: Sequence[Claim]) -> list[str]:
    removed = sum(REMOVED in claim.notes for claim in claims)
    return [f"{counted(removed, 'claim')} without support removed"] if removed else []


def _abstention(abstained: Abstention) -> list[RenderableType]:
    reason = abstained.reason.value.replace("_", " ")
    head = Text.assemble(("No answer", "bold yellow"), (f" ({reason}): ", "yellow"))
    head.append(printable(abstained.detail))
    if not abstained.nearest:
        return [head, Text()]
    return [
        head,
        Text(),
        Text("What came nearest:", style="dim"),
        *_citations(abstained.nearest),
    ]


def _citations(citations: Sequence[Citation]) -> list[RenderableType]:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    for citation in citations:
        grid.add_row(Text(f"[{citation.n}]", style="bold cyan"), _citation(citation))
    return [grid]


def _citation(citation: Citation) -> Group:
    quote = Text(f"“{shown_quote(citation.quote)}”", style="italic", overflow="fold")
    head = _head(citation.title, citation.pages)
    if citation.verdict is Verdict.CONTRADICTED:
        head.append("  says otherwise", style="not bold yellow")
    return Group(head, quote, _source(citation.source), Text())


def _head(title: str, pages: Sequence[int]) -> Text:
    head = Text(one_line(title), style="bold", overflow="fold")
    return head.append(f"  {_pages(pages)}", style="not bold") if pages else head


def _source(source: str) -> Text:
    return Text(shown_source(source), style="dim", overflow="fold")


def _pages(pages: Sequence[int]) -> str:
    if len(pages) == 1:
        return f"p. {pages[0]}"
    return f"pp. {pages[0]}–{pages[-1]}"  # a span touches pages that follow one another


def _maker(answer: Answer) -> str:
    return f"written by {answer.route.model}" if answer.generated else "quoted, not generated"


def _route(route: Route) -> list[RenderableType]:
    """Return why it was answered so, unless that goes without saying."""
    if route.reason in {PLAIN, QUOTED}:
        return []
    return [Text(f"{route.strategy}: {printable(route.reason)}", style="dim")]


def _facts(answer: Answer, embedder: str) -> list[str]:
    return [
        *([] if answer.abstained else [_maker(answer)]),
        f"found with {embedder}",
        f"{counted(answer.coverage.documents_in_scope, 'document')} searched",
        *([] if answer.complete else ["incomplete: a limit stopped the reading"]),
        *_removed(answer.claims),
        f"{answer.timings_ms.total:.0f} ms",
        answer.id,
    ]
