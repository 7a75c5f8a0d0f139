from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

class _Model:
    tokenizer: Tokenizer

class TextEmbedding:
    model: _Model
    def __init__(
        self, model_name: str, cache_dir: str | None = None, threads: int | None = None
    ) -> None: ...
    @property
    def embedding_size(self) -> int: ...
    def query_embed(self, query: str) -> Iterable[NDArray[np.float32]]: ...
    def passage_embed(
        self, texts: Iterable[str], *, batch_size: int = 256
    ) -> Iterable[NDArray[np.float32]]: ...
