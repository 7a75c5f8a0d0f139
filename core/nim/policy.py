"""One place that decides whether, when and how often a model is asked."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from typing import TYPE_CHECKING, TypeVar

from core.errors import (
    ContextOverflowError,
    CoolingError,
    CreditsError,
    DeadlineError,
    KeyRefusedError,
    ModelGoneError,
    NoRoomError,
    ParameterError,
    PassingError,
    ProviderError,
    RateLimitedError,
    ReplyError,
    RequestRefusedError,
)
from core.nim.attempts import Asked, NotAgainError, Request, in_time
from core.nim.keyring import Keyring, hide_key, lane_of
from core.nim.retries import Retries

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import SecretStr

    from core.catalog.card import ModelCard
    from core.clock import Clock, Deadline
    from core.limits.limiter import Lane, Limiter
    from core.nim.attempts import Attempt
    from core.nim.health import Health
    from core.nim.keys import Keys

T = TypeVar("T")
_FAIR_S = 10.0
"""A model that was given less time than this is not to blame for having missed the deadline."""


class Upstream:
    """The way to every endpoint: limits, retries, circuit, retirement, learning."""

    def __init__(
        self,
        *,
        limiter: Limiter,
        health: Health,
        keys: Keys,
        clock: Clock,
        retries: Retries | None = None,
        draw: Callable[[], float] = random.random,
    ) -> None:
        """Wait as much of each wait as `draw` says, from 0 to 1."""
        self._limiter, self._health, self._clock = limiter, health, clock
        self._keyring = Keyring(keys, clock=clock)
        self._retries, self._draw = retries or Retries(), draw

    async def call(
        self,
        card: ModelCard,
        attempt: Attempt[T],
        *,
        deadline: Deadline,
        turn_s: float = inf,
        large: bool = False,
    ) -> T:
        """Return what `attempt` returns, asked as often as the failure policy allows.

        Args:
            card: of the model to ask.
            attempt: makes one request; asked again after what may pass.
            deadline: for all of it.
            turn_s: how much longer than another model each attempt may wait for our own limits to
                leave room.
            large: whether the prompt is so long that it is dear to send it again.

        Raises:
            KeyRefusedError, CreditsError: nothing else will do better with this key.
            ModelGoneError: every id of `card` is retired.
            ContextOverflowError: too long; the learned window (`Health.window`) is lower now.
            PassingError, ReplyError: no attempt gave an answer, or the wait for the next goes
                beyond the deadline.
            NoRoomError: our own limits leave no room in time.
            CoolingError: the model is let alone; nothing was sent, or nothing more.
            DeadlineError: the time is over.
            ProviderError: whatever else the attempt raised.
        """
        await self._health.refresh()
        asked = Asked(
            card=card,
            model_id=card.name,
            attempt=attempt,
            deadline=deadline,
            turn_s=turn_s,
            large=large,
        )
        return await self._ask_in_turn(asked)

    async def _ask_in_turn(self, asked: Asked[T]) -> T:
        """Return the answer of the first id of the card that is not retired."""
        card = asked.card
        for model_id in self._health.live_ids(card):
            try:
                return await self._ask(replace(asked, model_id=model_id))
            except NotAgainError as error:
                raise error.error from error.error.__cause__
            except ModelGoneError as error:
                await self._health.retire(card, model_id, error.reason)
        raise ModelGoneError(self._health.why_gone(card), model=card.name)

    async def probe(
        self, card: ModelCard, model_id: str, attempt: Attempt[T], *, deadline: Deadline
    ) -> T:
        """Return what one attempt at an id returns, whatever is known of it, and learn from it.

        Raises:
            ProviderError: what became of the attempt; it is not made again.
        """
        await self._health.refresh()
        asked = Asked(
            card=card, model_id=model_id, attempt=attempt, deadline=deadline, probing=True
        )
        try:
            return await self._attempt(asked, self._keyring.key(card))
        except NotAgainError as error:
            raise error.error from error.error.__cause__
        except ModelGoneError as error:
            await self._health.retire(card, model_id, error.reason)
            raise
        except ParameterError as error:
            await self._health.refuse(card, model_id, error.parameters)
            raise

    async def _ask(self, asked: Asked[T]) -> T:
        """Return the answer of one id, after as many attempts as it takes and is worth."""
        failed = 0
        while True:
            key = self._keyring.key(asked.card)
            try:
                return await self._attempt(asked, key)
            except (NoRoomError, CoolingError):
                raise
            except (PassingError, ReplyError) as error:
                failed += 1
                await self._wait(asked, error, failed)
            except ParameterError as error:
                if error.parameters <= self._health.refused(asked.card, asked.model_id):
                    raise
                await self._health.refuse(asked.card, asked.model_id, error.parameters)
            except (KeyRefusedError, CreditsError):
                # Goes on with a key that has replaced this one meanwhile.
                if self._keyring.key(asked.card) == key:
                    raise

    async def _attempt(self, asked: Asked[T], key: SecretStr | None) -> T:
        """Return the answer to one request, and learn from what becomes of it."""
        card, model_id, deadline = asked.card, asked.model_id, asked.deadline
        self._check(asked)
        lane = lane_of(card, model_id, key)
        async with self._limiter.admit(lane, deadline=deadline, turn_s=asked.turn_s):
            self._check(asked)
            request = Request(
                model_id=model_id,
                api_key=key,
                timeout_s=deadline.remaining_s(),
                without=self._health.refused(card, model_id),
                count=partial(self._limiter.count, lane, deadline=deadline),
            )
            with self._health.asking(card, model_id) as on_trial:
                now = self._clock.monotonic()
                sent = _Sent(lane=lane, key=key, at=now, on_trial=on_trial)
                try:
                    result = await in_time(asked, request)
                except NotAgainError as error:
                    await self._learn(asked, error.error, sent)
                    raise
                except ProviderError as error:
                    await self._learn(asked, error, sent)
                    raise
                await self._health.answered(card, model_id)
                return result

    def _check(self, asked: Asked[T]) -> None:
        """Raise if there is no time, no key, or if the model is let alone."""
        if not asked.deadline.remaining_s():
            raise DeadlineError("the time is over; nothing was sent", model=asked.model_id)
        wait_s = self._health.wait_s(asked.card, asked.model_id)
        if wait_s and not asked.probing:
            reason = f"failed too often in a row and is let alone for {wait_s:.0f} s"
            raise CoolingError(reason, model=asked.model_id, retry_after_s=wait_s)
        self._keyring.key(asked.card)  # raises where it was refused meanwhile

    async def _learn(self, asked: Asked[T], error: ProviderError, sent: _Sent) -> None:
        card, model_id = asked.card, asked.model_id
        if sent.key is not None:
            hide_key(error, sent.key)
        match error:
            case PassingError() | ReplyError():
                await self._health.failed(card, model_id, error, on_trial=sent.on_trial)
                if isinstance(error, RateLimitedError):
                    wait_s = error.retry_after_s
                    self._limiter.refused(sent.lane, sent_at=sent.at, retry_after_s=wait_s)
            case DeadlineError() if self._clock.monotonic() - sent.at >= _FAIR_S:
                await self._health.failed(card, model_id, error, on_trial=sent.on_trial)
            case KeyRefusedError() | CreditsError():
                self._keyring.refused(card, sent.key, error)
            case ContextOverflowError():
                await self._health.answered(card, model_id)
                await self._health.overflowed(card, model_id, error.limit)
            case ParameterError() | RequestRefusedError():
                await self._health.answered(card, model_id)
            case _:
                pass

    async def _wait(
        self,
        asked: Asked[T],
        error: PassingError | ReplyError,
        failed: int,
    ) -> None:
        """Return when the next attempt may be made; raise `error` if there is to be none."""
        named_s = error.retry_after_s if isinstance(error, PassingError) else None
        drawn_s = self._draw() * self._retries.wait_s(failed)
        wait_s = drawn_s if named_s is None else named_s
        if wait_s >= asked.deadline.remaining_s():
            raise error
        cooling_s = self._health.wait_s(asked.card, asked.model_id)
        if cooling_s:
            reason = f"{error.reason}; failed too often in a row, let alone for {cooling_s:.0f} s"
            raise CoolingError(
                reason, model=error.model, status=error.status, retry_after_s=cooling_s
            ) from error
        most = self._retries.large_attempts if asked.large else self._retries.attempts
        if failed >= most:
            raise error
        await self._clock.sleep(wait_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """What is to be known of a request when its fate is."""

    lane: Lane
    key: SecretStr | None
    at: float
    on_trial: bool
