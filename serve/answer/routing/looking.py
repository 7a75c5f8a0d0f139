"""How far a model may look for an answer by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.answers import Estimate

MOST_STEPS = 12
"""Times that the model is asked what to look up."""
STEP_TOKENS = 1_000
"""Of what it says and calls at once."""
READ_TOKENS = 24_000
"""The most that it is shown where the caller says nothing."""
_BESIDE_TOKENS = 1_500
"""Of each prompt beside what it was shown: rules, tools, calls."""


def with_steps(answering: Estimate) -> Estimate:
    """Return what `answering` spends together with all the steps that may go before it."""
    calls, cost = MOST_STEPS + 1, answering.cost_usd
    return replace(
        answering,
        prompt_tokens=calls * (answering.prompt_tokens + _BESIDE_TOKENS),
        completion_tokens=answering.completion_tokens + MOST_STEPS * STEP_TOKENS,
        cost_usd=None if cost is None else calls * cost,
        calls=calls,
    )
