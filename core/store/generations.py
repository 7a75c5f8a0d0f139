"""Which directory of an index is live: a pointer, replaced in one step.

An index is a directory with one subdirectory for each generation and a file `current` that names
the live one. Whatever it does not name is left over from a crash and is cleared away.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from core.errors import StoreError
from core.store.files import write_text

if TYPE_CHECKING:
    from pathlib import Path


class Generations:
    """The generations of one index, in a directory of their own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.pointer = home / "current"

    def current(self) -> Path | None:
        """Return the live generation; `None`: the index was never finished, or is deleted.

        Raises:
            StoreError: the live generation is not there.
        """
        if not self.pointer.exists():
            return None
        live = self.home / self.pointer.read_text(encoding="ascii").strip()
        if not live.is_dir():
            raise StoreError(f"the index in {str(self.home)!r} is damaged; restore a backup")
        return live

    def following(self) -> Path:
        """Return the directory for the next generation, which is not there yet."""
        numbers = [int(entry.name) for entry in self.home.glob("[0-9]*") if entry.is_dir()]
        return self.home / f"{max(numbers, default=0) + 1:06}"

    def publish(self, generation: Path) -> None:
        """Make a finished generation the live one, for good when this returns."""
        write_text(self.pointer, generation.name)

    def clear(self) -> None:
        """Remove whatever is not live."""
        if not self.home.is_dir():
            return
        live = self.current()
        for entry in self.home.iterdir():
            if entry.is_dir() and entry != live:
                shutil.rmtree(entry)

    def remove(self) -> None:
        """Remove the index; an interruption leaves it absent."""
        self.pointer.unlink(missing_ok=True)
        shutil.rmtree(self.home, ignore_errors=True)
