"""What the stand-in needs to know of a model to be like it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tests.doubles.nim.refusals import Overflow, Strictness
from tests.doubles.nim.tokens import CL100K, Tokenizer


class Kind(StrEnum):
    CHAT = "chat"
    EMBEDDING = "embedding"
    RERANKING = "reranking"


class Switch(StrEnum):
    """How a model is told to think first, or not."""

    THINKING = "thinking"
    """`chat_template_kwargs.thinking`."""
    ENABLE_THINKING = "enable_thinking"
    """`chat_template_kwargs.enable_thinking`."""
    THINKING_MODE = "thinking_mode"
    """`chat_template_kwargs.thinking_mode`: enabled, disabled."""
    EFFORT = "reasoning_effort"
    DETAILED = "detailed thinking"
    """The system prompt starts with `detailed thinking on`, or off."""
    SLASH = "/think"
    """The system prompt has `/think` or `/no_think`."""


class Place(StrEnum):
    """Where a model's reasoning arrives."""

    REASONING_CONTENT = "reasoning_content"
    REASONING = "reasoning"
    INLINE = "inline"
    """In the content, between `<think>` and `</think>`."""
    HALF_OPEN = "half_open"
    """In the content, before a `</think>` that nothing opened."""


BASE = frozenset(
    {
        *("model", "messages", "stream", "stream_options", "response_format"),
        *("tools", "tool_choice", "max_tokens", "temperature", "top_p", "stop", "seed"),
        *("frequency_penalty", "presence_penalty"),
    }
)
TEMPLATE = BASE | {"chat_template_kwargs"}
EFFORT = BASE | {"reasoning_effort"}
NEMOTRON = TEMPLATE | {"reasoning_effort", "reasoning_budget"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NimModel:
    id: str
    kind: Kind = Kind.CHAT
    window: int
    """Tokens of prompt and completion together; of one text, unless it is a chat model."""
    max_output: int = 0
    tokenizer: Tokenizer = CL100K
    retired: datetime | None = None
    entitled: bool = True
    """Whether this account may use it; it is listed all the same."""
    listed: bool = True

    takes: frozenset[str] = TEMPLATE
    """The parameters of its schema; others are refused."""
    immutable: Mapping[str, float] = field(default_factory=dict[str, float])
    highest: Mapping[str, float] = field(default_factory=dict[str, float])
    strictness: Strictness = Strictness.VALIDATION
    overflow: Overflow = Overflow.HOSTED
    switch: Switch | None = None
    thinks: bool = False
    """Whether it does so unless told otherwise."""
    place: Place = Place.REASONING_CONTENT
    thought_tokens: int = 24
    """How long it thinks."""
    usage_in_every_chunk: bool = False
    structured: bool = False
    """Whether `response_format` binds it; else it is taken and does nothing."""
    pythonic: bool = False
    """Whether its tool calls arrive as text."""
    moderates: bool = False
    """Whether it says nothing but `safe`, or `unsafe` and why."""

    dimensions: int = 0
    dynamic_dimensions: frozenset[int] = frozenset()
    symmetric: bool = False
    """Whether queries and passages are embedded alike."""
    max_batch: int = 512

    @property
    def path_name(self) -> str:
        """The model as the hosted reranking path names it."""
        return self.id.rpartition("/")[2].replace(".", "_")
