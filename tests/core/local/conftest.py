import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.local.embedder import MiniLmEmbedder

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def embedder(data_dir: Path) -> MiniLmEmbedder:
    return MiniLmEmbedder(data_dir, workers=2)


@pytest.fixture(scope="session")
def reference_texts() -> list[str]:
    return json.loads((HERE / "reference_texts.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def reference_vectors() -> NDArray[np.float64]:
    """By sentence-transformers in fp32: `bench/reference_vectors.py`."""
    vectors: NDArray[np.float16] = np.load(HERE / "reference_vectors.npy")
    exact = vectors.astype(np.float64)
    return exact / np.linalg.norm(exact, axis=1, keepdims=True)
