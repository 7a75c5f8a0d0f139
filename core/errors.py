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
├── ProviderError            a model's endpoint refused or broke
│   ├── KeyRefusedError      401, 403: no other call with this key will do better
│   ├── CreditsError         402
│   ├── ModelGoneError       404, 410: retired, or not this account's
│   ├── ContextOverflowError the prompt, or a text to embed, is longer than the model takes
│   ├── ParameterError       400, 422: the model does not take a parameter
│   ├── RequestRefusedError  400, 413, 422: anything else about the request
│   ├── PassingError         a later try may do better
│   │   ├── RateLimitedError 429
│   │   │   └── NoRoomError  our own limits leave no room in time
│   │   └── UnavailableError 5xx, 202 for ever, time-outs, broken connections
│   │       └── CoolingError failed too often in a row: let alone for a while
│   ├── ReplyError           what came back is not an answer, or not the whole of one
│   ├── DeadlineError        the time for the question is over
│   ├── OverBudgetError      the call may cost more than is allowed
│   └── NoModelError         every candidate is out
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

    def __init__(self, *, collection: str, made_by: str, asked: str, hint: str = "") -> None:
        super().__init__(
            f"collection {collection!r} was made by {made_by!r} and cannot be served by {asked!r}; "
            f"{hint}to migrate, ingest its documents into a new collection with that embedder"
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


class ProviderError(IbidError):
    """A model's endpoint refused or broke; never shows a key."""

    def __init__(self, reason: str, *, model: str, status: int | None = None) -> None:
        super().__init__(f"{model}: {reason}")
        self.reason, self.model, self.status = reason, model, status


class KeyRefusedError(ProviderError):
    """The key is missing, wrong or not allowed this; no other call with it will do better."""


class CreditsError(ProviderError):
    """The account has no credits left."""


class ModelGoneError(ProviderError):
    """The id is retired, unknown, or not this account's."""


class ContextOverflowError(ProviderError):
    """The prompt, or a text to embed, is longer than the model takes."""

    def __init__(
        self, reason: str, *, model: str, status: int | None = None, limit: int | None = None
    ) -> None:
        super().__init__(reason, model=model, status=status)
        self.limit = limit
        """Tokens that it takes; `None`: it did not say."""


class ParameterError(ProviderError):
    """The model does not take a parameter, or not this value of it."""

    def __init__(
        self, reason: str, *, model: str, status: int | None = None, parameters: frozenset[str]
    ) -> None:
        super().__init__(reason, model=model, status=status)
        self.parameters = parameters


class RequestRefusedError(ProviderError):
    """The request is not taken, and sending it again will not change that."""

    def __init__(
        self, reason: str, *, model: str, status: int | None = None, opaque: bool = False
    ) -> None:
        super().__init__(reason, model=model, status=status)
        self.opaque = opaque
        """Whether the endpoint does not say why: a long prompt may have been too long."""


class PassingError(ProviderError):
    """What keeps it from answering may pass: a later try may do better."""

    def __init__(
        self,
        reason: str,
        *,
        model: str,
        status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(reason, model=model, status=status)
        self.retry_after_s = retry_after_s
        """Seconds until then; `None`: it did not say."""


class RateLimitedError(PassingError):
    """Too many requests."""


class NoRoomError(RateLimitedError):
    """Our own limits leave no room in time; nothing was sent."""


class UnavailableError(PassingError):
    """The endpoint cannot be reached, is overloaded or broke."""


class CoolingError(UnavailableError):
    """The model failed too often in a row and is let alone for `retry_after_s`."""


class ReplyError(ProviderError):
    """What came back is not an answer, or not the whole of one."""


class DeadlineError(ProviderError):
    """The time for the question is over."""


class OverBudgetError(ProviderError):
    """The call may cost more than is allowed, or nobody knows what it costs; nothing was sent."""


class NoModelError(ProviderError):
    """Every candidate is out; the reasons are in the message."""

    def __init__(self, causes: tuple[tuple[str, ProviderError], ...]) -> None:
        reasons = "; ".join(f"{name}: {error.reason}" for name, error in causes)
        reason = f"no model answered: {reasons or 'there is no candidate'}"
        IbidError.__init__(self, reason)
        self.reason, self.model, self.status = reason, "", None
        self.causes = causes
        """Each candidate and its error, in the order they were tried."""


class ServerError(IbidError):
    """A running ibid server refused or broke."""

    def __init__(self, detail: str, *, status: int) -> None:
        super().__init__(detail)
        self.status = status
