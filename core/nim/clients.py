"""NVIDIA's LangChain clients, each attempt's bound to that attempt; importing them takes seconds.

What they do that is undone here: a connection for each request, no retries, errors without a type,
an ignored time limit, polls every 20 ms at a fixed host, a listing of all models before the first
request, usage reports to NVIDIA, and the last request and answer kept in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast

from langchain_core.documents import Document
from langchain_nvidia_ai_endpoints import NVIDIAEmbeddings, NVIDIARerank
from langchain_nvidia_ai_endpoints.reranking import Ranking
from pydantic import PrivateAttr

from core.errors import RequestRefusedError
from core.nim.addresses import status_address
from core.nim.results import logits_of, vectors_of
from core.nim.vector_cache import InputType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalog.card import ModelCard
    from core.nim.attempts import Request
    from core.nim.session import NimSession
    from core.types import Vector

UNBOUNDED = 2**31
"""For limits that are set elsewhere: those of a batch before, those of time in the session."""
ANYWHERE: dict[str, Any] = {
    # Away from NVIDIA's own address, no list of models is fetched and no use reported; with a key,
    # none is read from the environment. Each attempt has its own address, model and key.
    "model": "any",
    "base_url": "http://localhost/v1",
    "api_key": "none",
    "usage_telemetry_enabled": False,
    "max_batch_size": UNBOUNDED,
}


class Truncate(StrEnum):
    """What becomes of a text that is longer than the model takes."""

    NONE = "NONE"
    """It is refused."""
    END = "END"
    """Its end is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What one attempt goes through."""

    card: ModelCard
    request: Request
    session: NimSession

    def wiring(self) -> dict[str, object]:
        """Return what the transport of a client is to be changed to."""
        url = self.card.url(self.request.model_id)
        return {
            "base_url": self.card.endpoint.base_url,
            "infer_path": url,
            "polling_url_tmpl": status_address(url, "{request_id}"),
            "get_session_fn": lambda: self.session,
            "api_key": None,  # the session has it
            "timeout": UNBOUNDED,  # the session looks at the time
            "interval": 0,  # the session waits
        }

    def allowed(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Return `payload` without what the endpoint does not take.

        Raises:
            RequestRefusedError: without it the vectors would be of little use.
        """
        if "input_type" in self.request.without - self.card.refuses:
            raise RequestRefusedError(
                "its endpoint takes no 'input_type', by which questions and passages are told "
                "apart; if the model needs none, let its card in the catalogue refuse it",
                model=self.request.model_id,
            )
        without = self.request.without | self.card.refuses
        return {name: value for name, value in payload.items() if name not in without}


def embed(texts: Sequence[str], door: Door, *, kind: InputType, truncate: Truncate) -> list[Vector]:
    """Return the vectors of `texts`, of length one, in order; one request.

    Raises:
        ProviderError: they cannot be had, or are not what was asked for.
    """
    fields = {"model": door.request.model_id, "truncate": truncate.value}
    client = _embeddings().model_copy(update=fields)
    client.pass_through(door)
    if kind is InputType.QUERY:
        vectors = [client.embed_query(text) for text in texts]
    else:
        vectors = client.embed_documents(list(texts))
    return cast("list[Vector]", vectors)


def rank(question: str, texts: Sequence[str], door: Door) -> list[float]:
    """Return a logit for each of `texts`, in order; one request.

    Raises:
        ProviderError: they cannot be had, or are not one for each.
    """
    documents = [Document(page_content=text, metadata={"place": i}) for i, text in enumerate(texts)]
    client = _rerank().model_copy(update={"model": door.request.model_id})
    client.pass_through(door)
    ranked = client.compress_documents(documents, question)
    logits = {
        document.metadata["place"]: document.metadata["relevance_score"] for document in ranked
    }
    return [logits[place] for place in range(len(texts))]


class _Embeddings(NVIDIAEmbeddings):
    _door: Door = PrivateAttr()
    _count: int = PrivateAttr(default=0)

    def pass_through(self, door: Door) -> None:
        """Send what this copy sends through `door`."""
        self._client = self._client.model_copy(update=door.wiring())
        self._door = door

    def _prepare_payload(
        self, texts: list[str], model_type: Literal["passage", "query"]
    ) -> dict[str, Any]:
        self._count = len(texts)
        # A quarter of the bytes of decimal numbers, and next to nothing to parse.
        payload = super()._prepare_payload(texts, model_type) | {"encoding_format": "base64"}
        return self._door.allowed(payload)

    def _process_response(self, result: dict[str, Any]) -> list[list[float]]:
        vectors = vectors_of(
            result,
            count=self._count,
            dimensions=self._door.card.dimensions or 0,
            model=self._door.request.model_id,
        )
        # Rows of an array are never made into lists on the way.
        return cast("list[list[float]]", list(vectors))


class _Rerank(NVIDIARerank):
    _door: Door = PrivateAttr()
    _count: int = PrivateAttr(default=0)

    def pass_through(self, door: Door) -> None:
        """Send what this copy sends through `door`."""
        self._client = self._client.model_copy(update=door.wiring())
        self._door = door

    def _prepare_payload(self, documents: list[Document], query: str) -> dict[str, Any]:
        self._count = len(documents)
        return self._door.allowed(super()._prepare_payload(documents, query))

    def _process_response(self, result: dict[str, Any]) -> list[Ranking]:
        logits = logits_of(result, count=self._count, model=self._door.request.model_id)
        return [Ranking(index=index, logit=logit) for index, logit in enumerate(logits)]


@cache
def _embeddings() -> _Embeddings:
    return _Embeddings(**ANYWHERE)


@cache
def _rerank() -> _Rerank:
    return _Rerank(**ANYWHERE, top_n=UNBOUNDED, truncate="END")
