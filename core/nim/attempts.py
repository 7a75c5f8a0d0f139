"""One attempt at a model: what it must use, and what becomes of it in the time there is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from core.errors import (
    ContextOverflowError,
    DeadlineError,
    ProviderError,
    RequestRefusedError,
    UnavailableError,
)

if TYPE_CHECKING:
    from pydantic import SecretStr

    from core.catalog.card import ModelCard
    from core.clock import Deadline

T = TypeVar("T")


async def _uncounted() -> None:
    """Count nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What one attempt must use."""

    model_id: str
    api_key: SecretStr | None
    """`None`: the endpoint takes none."""
    timeout_s: float
    """The time left for the attempt as a whole."""
    without: frozenset[str] = frozenset()
    """Parameters that this endpoint has been seen to refuse."""
    count: Callable[[], Awaitable[None]] = field(default=_uncounted)
    """To be awaited before each further HTTP request of the same attempt (polling)."""


Attempt: TypeAlias = Callable[[Request], Awaitable[T]]


class NotAgainError(Exception):
    """Raised by an attempt, `from` a ProviderError, that must not be tried again.

    Part of the answer has been shown. The policy takes note and raises the ProviderError.
    """

    def __init__(self, error: ProviderError) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Generic[T]):
    """A call to one id."""

    card: ModelCard
    model_id: str
    attempt: Attempt[T]
    deadline: Deadline
    turn_s: float = inf
    """How much longer than another model each attempt may wait for our own limits to leave room."""
    large: bool = False
    probing: bool = False
    """Whether it is asked though it is let alone."""


async def in_time(asked: Asked[T], request: Request) -> T:
    """Return what the attempt returns.

    Raises:
        DeadlineError: the time was over first.
        ProviderError: whatever the attempt raised; an opaque refusal of a long prompt is taken for
            an overflow.
    """
    try:
        async with asked.deadline.enforced():
            return await asked.attempt(request)
    except TimeoutError as error:
        if asked.deadline.remaining_s():
            raise UnavailableError("timed out", model=request.model_id) from error
        raise DeadlineError(
            f"no answer in the {request.timeout_s:.0f} s that were left", model=request.model_id
        ) from None
    except RequestRefusedError as error:
        if not (asked.large and error.opaque):
            raise
        reason = f"{error.reason} (to a long prompt: perhaps longer than it takes)"
        raise ContextOverflowError(reason, model=error.model, status=error.status) from error
