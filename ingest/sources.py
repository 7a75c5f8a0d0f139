"""Where documents come from: a file or bytes, and the name that identifies them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 512 << 20
"""A larger source is refused unless the caller allows more."""

RECORD = "record"
"""The format of a document that is one JSON object: `{id?, title?, text, metadata?}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something that can be read into one document."""

    name: str
    """Identifies it: absolute resolved path, URI or upload name; `#` and an id for a part."""
    path: Path | None = None
    """Where its bytes lie; `None`: they are in `content`."""
    content: bytes = b""
    format: str = ""
    """Its format, where that does not show in the name and the bytes."""

    def size(self) -> int:
        """Return how many bytes it has, as far as can be told without reading it."""
        if self.path is None:
            return len(self.content)
        try:
            return self.path.stat().st_size
        except OSError:  # `read` says what is wrong with it
            return 0

    def read(self, *, max_bytes: int = MAX_BYTES) -> bytes:
        """Return the bytes; raises `SourceError` if there are none, too many, or no access."""
        content = self.content if self.path is None else _read(self.path, self.name, max_bytes)
        if not content:
            raise SourceError("is empty", source=self.name)
        if len(content) > max_bytes:
            raise too_large(self.name, max_bytes)
        return content


def too_large(name: str, max_bytes: int) -> SourceError:
    """Return the refusal of a source that has more than `max_bytes`."""
    return SourceError(f"is too large: more than {max_bytes:,} bytes", source=name)


def unreadable(name: str, error: OSError) -> SourceError:
    """Return the refusal of a source that the system does not let us read."""
    return SourceError(f"cannot be read: {error.strerror or error}", source=name)


def _read(path: Path, name: str, max_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(max_bytes + 1)
    except OSError as error:
        raise unreadable(name, error) from error
