from collections.abc import Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

class SentenceTransformer:
    def __init__(self, model_name_or_path: str, *, device: str) -> None: ...
    @overload
    def encode(self, inputs: str, *, batch_size: int = 32) -> NDArray[np.float32]: ...
    @overload
    def encode(self, inputs: Sequence[str], *, batch_size: int = 32) -> NDArray[np.float32]: ...
