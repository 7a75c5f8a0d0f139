"""Where the server that holds a data directory is reached; only its owner may read it."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import orjson
from pydantic import TypeAdapter, ValidationError

from core.errors import StoreError

FILE = "server.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A server, while it runs."""

    url: str
    token: str
    """Lets its bearer name files on the server's machine as sources."""
    pid: int


def write_lease(data_dir: Path, lease: Lease) -> None:
    """Leave `lease` in `data_dir`, readable by its owner alone, whole or not at all.

    Raises:
        StoreError: it cannot be written.
    """
    try:
        descriptor, name = tempfile.mkstemp(dir=data_dir, prefix=f".{FILE}.")  # mode 0600
        with os.fdopen(descriptor, "wb") as file:
            file.write(orjson.dumps(lease))
        Path(name).replace(data_dir / FILE)
    except OSError as error:
        raise StoreError(f"cannot write {str(data_dir / FILE)!r}: {error.strerror}") from error


def read_lease(data_dir: Path) -> Lease | None:
    """Return what a server left in `data_dir`; `None` where none did or it has ended."""
    try:
        lease = TypeAdapter(Lease).validate_json((data_dir / FILE).read_bytes())
    except (OSError, ValidationError):
        return None
    return lease if _runs(lease.pid) else None


def remove_lease(data_dir: Path, lease: Lease) -> None:
    """Take `lease` away, if it is still the one that lies there."""
    if read_lease(data_dir) == lease:
        (data_dir / FILE).unlink(missing_ok=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True
