"""What is asked, where its answer may come from, and how it is to be given."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from core.errors import RequestError

if TYPE_CHECKING:
    from core.chat import Message
    from core.types import JsonObject, Scope

LONGEST_QUESTION = 8_000
"""Characters."""


class Strategy(StrEnum):
    """How an answer is found."""

    AUTO = "auto"
    """As the question and the documents want it."""
    RETRIEVAL = "retrieval"
    """From the passages that are found."""
    LONG_CONTEXT = "long_context"
    """From whole documents, in windows where no model holds them."""
    AGENTIC = "agentic"
    """A model searches and reads by itself."""


class Task(StrEnum):
    """What kind of answer is wanted; each has models of its own."""

    QA = "qa"
    SUMMARIZE = "summarize"
    CODE = "code"
    REASONING = "reasoning"


class Reasoning(StrEnum):
    """Whether the model thinks before it answers."""

    AUTO = "auto"
    """Where the question needs it."""
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How the answer is written; `None`: as the model's card says."""

    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question and where its answer may come from."""

    text: str
    scope: Scope
    history: tuple[Message, ...] = ()
    """What was said before, the oldest first."""
    top_k: int | None = None
    """`None`: as many passages as the settings say."""
    strategy: Strategy = Strategy.AUTO
    max_context_tokens: int | None = None
    """The most tokens of evidence; `None`: as the settings say."""
    max_cost_usd: float | None = None
    """The most that it may cost; models without a known price are then not asked."""
    task: Task = Task.QA
    language: str | None = None
    """Of the answer, ISO 639-1; `None`: the question's."""
    reasoning: Reasoning = Reasoning.AUTO
    schema: JsonObject | None = None
    """JSON Schema that the answer's `data` is to meet."""
    model: str | None = None
    """Who is to answer; `None`: as the catalogue has it."""
    sampling: Sampling = Sampling()

    def __post_init__(self) -> None:
        """Raise `RequestError` where nothing is asked."""
        if not self.text.strip():
            raise RequestError("the question is blank")
        if len(self.text) > LONGEST_QUESTION:
            raise RequestError(
                f"the question has {len(self.text):,} characters; {LONGEST_QUESTION:,} are allowed"
            )
