"""An embedder of no model: the words of a text, hashed; equal words make near vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from core.text import words

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from core.types import Vector


class HashEmbedder:
    """Counts what it was asked for, so that a test can tell what was embedded."""

    name = "hash-64"
    dimensions = 64
    max_tokens = 254
    passages_at_once = 64

    def __init__(self) -> None:
        self.embedded: list[str] = []
        self.before_next: Callable[[], Awaitable[None]] | None = None
        """Called once before the next passages are embedded."""

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    async def embed_query(self, question: str) -> Vector:
        return self._vector(question)

    async def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        before, self.before_next = self.before_next, None
        if before is not None:
            await before()
        self.embedded += texts
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> Vector:
        vector = np.full(self.dimensions, 1e-3, dtype=np.float32)
        for word in words(text):
            vector[crc32(word.encode()) % self.dimensions] += 1
        return vector / np.float32(np.linalg.norm(vector))
