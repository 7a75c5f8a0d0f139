"""Which models of the catalogue a question is for, beside those that its context's size is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.chat import Wanted
from core.language import told_language
from serve.answer.question import Task
from serve.answer.steps.little import charged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.answers import Step
    from serve.answer.question import Question

MANY_FILES = 4
"""From so many documents on, code is read by models that hold many files."""
_ROLES = {Task.SUMMARIZE: "summarize", Task.CODE: "code", Task.REASONING: "reasoning"}


def wanted(question: Question, *, documents: int) -> Wanted:
    """Return who is to answer `question` from so many documents."""
    role = _ROLES.get(question.task)
    if question.task is Task.CODE and documents >= MANY_FILES:
        role = "code_many_files"
    return Wanted(
        role=role,
        language=question.language or told_language(question.text),
        model=question.model,
        max_usd=question.max_cost_usd,
    )


def helping(question: Question, spent: Iterable[Step]) -> Wanted:
    """Return who may help with `question` beside the answer, after `spent`.

    Where it names who is to answer, nobody else hears of it.
    """
    return Wanted(model=question.model, max_usd=charged(question, spent).max_cost_usd)
