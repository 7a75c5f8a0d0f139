"""fastembed as far as ibid calls it, for tests: the package is optional and its models download."""

# ruff: noqa: ARG002 - the signatures are fastembed's

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from core.local.weights import model_folder

KNOWN = "known/model"


@dataclass
class _Model:
    tokenizer: Tokenizer


class TextEmbedding:
    embedding_size = 6

    def __init__(self, model_name: str, cache_dir: str, threads: int | None = None) -> None:
        if model_name != KNOWN:
            message = f"Model {model_name} is not supported in TextEmbedding."
            raise ValueError(message)
        tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
        tokenizer.enable_truncation(32)  # pyright: ignore[reportUnknownMemberType] - **kwargs
        self.model = _Model(tokenizer)

    def query_embed(self, query: str) -> Iterator[NDArray[np.float32]]:
        yield from self.passage_embed(["query: " + query], batch_size=1)

    def passage_embed(
        self, texts: Iterable[str], *, batch_size: int
    ) -> Iterator[NDArray[np.float32]]:
        for text in texts:
            digest = hashlib.sha256(text.encode()).digest()
            yield np.frombuffer(digest[: self.embedding_size], np.uint8).astype(np.float32)
