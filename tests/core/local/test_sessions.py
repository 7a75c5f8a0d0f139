import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.errors import EmbedderError
from core.local.precision import Precision
from core.local.sessions import Encoder, open_encoder
from core.local.weights import model_folder, read_weights

IDS = [101, *range(2000, 2200), 102]
BUILD = """
import hashlib, sys
from pathlib import Path
from core.local.precision import Precision
from core.local.sessions import open_encoder
vector = open_encoder(Path(sys.argv[1]), Precision.INT8).encode([101, 2023, 102])
print(hashlib.sha256(vector.tobytes()).hexdigest())
"""


def _graphs(data_dir: Path) -> list[Path]:
    return sorted((data_dir / "models").iterdir())


def test_two_processes_may_build_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BUILD, str(tmp_path)]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own code
        for _ in range(2)
    ]
    printed = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    vector = open_encoder(tmp_path, Precision.INT8).encode([101, 2023, 102])
    assert printed == [hashlib.sha256(vector.tobytes()).hexdigest() + "\n"] * 2
    assert [path.suffix for path in _graphs(tmp_path)] == [".onnx"]


def test_the_graph_is_built_once(data_dir: Path) -> None:
    open_encoder(data_dir, Precision.INT8)
    before = [(path, path.stat().st_mtime_ns) for path in _graphs(data_dir)]
    open_encoder(data_dir, Precision.INT8)
    assert [(path, path.stat().st_mtime_ns) for path in _graphs(data_dir)] == before


@pytest.mark.parametrize("kept", [0, 1000, -100_000], ids=["empty", "head", "truncated"])
def test_a_graph_that_cannot_be_read_is_built_again(
    data_dir: Path, tmp_path: Path, kept: int
) -> None:
    vector = open_encoder(data_dir, Precision.INT8).encode(IDS)
    shutil.copytree(data_dir, tmp_path, dirs_exist_ok=True)
    [graph] = tmp_path.glob("models/*int8*")
    graph.write_bytes(graph.read_bytes()[:kept])
    assert (open_encoder(tmp_path, Precision.INT8).encode(IDS) == vector).all()


def test_a_processor_without_vnni_gives_the_same_vectors(data_dir: Path) -> None:
    open_encoder(data_dir, Precision.INT8)
    [path] = [path for path in _graphs(data_dir) if "int8" in path.name]
    with_vnni, without = Encoder(path, vnni=True), Encoder(path, vnni=False)
    assert np.allclose(with_vnni.encode(IDS), without.encode(IDS), atol=1e-6)


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    weights = bytearray((model_folder() / "model.safetensors").read_bytes())
    weights[len(weights) // 2] ^= 1
    damaged = tmp_path / "model.safetensors"
    damaged.write_bytes(weights)
    with pytest.raises(EmbedderError, match=r"damaged: SHA-256 .* expected 53aa5117"):
        read_weights(damaged)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match="cannot read the weights"):
        read_weights(tmp_path / "model.safetensors")


def test_a_data_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where a directory should be")
    with pytest.raises(EmbedderError, match="cannot write the embedder to"):
        open_encoder(tmp_path, Precision.INT8)
