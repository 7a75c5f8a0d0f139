"""Questions: answers and passages."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from core.answers import Answer, Plan
from serve.api.access import Through
from serve.api.replies import event_reply, json_reply, request_id
from serve.requests import QueryRequest, SearchRequest
from serve.wire import Passages


class StreamRequest(QueryRequest):
    """A question, and how its answer is to come."""

    stream: bool = False
    """Whether to be told, as server-sent events, how the answer comes about; the last one is it."""


router = APIRouter(prefix="/v1", tags=["questions"])


@router.post("/query", responses={200: {"model": Answer}})
async def query(request: StreamRequest, through: Through, received: Request) -> Response:
    """Answer a question: every claim cites verbatim quotes, or it abstains and says why.

    With `stream`, events: `progress` (how much is read, where that is done in windows), `evidence`
    (passages), `route` (a model that is now asked), `delta` (a piece of the text, its markers
    provisional; with `retracts`, all before it is void), `citation` and `claim` (what was checked),
    then `final` (the answer, as without `stream`) or `error` (a problem).
    """
    question = request.to_question()
    if not request.stream:
        return json_reply(await through.service.ask(question))
    return await event_reply(through.service.stream(question), request_id=request_id(received))


@router.post("/query/plan", responses={200: {"model": Plan}})
async def plan(request: QueryRequest, through: Through) -> Response:
    """Tell by which route a question would be answered, and what that would take at most.

    Spends nothing: no model is asked, no document is read.
    """
    return json_reply(await through.service.plan(request.to_question()))


@router.post("/search", responses={200: {"model": Passages}})
async def search(request: SearchRequest, through: Through) -> Response:
    """Find passages, best first."""
    return json_reply(await through.service.search(request.to_question()))
