"""How much of a question's time and money its preparation may take."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.clock import Deadline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.answers import Step
    from serve.answer.question import Question

_MOST_S = 8.0
_SHARE = 0.25
"""Of the time that is left."""
_COST_SHARE = 0.1
"""Of what the answer may cost."""


def soon(deadline: Deadline) -> Deadline:
    """Return until when a step before the answer may take."""
    seconds = min(_MOST_S, _SHARE * deadline.remaining_s())
    return Deadline.after(seconds, clock=deadline.clock)


def a_little(max_usd: float | None) -> float | None:
    """Return what a step before the answer may cost."""
    return None if max_usd is None else _COST_SHARE * max_usd


def charged(question: Question, steps: Iterable[Step]) -> Question:
    """Return `question` with what may still be spent on it after `steps`.

    Where nobody knows what a step has cost, that is nothing.
    """
    left = question.max_cost_usd
    for step in steps:
        cost = step.usage.cost_usd
        if left is not None:
            left = 0.0 if cost is None else max(0.0, left - cost)
    return replace(question, max_cost_usd=left)
