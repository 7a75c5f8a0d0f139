"""Questions: answers and passages."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.answers import Answer
from core.filters import parse_filters
from core.ids import CollectionName, DocumentId
from core.types import Scope
from serve.api.access import Through
from serve.api.replies import event_reply, json_reply, request_id
from serve.service import Question
from serve.wire import Passages


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
        """Return it as the service takes it."""
        return Question(
            text=self.question,
            scope=Scope(
                collection=CollectionName(self.collection),
                document_ids=tuple(DocumentId(i) for i in self.document_ids),
                filters=parse_filters(self.filters),
            ),
            top_k=self.top_k,
        )


class QueryRequest(SearchRequest):
    """A question, where its answer may come from, and how it is to be found."""

    strategy: Literal["auto", "retrieval"] = "auto"
    max_context_tokens: int | None = Field(default=None, ge=1)
    """The most tokens of evidence."""
    stream: bool = False
    """Whether to be told, as server-sent events, how the answer comes about; the last one is it."""

    def to_question(self) -> Question:
        """Return it as the service takes it."""
        return replace(
            super().to_question(),
            strategy=self.strategy,
            max_context_tokens=self.max_context_tokens,
        )


router = APIRouter(prefix="/v1", tags=["questions"])


@router.post("/query", responses={200: {"model": Answer}})
async def query(request: QueryRequest, through: Through, received: Request) -> Response:
    """Answer a question: every claim cites verbatim quotes, or it abstains and says why.

    With `stream`, events: `evidence` (passages), `route` (a model that is now asked), `delta` (a
    piece of the text, its markers provisional; with `retracts`, all before it is void), `citation`
    and `claim` (what was checked), then `final` (the answer, as without `stream`) or `error` (a
    problem).
    """
    question = request.to_question()
    if not request.stream:
        return json_reply(await through.service.ask(question))
    return await event_reply(through.service.stream(question), request_id=request_id(received))


@router.post("/search", responses={200: {"model": Passages}})
async def search(request: SearchRequest, through: Through) -> Response:
    """Find passages, best first."""
    return json_reply(await through.service.search(request.to_question()))
