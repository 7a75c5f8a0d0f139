"""ibid as a retriever and a query engine of LlamaIndex; importing this takes seconds."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, TypeVar

from anyio.from_thread import start_blocking_portal
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.schema import NodeRelationship, NodeWithScore, RelatedNodeInfo, TextNode

from core.errors import RequestError
from serve.answer.question import Question

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Mapping
    from contextlib import AbstractAsyncContextManager

    from anyio.from_thread import BlockingPortal
    from llama_index.core.prompts.mixin import PromptMixinType
    from llama_index.core.schema import QueryBundle

    from core.answers import Answer, Citation
    from core.types import Passage, Scope
    from serve.service import SearchResult, Service

T = TypeVar("T")

_IDS = ["document_id", "chunk_id"]
"""Metadata that tells a model nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ibid:
    """A service, and how it is reached."""

    service: Service
    portal: BlockingPortal | None = None
    """The way into the event loop that the service was opened in; `None`: it is the loop of
    whoever asks, and there is no asking but with `await`."""

    def call(self, ask: Callable[[Question], Awaitable[T]], question: Question) -> T:
        """Return what a method of the service returns.

        Raises:
            RequestError: there is no portal.
        """
        if self.portal is None:
            raise RequestError(
                "ibid was opened in this event loop, which must not wait for itself; "
                "use aretrieve or aquery, or open ibid with serve.llama_index.in_background"
            )
        return self.portal.call(ask, question)

    async def acall(self, ask: Callable[[Question], Awaitable[T]], question: Question) -> T:
        """Return what a method of the service returns."""
        if self.portal is None:
            return await ask(question)
        return await self.portal.call_async(ask, question)


@contextmanager
def in_background(opening: AbstractAsyncContextManager[Service]) -> Generator[Ibid]:
    """Give a service in an event loop and thread of its own, reached from any other; close it."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(opening) as service:
        yield Ibid(service=service, portal=portal)


class IbidRetriever(BaseRetriever):
    """Gives passages as nodes, best first.

    A node is a verbatim span of its document: `ref_doc_id`, `start_char_idx` and `end_char_idx`
    say which, its metadata has `document_id`, `title`, `source`, `pages`, `section`, `chunk_id`.
    Only the text of a query is used, not what else a `QueryBundle` has.
    """

    def __init__(self, ibid: Ibid, scope: Scope, *, top_k: int | None = None) -> None:
        """Search `scope` for `top_k` passages (`None`: as many as the settings say)."""
        super().__init__()  # pyright: ignore[reportUnknownMemberType] - a bare `Dict` of theirs
        self._ibid, self._scope, self._top_k = ibid, scope, top_k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return _nodes(self._ibid.call(self._ibid.service.search, self._question(query_bundle)))

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        question = self._question(query_bundle)
        return _nodes(await self._ibid.acall(self._ibid.service.search, question))

    def _question(self, query: QueryBundle) -> Question:
        return Question(text=query.query_str, scope=self._scope, top_k=self._top_k)


class IbidQueryEngine(BaseQueryEngine):
    """Gives answers whose `source_nodes` are their citations, in the order of their numbers.

    The response's metadata is the whole answer. Where ibid abstains, the response begins with
    "No answer:", and there are no source nodes.
    """

    def __init__(self, ibid: Ibid, scope: Scope, *, top_k: int | None = None) -> None:
        """Answer from `top_k` passages of `scope` (`None`: as many as the settings say)."""
        super().__init__(callback_manager=None)
        self._ibid, self._scope, self._top_k = ibid, scope, top_k

    def _query(self, query_bundle: QueryBundle) -> Response:
        return _response(self._ibid.call(self._ibid.service.ask, self._question(query_bundle)))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        question = self._question(query_bundle)
        return _response(await self._ibid.acall(self._ibid.service.ask, question))

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}

    def _question(self, query: QueryBundle) -> Question:
        return Question(text=query.query_str, scope=self._scope, top_k=self._top_k)


def _nodes(found: SearchResult) -> list[NodeWithScore]:
    return [
        _node(passage, passage.text, {"section": list(passage.section)})
        for passage in found.passages
    ]


def _response(answer: Answer) -> Response:
    text = answer.answer if answer.abstained is None else f"No answer: {answer.abstained.detail}"
    sources = [
        _node(citation, citation.quote, {"n": citation.n, "verdict": citation.verdict.value})
        for citation in answer.citations
    ]
    return Response(response=text, source_nodes=sources, metadata=asdict(answer))


def _node(origin: Passage | Citation, text: str, more: Mapping[str, object]) -> NodeWithScore:
    node = TextNode(
        id_=f"{origin.chunk_id}:{origin.span.start}-{origin.span.end}",
        text=text,
        start_char_idx=origin.span.start,
        end_char_idx=origin.span.end,
        metadata={
            "document_id": origin.document_id,
            "title": origin.title,
            "source": origin.source,
            "pages": list(origin.pages),
            "chunk_id": origin.chunk_id,
            **more,
        },
        excluded_embed_metadata_keys=_IDS,
        excluded_llm_metadata_keys=_IDS,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=origin.document_id)},
    )
    return NodeWithScore(node=node, score=origin.score)
