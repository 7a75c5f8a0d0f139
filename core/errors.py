"""Everything that ibid raises on purpose.

IbidError
├── SettingsError            a setting is wrong or missing
├── NotFoundError            a collection, document, job or answer that is not there
│   └── NothingIngestedError there is no collection at all
├── ConflictError            what was asked contradicts what is stored
│   └── EmbedderMismatchError
├── RequestError             a question, filter or source that cannot be read
├── SourceError              one document that could not be ingested; the rest goes on
├── StoreError               the store refused or broke
│   └── StoreBusyError       another process holds the embedded store
├── EmbedderError            the embedder refused or broke
└── ServerError              a running ibid server refused or broke
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class IbidError(Exception):
    """Anything that ibid raises on purpose; its text is fit to be shown to a user."""


class SettingsError(IbidError):
    """A setting is wrong or missing."""


class NotFoundError(IbidError):
    """A thing that was asked for by name is not there."""

    def __init__(self, kind: str, name: str, *, hint: str = "") -> None:
        super().__init__(f"no {kind} {name!r}" + (f"; {hint}" if hint else ""))
        self.kind, self.name = kind, name


class NothingIngestedError(NotFoundError):
    """A store has no collection, or there is no store."""

    def __init__(self, place: str) -> None:
        IbidError.__init__(
            self, f"nothing has been ingested yet in {place}; `ibid ingest PATH…` first"
        )
        self.kind, self.name = "store", place


class ConflictError(IbidError):
    """What was asked contradicts what is stored."""


class EmbedderMismatchError(ConflictError):
    """A collection was asked to be served by another embedder than the one that made it."""

    def __init__(self, *, collection: str, made_by: str, asked: str) -> None:
        super().__init__(
            f"collection {collection!r} was made by {made_by!r} and cannot be served by {asked!r}; "
            f"to migrate, ingest its documents into a new collection with that embedder"
        )
        self.collection, self.made_by, self.asked = collection, made_by, asked


class RequestError(IbidError):
    """A question, filter or option that cannot be read; the message says what is allowed."""


class SourceError(IbidError):
    """One source that could not be ingested; the others go on."""

    def __init__(self, reason: str, *, source: str = "", stage: str = "load") -> None:
        super().__init__(f"{source}: {reason}" if source else reason)
        self.source, self.stage, self.reason = source, stage, reason


class StoreError(IbidError):
    """The store refused or broke."""


class StoreBusyError(StoreError):
    """Another process holds the embedded store."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(
            f"{str(data_dir)!r} is held by another ibid process; wait until it ends, "
            f"start `ibid serve` to let commands work side by side, "
            f"or set IBID_DATA_DIR to another directory"
        )
        self.data_dir = data_dir


class EmbedderError(IbidError):
    """The embedder refused or broke."""


class ServerError(IbidError):
    """A running ibid server refused or broke."""

    def __init__(self, detail: str, *, status: int) -> None:
        super().__init__(detail)
        self.status = status
