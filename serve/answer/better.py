"""The better of two answers: from passages, and from whole documents after them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.answers import Verdict
from serve.answer.routing.refusals import refuses
from serve.answer.usage import total

if TYPE_CHECKING:
    from core.answers import Route
    from serve.answer.finding import Finding
    from serve.answer.strategies.strategy import Outcome

_ENOUGH = 2
"""Supported claims of an answer that another one in its place has to have, if it had as many."""


def better_of(first: Outcome, second: Outcome) -> Outcome:
    """Return what whole documents came to, unless passages gave an answer and these gave less."""
    kept = second if _is_no_worse(second.finding, first.finding) else first
    steps = (*first.finding.steps, *second.finding.steps)
    finding = replace(kept.finding, steps=steps, usage=total(steps))
    if kept is first:
        finding = replace(finding, route=_told(first, second))
    return replace(
        kept,
        finding=finding,
        coverage=second.coverage,
        consulted=tuple(dict.fromkeys((*first.consulted, *second.consulted))),
    )


def _is_no_worse(finding: Finding, before: Finding) -> bool:
    """Tell whether an answer may stand in the place of the one before it."""
    if not _answers(before):
        return _answers(finding) or not before.text
    enough = min(_supported(before), _ENOUGH)
    return finding.complete and _answers(finding) and _supported(finding) >= enough


def _answers(finding: Finding) -> bool:
    return finding.text is not None and not refuses(finding.text)


def _supported(finding: Finding) -> int:
    return sum(each.verdict in {Verdict.SUPPORTED, Verdict.PARTIAL} for each in finding.claims)


def _told(first: Outcome, second: Outcome) -> Route:
    """Return the route of `first`, with what was tried after it."""
    before, after = first.finding.route, second.finding.route
    detail = second.finding.abstained.detail if second.finding.abstained else ""
    return replace(
        before,
        reason=f"{before.reason}; {after.strategy} after it gave no answer: {detail}",
        fallbacks=(*before.fallbacks, *after.fallbacks),
        dropped=after.dropped,
    )
