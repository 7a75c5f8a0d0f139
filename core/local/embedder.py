"""all-MiniLM-L6-v2 in process: no server, no key, no download."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from core.local.precision import Precision
from core.types import Span, TokenVectors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from core.types import Vector

_Made = TypeVar("_Made")

MODEL = "all-MiniLM-L6-v2"
DIMENSIONS = 384
MAX_TOKENS = 254
AT_ONCE = 64
"""Passages: enough that no thread waits, few enough that what is embedded is soon stored."""
"""The 256 that the model was trained on, less the two special ones."""
QUESTIONS_KEPT = 1_000
"""Questions whose vectors are kept: search and the reader ask for the same one."""


class MiniLmEmbedder:
    """The embedded default: one text in a run, so a vector is bit for bit its text's alone."""

    def __init__(
        self,
        data_dir: Path,
        *,
        precision: Precision = Precision.INT8,
        workers: int = 0,
        max_tokens: int = MAX_TOKENS,
    ) -> None:
        """Open the model, built into `data_dir` first if it is not there (in about a second).

        Args:
            data_dir: where the built model is kept.
            precision: how the model is run; `fp32` is the reference.
            workers: threads for passages; 0: one for each processor.
            max_tokens: what lies beyond is not read; the model has places for 510.

        Raises:
            EmbedderError: the weights are missing or damaged, or `data_dir` cannot be written.
        """
        from core.local.sessions import open_encoder  # noqa: PLC0415 - imports onnxruntime
        from core.local.wordpiece import WordPiece  # noqa: PLC0415 - imports tokenizers

        self._precision = precision
        self._max_tokens = max_tokens
        self._encoder = open_encoder(data_dir, precision)
        self._wordpiece = WordPiece()
        self._workers = workers or os.cpu_count() or 1
        self._passages = ThreadPoolExecutor(self._workers, thread_name_prefix="embed-passages")
        # A question never waits behind the passages of an ingestion.
        self._questions = ThreadPoolExecutor(1, thread_name_prefix="embed-question")
        self._embed_question = lru_cache(QUESTIONS_KEPT)(self._embed)

    @property
    def name(self) -> str:
        """The model and how it is run."""
        return f"{MODEL}-{self._precision}"

    @property
    def dimensions(self) -> int:
        """The length of its vectors."""
        return DIMENSIONS

    @property
    def max_tokens(self) -> int:
        """The most tokens of one text that are read, without the special ones."""
        return self._max_tokens

    @property
    def passages_at_once(self) -> int:
        """How many texts are worth handing over together."""
        return AT_ONCE

    def count_tokens(self, text: str) -> int:
        """Return how many tokens the model's tokenizer makes of `text`, without special ones."""
        return self._wordpiece.count(text)

    async def embed_query(self, question: str) -> Vector:
        """Return the vector to search with."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._questions, self._embed_question, question)

    async def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        """Return the vectors to store, in the order of `texts`."""
        return await self._of_each(texts, self._embed)

    async def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the vectors of the tokens of each of `texts`, in their order."""
        return await self._of_each(texts, self._embed_tokens)

    async def close(self) -> None:
        """Release the threads."""
        self._passages.shutdown(wait=False, cancel_futures=True)
        self._questions.shutdown(wait=False, cancel_futures=True)

    async def _of_each(self, texts: Sequence[str], make: Callable[[str], _Made]) -> list[_Made]:
        made: dict[int, _Made] = {}
        # The longest first, so that no thread has a long text left when the others are done.
        waiting = deque(sorted(range(len(texts)), key=lambda i: len(texts[i]), reverse=True))
        stopped = threading.Event()

        def work() -> None:
            while not stopped.is_set():
                try:
                    index = waiting.popleft()
                except IndexError:
                    return
                made[index] = make(texts[index])

        loop = asyncio.get_running_loop()
        threads = [
            loop.run_in_executor(self._passages, work)
            for _ in range(min(self._workers, len(texts)))
        ]
        try:
            for thread in threads:
                await thread
        finally:
            stopped.set()
        return [made[index] for index in range(len(texts))]

    def _embed(self, text: str) -> Vector:
        return self._encoder.encode(self._wordpiece.ids(text, limit=self._max_tokens))

    def _embed_tokens(self, text: str) -> TokenVectors:
        ids, places = self._wordpiece.places(text, limit=self._max_tokens)
        vector, special = self._encoder.encode_tokens(ids)
        tokens = special[1:-1]
        return TokenVectors(
            vector=vector,
            spans=tuple(Span(start, end) for start, end in places),
            tokens=tokens / np.linalg.norm(tokens, axis=1, keepdims=True),
        )
