"""What is known of one model, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from core.types import JsonObject


class ModelKind(StrEnum):
    """What a model is asked for."""

    CHAT = "chat"
    EMBEDDING = "embedding"
    RERANKING = "reranking"


_PATHS = {
    ModelKind.CHAT: "chat/completions",
    ModelKind.EMBEDDING: "embeddings",
    ModelKind.RERANKING: "ranking",
}


class Structured(StrEnum):
    """How a model is made to answer in JSON."""

    JSON_SCHEMA = "json_schema"
    """`response_format` with a JSON Schema."""
    PROMPT = "prompt"
    """Only by being told to; the answer is validated either way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a model is served."""

    base_url: str
    """Up to and with `/v1`, without a slash behind it."""
    api_key_env: str | None
    """The variable with the key; the same with `_FILE` behind it names a file. `None`: no key."""
    path: str = ""
    """What follows, with `{model}` for the id's own name; empty: as the kind of model has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How the next token is drawn; `None`: left to the server."""

    temperature: float | None = None
    top_p: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasoningMode:
    """What is sent to have a model think first, or not."""

    body: JsonObject = field(default_factory=dict[str, object])
    """Merged into the request."""
    system: str | None = None
    """Put in front of the system prompt, on a line of its own."""
    sampling: Sampling = Sampling()


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a million tokens cost, in US dollars."""

    prompt_usd: float
    completion_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """The terms of a model."""

    name: str
    commercial: bool = True
    """Whether it may be used for money."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFamily:
    """How a tokenizer's counts relate to cl100k's."""

    name: str
    factor: float
    """Tokens for one of cl100k's, at most, on prose and code in any language."""
    single_digits: bool = False
    """Whether every digit is a token of its own; cl100k takes up to three together."""
    short_runs: bool = False
    """Whether carriage returns, runs of one character and emoji take more tokens than cl100k's."""
    package: str | None = None
    """A package that may be installed and carries the exact tokenizer; without it we estimate."""
    file: str = "tokenizer.json"
    """Where in the package: a `tokenizer.json`, or a tiktoken table if there is a `pattern`."""
    pattern: str = ""
    """How a tiktoken tokenizer splits text before it merges bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """A model as the catalogue describes it; what calls teach is kept elsewhere."""

    name: str
    """The id that the provider is asked for first, and the name of the card."""
    successors: tuple[str, ...] = ()
    """Ids that serve in its place once it is retired, in this order.

    Of an embedding model only other names of the same weights: vectors of two models do not mix.
    """
    kind: ModelKind
    window: int
    """Declared tokens of prompt and completion together; of one text, unless it is a chat model."""
    effective_window: int
    """The tokens that are trusted to be taken until calls have shown otherwise; ≤ `window`."""
    max_output: int = 0
    """The most tokens of one completion, reasoning included; 0 unless it is a chat model."""
    family: TokenFamily
    endpoint: Endpoint
    thinking: ReasoningMode | None = None
    """How to have it reason first; `None`: it cannot."""
    plain: ReasoningMode = ReasoningMode()
    """How to have it answer at once."""
    refuses: frozenset[str] = frozenset()
    """Parameters that its endpoint does not take."""
    frozen: Mapping[str, float] = field(default_factory=dict[str, float])
    """Parameters that have this value and no other; they are not sent."""
    structured: Structured = Structured.PROMPT
    price: Price | None = None
    """`None`: not known."""
    licence: Licence
    end_of_life: date | None = None
    verified: date | None = None
    """When one of its ids was last seen to answer; `None`: never, the facts are from documents."""
    dimensions: int | None = None
    """The length of an embedding model's vectors."""
    notes: str = ""
    """What a person who chooses it should know."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids to ask for, in order."""
        return (self.name, *self.successors)

    def url(self, model_id: str) -> str:
        """Return where requests to one of its ids go."""
        path = self.endpoint.path or _PATHS[self.kind]
        own = model_id.rpartition("/")[2].replace(".", "_")
        return f"{self.endpoint.base_url}/{path.replace('{model}', own)}"
