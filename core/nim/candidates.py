"""Which of several models answers: the first that can."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Generic, TypeVar

from core.errors import (
    CoolingError,
    CreditsError,
    DeadlineError,
    KeyRefusedError,
    NoModelError,
    NoRoomError,
    ProviderError,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from core.catalog.card import ModelCard
    from core.clock import Deadline

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """A candidate that did not answer, and why."""

    model: str
    error: ProviderError


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Generic[T]):
    """What the first live candidate gave."""

    result: T
    card: ModelCard
    fallbacks: tuple[Fallback, ...] = ()
    """Those before it, in the order they were tried."""


async def first_live(
    cards: Sequence[ModelCard], call: Callable[[ModelCard], Awaitable[T]], *, deadline: Deadline
) -> Answered[T]:
    """Return what the first of `cards` that answers gives, and why those before it did not.

    Where all are out and some only for a while (let alone, or our own limits leave no room), these
    are tried again when that is over, if it is over before the deadline.

    Raises:
        NoModelError: every candidate is out, or the time is over; has the reasons of all that were
            asked.
    """
    causes: dict[str, ProviderError] = {}
    left = list(cards)
    while left:
        try:
            answered = await _pass(left, call, causes)
        except DeadlineError as error:
            raise NoModelError(_of_asked(causes)) from error
        if answered is not None:
            return answered
        left = await _cooled(left, causes, deadline)
    raise NoModelError(_of_asked(causes))


async def _pass(
    cards: Sequence[ModelCard],
    call: Callable[[ModelCard], Awaitable[T]],
    causes: dict[str, ProviderError],
) -> Answered[T] | None:
    """Try each of `cards` once, noting in `causes` why it did not answer."""
    refused: dict[tuple[str, str | None], ProviderError] = {}
    for card in cards:
        key = (card.endpoint.base_url, card.endpoint.api_key_env)
        if key in refused:
            causes[card.name] = refused[key]
            continue
        try:
            result = await call(card)
        except ProviderError as error:
            causes[card.name] = error
            if isinstance(error, DeadlineError):
                raise
            if isinstance(error, KeyRefusedError | CreditsError):
                refused[key] = error
        else:
            earlier = {name: cause for name, cause in causes.items() if name != card.name}
            fallbacks = tuple(Fallback(model=name, error=cause) for name, cause in earlier.items())
            return Answered(result=result, card=card, fallbacks=fallbacks)
    return None


def _of_asked(causes: Mapping[str, ProviderError]) -> tuple[tuple[str, ProviderError], ...]:
    """Return `causes` without those who were not asked: theirs is another's of the same key."""
    asked: dict[ProviderError, str] = {}
    for name, error in causes.items():
        asked.setdefault(error, name)
    return tuple((name, error) for error, name in asked.items())


async def _cooled(
    cards: Sequence[ModelCard], causes: dict[str, ProviderError], deadline: Deadline
) -> list[ModelCard]:
    """Wait for the first of `cards` that are out for a while; return all of these.

    None are returned, and nothing is waited for, where it would be too late.
    """
    waits = [(card, _wait_s(causes[card.name])) for card in cards]
    later = [(card, wait_s) for card, wait_s in waits if wait_s is not None]
    first_s = min((wait_s for _, wait_s in later), default=inf)
    if first_s >= deadline.remaining_s():
        return []
    await deadline.clock.sleep(first_s)
    return [card for card, _ in later]


def _wait_s(error: ProviderError) -> float | None:
    """Return the seconds after which to try again; `None`: there is no use in it."""
    return error.retry_after_s if isinstance(error, CoolingError | NoRoomError) else None
