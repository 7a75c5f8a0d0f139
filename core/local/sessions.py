"""The encoder, built once into the data directory, and run."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
from onnxruntime.capi.onnxruntime_pybind11_state import (
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
)

from core.errors import EmbedderError
from core.local.weights import model_folder, read_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.local.precision import Precision
    from core.types import Vector, Vectors

BUILDERS = ("minilm.py", "quantize.py")
"""What writes the graph: when one of them changes, a graph built before is not used."""


class Encoder:
    """A loaded graph; any number of threads may run it at once, each on its own processor."""

    def __init__(self, path: Path, *, vnni: bool | None = None) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        # Without VNNI, products of unsigned and signed bytes overflow, so the weights become
        # unsigned: the same vectors, more slowly. https://github.com/microsoft/onnxruntime/pull/12088
        exact = not (_has_vnni() if vnni is None else vnni)
        options.add_session_config_entry("session.x64quantprecision", str(int(exact)))
        self._session = onnxruntime.InferenceSession(
            str(path),
            options,
            providers=["CPUExecutionProvider"],
            # It takes seven times as long as the two operators it fuses.
            disabled_optimizers=["SkipLayerNormFusion"],
        )

    def encode(self, ids: Sequence[int]) -> Vector:
        """Return the vector of one text, given as token ids with the special ones."""
        return self._session.run(["vector"], {"ids": np.array([ids], dtype=np.int64)})[0][0]

    def encode_tokens(self, ids: Sequence[int]) -> tuple[Vector, Vectors]:
        """Return the vector of one text, as `encode` does, and those of its tokens, a row each."""
        names = ["vector", "tokens"]
        vector, tokens = self._session.run(names, {"ids": np.array([ids], dtype=np.int64)})
        return vector[0], tokens[0]


def open_encoder(data_dir: Path, precision: Precision) -> Encoder:
    """Return the encoder of `precision`, built under `data_dir` if it is not there, or broken.

    Raises:
        EmbedderError: the weights are missing or damaged, or the graph cannot be written.
    """
    path = data_dir / "models" / f"all-MiniLM-L6-v2-{precision}-{_builder()}.onnx"
    if not path.is_file():
        _build(path, precision)
    try:
        return Encoder(path)
    except (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf):
        _build(path, precision)
        return Encoder(path)


def _has_vnni() -> bool:
    """Tell whether the processor multiplies bytes without overflow; `False` where it cannot say."""
    try:
        return "vnni" in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False


def _builder() -> str:
    hasher = hashlib.sha256()
    for name in BUILDERS:
        hasher.update(Path(__file__).with_name(name).read_bytes())
    return hasher.hexdigest()[:12]


def _build(path: Path, precision: Precision) -> None:
    """Write the graph whole or not at all; of two processes that build it, either's may stay."""
    from core.local.minilm import build_graph  # noqa: PLC0415 - onnx is needed only to build

    weights = read_weights(model_folder() / "model.safetensors")
    graph = build_graph(weights, precision).SerializeToString()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(graph)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
    except OSError as error:
        raise EmbedderError(f"cannot write the embedder to {str(path)!r}: {error}") from error
