"""Requests under way at one time: in this process, and beside it in others of the machine."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING, Protocol

from filelock import FileLock, Timeout

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)


class Slot(Protocol):
    """The right to have one request under way."""

    async def release(self) -> None:
        """Give it back."""
        ...


class Slots(Protocol):
    """The slots that processes share."""

    async def take(self, account: str, number: int, *, lease_s: float) -> Slot | None:
        """Return an account's slot of that number, if it is free.

        It is free again after `lease_s` at the latest, should the process end without giving it
        back.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class _Unshared:
    async def release(self) -> None:
        """Nothing is held."""


UNSHARED: Slot = _Unshared()
"""Given where the place of the slots is out: work goes on without it."""


class FileSlots:
    """Slots of all processes that name the same directory.

    A file is locked for each; the system unlocks it when a process dies.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def take(self, account: str, number: int, *, lease_s: float) -> Slot | None:
        """Return an account's slot of that number, if it is free."""
        del lease_s
        name = hashlib.sha256(account.encode()).hexdigest()[:24]
        lock = FileLock(self._directory / f"slot-{name}-{number}.lock", thread_local=False)
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            lock.acquire(blocking=False)
        except Timeout:
            return None
        except OSError as error:
            _log.warning("requests under way are not shared out between processes: %s", error)
            return UNSHARED
        return _LockedFile(lock)

    async def close(self) -> None:
        """Let go of nothing."""


class _LockedFile:
    def __init__(self, lock: FileLock) -> None:
        self._lock = lock

    async def release(self) -> None:
        self._lock.release()
