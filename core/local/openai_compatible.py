"""Embeddings from any server that speaks OpenAI's `POST /v1/embeddings`."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Self

import httpx
import numpy as np
from pydantic import BaseModel, ValidationError

from core.errors import EmbedderError, SettingsError
from core.tokens import count_tokens, first_tokens, well_formed
from core.urls import without_password

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import SecretStr

    from core.types import Vector

RETRIED = frozenset({408, 409, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where the model is served, and what may be asked of it at once."""

    base_url: str
    """Up to and with `/v1`."""
    model: str
    api_key: SecretStr | None = None
    max_tokens: int = 8191
    """Of one text, in cl100k; what lies beyond is not sent."""
    batch_texts: int = 64
    batch_characters: int = 100_000
    in_flight: int = 4
    """Requests at once."""
    timeout_s: float = 60
    attempts: int = 4
    """For a request that the server was too busy or too broken to answer."""
    backoff_s: float = 0.5
    """Before the second attempt; doubles with each, unless the server names its own."""


class OpenAiCompatibleEmbedder:
    """A served model; its vectors are brought to length one."""

    def __init__(self, endpoint: Endpoint, client: httpx.AsyncClient, *, dimensions: int) -> None:
        self._endpoint = endpoint
        self._client = client
        self._dimensions = dimensions

    @classmethod
    async def connect(cls, endpoint: Endpoint) -> Self:
        """Return the embedder, its dimensions learned by embedding a word.

        Raises:
            SettingsError: the endpoint has no URL that could be reached.
            EmbedderError: the server cannot be reached, or refuses.
        """
        client = await asyncio.to_thread(_client, endpoint)  # loads certificates
        embedder = cls(endpoint, client, dimensions=0)
        try:
            [vector] = await embedder._request(["dimensions"])
        except BaseException:  # the wait for it may be cut off
            await embedder.close()
            raise
        embedder._dimensions = len(vector)
        return embedder

    @property
    def name(self) -> str:
        """The model, as the setting names it."""
        return f"openai:{self._endpoint.model}"

    @property
    def dimensions(self) -> int:
        """The length of its vectors."""
        return self._dimensions

    @property
    def max_tokens(self) -> int:
        """The most tokens of one text that are sent."""
        return self._endpoint.max_tokens

    @property
    def passages_at_once(self) -> int:
        """How many texts are worth handing over together."""
        return self._endpoint.batch_texts * self._endpoint.in_flight

    def count_tokens(self, text: str) -> int:
        """Return how many tokens cl100k makes of `text`; the model's own may count otherwise."""
        return count_tokens(text)

    async def embed_query(self, question: str) -> Vector:
        """Return the vector to search with."""
        [vector] = await self.embed_passages([question])
        return vector

    async def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        """Return the vectors to store, in the order of `texts`.

        Raises:
            EmbedderError: the server cannot be reached, refuses, or answers out of form.
        """
        prepared = [self._prepare(text) for text in texts]
        edges = _edges(prepared, self._endpoint)
        waiting = deque(pairwise(edges))
        vectors: dict[int, list[Vector]] = {}

        async def work() -> None:
            while waiting:
                start, end = waiting.popleft()
                vectors[start] = await self._request(prepared[start:end])

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._endpoint.in_flight, len(waiting))):
                    group.create_task(work())
        except* EmbedderError as failures:
            failure = failures.exceptions[0]
        else:
            return [vector for start in edges[:-1] for vector in vectors[start]]
        raise failure

    async def close(self) -> None:
        """Release the connections."""
        await self._client.aclose()

    def _prepare(self, text: str) -> str:
        # Servers refuse an empty text.
        return well_formed(first_tokens(text, self._endpoint.max_tokens)) or " "

    async def _request(self, texts: Sequence[str]) -> list[Vector]:
        body = {"model": self._endpoint.model, "input": texts, "encoding_format": "float"}
        response = await self._post(body)
        vectors = _vectors(response, count=len(texts))
        expected = self._dimensions or len(vectors[0])
        if any(len(vector) != expected for vector in vectors):
            raise EmbedderError(
                f"{self.name} returned vectors of {len(vectors[0])} dimensions, "
                f"and has {expected}; was the model changed?"
            )
        return vectors

    async def _post(self, body: Mapping[str, object]) -> httpx.Response:
        """Return the first answer that is not a retried one, or what the last attempt met."""
        where = f"{without_password(self._endpoint.base_url)!r} (model {self._endpoint.model!r})"
        for attempt in range(1, self._endpoint.attempts + 1):
            last = attempt == self._endpoint.attempts
            wait_s = self._endpoint.backoff_s * 2 ** (attempt - 1)
            try:
                response = await self._client.post("embeddings", json=body)
            except httpx.TransportError as error:
                if last:
                    raise EmbedderError(
                        f"cannot reach the embedder at {where}: {error or type(error).__name__}"
                    ) from error
            else:
                if response.is_success:
                    return response
                if last or response.status_code not in RETRIED:
                    raise EmbedderError(
                        f"the embedder at {where} answered {response.status_code}: "
                        f"{response.text[:300]}"
                    )
                wait_s = _retry_after_s(response, default=wait_s)
            await asyncio.sleep(wait_s)
        raise EmbedderError(f"no attempt was allowed at {where}")


class _Item(BaseModel):
    index: int
    embedding: list[float]


class _Reply(BaseModel):
    data: list[_Item]


def _client(endpoint: Endpoint) -> httpx.AsyncClient:
    key = endpoint.api_key.get_secret_value() if endpoint.api_key else ""
    return httpx.AsyncClient(
        base_url=_url(endpoint.base_url),
        headers={"Authorization": f"Bearer {key}"} if key else {},
        timeout=endpoint.timeout_s,
    )


def _url(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(base_url.rstrip("/") + "/")
    except httpx.InvalidURL:  # its message may have a part of a password
        url = httpx.URL()
    if url.scheme not in {"http", "https"} or not url.host:
        raise SettingsError(
            f"the embedder's endpoint {without_password(base_url)!r} is not a URL; set "
            f"IBID_EMBEDDER_BASE_URL to one such as 'https://host/v1', in whose password "
            f"'/', '?', '#' and '@' are written %2F, %3F, %23 and %40"
        )
    return url


def _edges(texts: Sequence[str], endpoint: Endpoint) -> list[int]:
    """Return where batches begin, and the end; a text too long for a batch is one of its own."""
    edges, characters = [0], 0
    for index, text in enumerate(texts):
        full = index - edges[-1] >= endpoint.batch_texts
        if index > edges[-1] and (full or characters + len(text) > endpoint.batch_characters):
            edges.append(index)
            characters = 0
        characters += len(text)
    return [*edges, len(texts)] if texts else edges


def _vectors(response: httpx.Response, *, count: int) -> list[Vector]:
    try:
        items = sorted(_Reply.model_validate_json(response.content).data, key=lambda i: i.index)
    except ValidationError as error:
        raise EmbedderError(f"the embedder's answer has another form: {error}") from error
    if [item.index for item in items] != list(range(count)):
        raise EmbedderError(f"the embedder returned {len(items)} vectors for {count} texts")
    vectors = [np.array(item.embedding, dtype=np.float32) for item in items]
    norms = [float(np.linalg.norm(vector)) for vector in vectors]
    if not all(0 < norm < float("inf") for norm in norms):
        raise EmbedderError("the embedder returned a vector that has no direction")
    return [vector / np.float32(norm) for vector, norm in zip(vectors, norms, strict=True)]


def _retry_after_s(response: httpx.Response, *, default: float) -> float:
    """Return the seconds the server asks to wait, at most 30."""
    asked = response.headers.get("retry-after", "")
    return min(float(asked), 30) if asked.isdecimal() else default
