"""What a model was asked and what that took, as an answer tells it."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from core.answers import Step, Usage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.chat import Prompt, Written


LONGEST_INPUT = 100_000
"""Characters of a prompt that a step shows."""


def step_of(kind: str, prompt: Prompt, written: Written) -> Step:
    """Return the step in which a model wrote something."""
    return Step(
        kind=kind,
        model=written.completion.model,
        input=_told(prompt.messages[-1].text),
        output=written.completion.text,
        usage=usage_of(written),
    )


def _told(text: str) -> str:
    """Return `text`, of a very long one its ends: an answer does not carry whole documents."""
    if len(text) <= LONGEST_INPUT:
        return text
    half = LONGEST_INPUT // 2
    left_out = len(text) - LONGEST_INPUT
    return f"{text[:half]}\n[… {left_out:,} characters …]\n{text[-half:]}"


def usage_of(written: Written) -> Usage:
    """Return what was spent on it, as far as the provider says."""
    used = written.completion.usage
    return Usage(
        prompt_tokens=used.prompt_tokens if used else 0,
        completion_tokens=used.completion_tokens if used else 0,
        reasoning_tokens=used.reasoning_tokens if used else 0,
        calls=written.completion.calls,
        cost_usd=written.cost_usd,
    )


def total(steps: Iterable[Step]) -> Usage:
    """Return what all steps have spent; where one cost is unknown, so is that of all."""
    return reduce(_plus, (step.usage for step in steps), Usage())


def _plus(one: Usage, other: Usage) -> Usage:
    known = one.cost_usd is not None and other.cost_usd is not None
    return Usage(
        prompt_tokens=one.prompt_tokens + other.prompt_tokens,
        completion_tokens=one.completion_tokens + other.completion_tokens,
        reasoning_tokens=one.reasoning_tokens + other.reasoning_tokens,
        calls=one.calls + other.calls,
        cost_usd=(one.cost_usd or 0.0) + (other.cost_usd or 0.0) if known else None,
    )
