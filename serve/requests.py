"""Questions as they come in: the bodies of the REST service, and the lines of a batch."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.chat import Message, Role
from core.errors import RequestError
from core.filters import parse_filters
from core.ids import CollectionName, DocumentId
from core.schemas import check_schema
from core.types import Scope
from serve.answer.question import Question, Reasoning, Sampling, Strategy, Task

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_MESSAGES = 100
_LONGEST_MESSAGE = 100_000
"""Characters."""
_MOST_TOKENS = 65_536


class SearchRequest(BaseModel):
    """A question, and where its passages may come from."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    question: str
    collection: str = "default"
    document_ids: list[str] = Field(default_factory=list)
    """Empty: every document."""
    filters: dict[str, object] = Field(default_factory=dict)
    """On metadata, all together: `{"year": 2024, "type": {"any": […]}, "pages": {"gte": 10}}`."""
    top_k: int | None = Field(default=None, ge=1, le=200)

    @model_validator(mode="before")
    @classmethod
    def _is_unicode(cls, given: object) -> object:
        try:
            json.dumps(given, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ValueError("has a lone surrogate, which is no character") from None
        except RecursionError:
            raise ValueError("is nested too deeply") from None
        return given

    def to_question(self) -> Question:
        """Return it as the service takes it.

        Raises:
            RequestError: the question is blank, or too long.
        """
        return Question(text=self.question, scope=self._scope(), top_k=self.top_k)

    def _scope(self) -> Scope:
        return Scope(
            collection=CollectionName(self.collection),
            document_ids=tuple(DocumentId(i) for i in self.document_ids),
            filters=parse_filters(self.filters),
        )


class Said(BaseModel):
    """A turn of the conversation so far."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Literal["user", "assistant"]
    content: str = Field(max_length=_LONGEST_MESSAGE)


class QueryRequest(SearchRequest):
    """A question, where its answer may come from, and how it is to be given."""

    strategy: Strategy = Strategy.AUTO
    """`auto`: passages, or whole documents where these are not enough or it asks about them."""
    task: Task = Task.QA
    """Chooses models, as the catalogue has them for it."""
    language: str | None = Field(default=None, pattern=r"^[a-z]{2,3}([-_][A-Za-z]{2,4})?$")
    """Of the answer, ISO 639-1; `null`: the question's."""
    history: list[Said] = Field(default_factory=list[Said], max_length=MOST_MESSAGES)
    """What was said before, the oldest first."""
    response_schema: dict[str, object] | None = None
    """JSON Schema that the answer's `data` is to meet."""
    reasoning: Reasoning = Reasoning.AUTO
    """Whether the model thinks first; `auto`: where the question needs it."""
    max_context_tokens: int | None = Field(default=None, ge=1)
    """The most tokens that are read."""
    max_cost_usd: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """The most that it may cost; models without a known price are then not asked."""
    max_tokens: int | None = Field(default=None, ge=1, le=_MOST_TOKENS)
    """Of the answer."""
    temperature: float | None = Field(default=None, ge=0, le=2, allow_inf_nan=False)
    top_p: float | None = Field(default=None, gt=0, le=1, allow_inf_nan=False)
    stop: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(
        default_factory=list[str], max_length=4
    )
    """The answer ends before any of these."""
    model: str | None = None
    """Who is to answer; `null`: as the catalogue has it."""

    def to_question(self) -> Question:
        """Return it as the service takes it.

        Raises:
            RequestError: the question is blank or too long, or the schema is none.
        """
        if self.response_schema is not None:
            check_schema(self.response_schema)
        return Question(
            text=self.question,
            scope=self._scope(),
            history=tuple(Message(role=Role(s.role), text=s.content) for s in self.history),
            top_k=self.top_k,
            strategy=self.strategy,
            max_context_tokens=self.max_context_tokens,
            max_cost_usd=self.max_cost_usd,
            task=self.task,
            language=self.language,
            reasoning=self.reasoning,
            schema=self.response_schema,
            model=self.model,
            sampling=Sampling(
                max_tokens=self.max_tokens,
                temperature=self.temperature,
                top_p=self.top_p,
                stop=tuple(self.stop),
            ),
        )


def read_query(fields: Mapping[str, object]) -> Question:
    """Return the question that the fields of a request make.

    Raises:
        RequestError: a field is unknown, or has a value that is not allowed; names it.
    """
    try:
        return QueryRequest.model_validate(fields).to_question()
    except ValidationError as error:
        first = error.errors()[0]
        named = ".".join(map(str, first["loc"])) or "the request"
        raise RequestError(f"{named}: {first['msg']}") from error
