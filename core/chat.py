"""What is said to a chat model, and what it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.answers import Considered, Fallback
    from core.types import JsonObject, TokenCount


PER_MESSAGE = 16
"""Tokens that a template puts around a message, at most."""


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"
    """What a function that the assistant asked for gave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function that the model may ask for."""

    name: str
    description: str
    parameters: JsonObject
    """JSON Schema."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A function that the model asks for."""

    name: str
    arguments: JsonObject
    id: str = ""
    """What its result names it by: given by who keeps the conversation, for not every server
    gives one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn."""

    role: Role
    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    """Of the assistant; the results of all of them follow."""
    tool_call_id: str = ""
    """Of the call that this is the result of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A request for one completion."""

    messages: tuple[Message, ...]
    """The system's first, if there is one; then user and assistant by turns, with the results of
    the calls that the assistant made behind it."""
    max_tokens: int
    """For the answer itself."""
    thinking_tokens: int = 0
    """For reasoning before the answer; 0: answer at once."""
    temperature: float | None = None
    """`None`: as the model's card says."""
    top_p: float | None = None
    stop: tuple[str, ...] = ()
    schema: JsonObject | None = None
    """JSON Schema that the answer must meet."""
    tools: tuple[Tool, ...] = ()
    language: str = "en"
    """Of most of its text, ISO 639-1."""
    count: TokenCount | None = None
    """Of its messages, where that is known; else they are counted when they are sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which models are to answer, beside those that a size of context is for."""

    role: str | None = None
    """Of the catalogue; its models are asked first, where the context is small."""
    language: str | None = None
    """ISO 639-1, where the question is of no other role: the same goes for its models."""
    model: str | None = None
    """Nobody else."""
    max_usd: float | None = None
    """The most that the call may cost; models without a price are then not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """How much a prompt takes, before it is written."""

    count: TokenCount
    """Of the prompt."""
    reserve: int
    """Tokens for the answer, the reasoning before it, and the template around the messages."""
    language: str = "en"
    """Of most of its text, ISO 639-1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A model that may be asked, and what becomes of a prompt there."""

    considered: Considered
    tokens: int
    """That the prompt and the reserve take, as the model counts, at most."""
    cost_usd: float | None
    """Of the prompt and all of the reserve; `None`: no price is known."""
    cooling: bool = False
    """Whether it is only let alone for a while, and takes the prompt when that is over."""

    @property
    def may_answer(self) -> bool:
        """Whether it can be asked, if only after a while."""
        return self.considered.fits or self.cooling


class Finish(StrEnum):
    """Why a completion ended; one without a reason is not a completion."""

    STOP = "stop"
    LENGTH = "length"
    TOOL_CALLS = "tool_calls"
    CONTENT_FILTER = "content_filter"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenUsage:
    """What the provider counted."""

    prompt_tokens: int
    completion_tokens: int
    reasoning_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A whole answer: nothing is missing but what `finish` says."""

    text: str
    """Without the reasoning."""
    reasoning: str = ""
    finish: Finish
    usage: TokenUsage | None = None
    """Of all calls; `None`: the provider did not say."""
    calls: int = 1
    """How many answers it took: one more where the first was cut, or did not meet its schema."""
    model: str
    """The id that answered."""
    data: object = None
    """What `text` says, where the prompt had a schema: it meets it."""
    tool_calls: tuple[ToolCall, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """A piece of an answer as it comes; the completion behind the last one is what holds."""

    text: str = ""
    reasoning: str = ""
    retracts: bool = False
    """Whether all the text in the deltas before it was reasoning after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Began:
    """A model that is now asked; what another one said before it does not count."""

    model: str
    tier: str
    window: int
    """The tokens that it is trusted to take."""


Hear: TypeAlias = "Callable[[Began | Delta], None]"
"""Hears of an answer while it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A completion, and how it came about."""

    completion: Completion
    model: str
    """The name of the card of who wrote it."""
    tier: str
    window: int
    """The tokens that this model is trusted to take."""
    prompt_tokens: int
    """Of the prompt, in cl100k's count."""
    cost_usd: float | None
    """`None`: its price, or what it used, is not known."""
    fallbacks: tuple[Fallback, ...] = ()
    """Models that were tried before."""
