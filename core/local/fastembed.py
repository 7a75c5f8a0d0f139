"""Any model of fastembed, a package that is installed only where it is wanted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import numpy as np

from core.errors import EmbedderError
from core.tokens import well_formed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tokenizers import Tokenizer

    from core.types import Vector


AT_ONCE = 64
"""Passages: few enough that what is embedded is soon stored."""
UNTRUNCATED = 512
"""What a model is taken to read that names no limit."""


class FastEmbedEmbedder:
    """A model of fastembed; its vectors are brought to length one."""

    def __init__(self, model: str, data_dir: Path, *, threads: int = 0) -> None:
        """Open `model`, which fastembed downloads into `data_dir` if it is not there.

        Args:
            model: its name in fastembed's own list.
            data_dir: where the files are kept.
            threads: 0: one for each processor.

        Raises:
            EmbedderError: fastembed is not installed, does not know the model or cannot get it.
        """
        from tokenizers import Tokenizer  # noqa: PLC0415 - only for who uses it

        try:
            from fastembed import TextEmbedding  # noqa: PLC0415 - optional
        except ImportError as error:
            raise EmbedderError(
                f"the embedder 'fastembed:{model}' needs a package that is not installed; "
                f"run `pip install fastembed` in ibid's environment"
            ) from error
        try:
            self._model = TextEmbedding(
                model, cache_dir=str(data_dir / "models"), threads=threads or None
            )
        except (ValueError, OSError) as error:
            raise EmbedderError(f"fastembed cannot open {model!r}: {error}") from error
        self._name = model
        # Its own counting stops where the model stops reading, so a copy counts the whole.
        self._tokenizer = Tokenizer.from_str(self._model.model.tokenizer.to_str())
        self._max_tokens = _max_tokens(self._tokenizer)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    @property
    def name(self) -> str:
        """The model, as the setting names it."""
        return f"fastembed:{self._name}"

    @property
    def dimensions(self) -> int:
        """The length of its vectors."""
        return self._model.embedding_size

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
        return len(self._tokenizer.encode(well_formed(text), add_special_tokens=False))

    async def embed_query(self, question: str) -> Vector:
        """Return the vector to search with."""
        return await asyncio.to_thread(
            lambda: _unit(next(iter(self._model.query_embed(well_formed(question)))))
        )

    async def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        """Return the vectors to store, in the order of `texts`."""
        return await asyncio.to_thread(self._embed, texts)

    async def close(self) -> None:
        """Release nothing: the model goes with the object."""

    def _embed(self, texts: Sequence[str]) -> list[Vector]:
        # One text in a run: padding beside a longer one would change a vector.
        clean = [well_formed(text) for text in texts]
        return [_unit(vector) for vector in self._model.passage_embed(clean, batch_size=1)]


def _max_tokens(tokenizer: Tokenizer) -> int:
    truncation = cast(
        "dict[str, int] | None",
        tokenizer.truncation,  # pyright: ignore[reportUnknownMemberType] - the stub says dict
    )
    longest = truncation["max_length"] if truncation else UNTRUNCATED
    return longest - tokenizer.num_special_tokens_to_add(is_pair=False)


def _unit(vector: Vector) -> Vector:
    return (vector / np.linalg.norm(vector)).astype(np.float32)
