"""A disk in memory, where there is one: waiting for a real one is not what is tested."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

_MEMORY = Path("/dev/shm")  # noqa: S108 - a directory of our own is made in it


@contextmanager
def quick_directory() -> Generator[Path]:
    """Give an empty directory whose `fsync` costs nothing, if the machine has such."""
    parent = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=parent, prefix="ibid-test-") as directory:
        yield Path(directory)
