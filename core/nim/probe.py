"""Which ids live: each is asked for as little as can be asked for."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from core.catalog.card import ModelKind
from core.chat import Message, Prompt, Role
from core.clock import Deadline
from core.errors import (
    CreditsError,
    DeadlineError,
    KeyRefusedError,
    ModelGoneError,
    NoRoomError,
    ParameterError,
    ProviderError,
    RateLimitedError,
    ReplyError,
    UnavailableError,
)
from core.nim.asking import Asking
from core.nim.connections import Call, ChatConnections, Timeouts
from core.nim.session import Connections
from core.nim.stream import Assembly
from core.nim.threads import in_thread
from core.nim.vector_cache import InputType

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.catalog.card import ModelCard
    from core.clock import Clock
    from core.nim.attempts import Request
    from core.nim.keys import Keys
    from core.nim.policy import Upstream
    from core.nim.session import NimSession

PATIENCE_S = 60.0
"""What takes longer to say a word is no candidate for an answer."""
_WORD = "ibid"
_PROMPT = Prompt(messages=(Message(role=Role.USER, text=_WORD),), max_tokens=1)
_TRIES = 3
"""Of an id that refuses parameters, each time without those it has refused."""
_NOT_ENTITLED = "not found for account"
"""How NVIDIA's gateway says that a model is there, and not for this account."""


class Sign(StrEnum):
    """What became of asking an id."""

    ALIVE = "alive"
    RETIRED = "retired"
    NOT_ENTITLED = "not entitled"
    NOT_FOUND = "not found"
    RATE_LIMITED = "rate limited"
    NOT_ASKED = "not asked"
    """Our own limits left no room."""
    NO_KEY = "no key"
    """There is none to ask with."""
    KEY_REFUSED = "key refused"
    NO_CREDITS = "no credits"
    UNREACHABLE = "unreachable"
    """No server answered, or not in time."""
    UNAVAILABLE = "unavailable"
    """A server said that it cannot now."""
    NO_ANSWER = "no answer"
    """What came back is none."""
    REFUSED = "refused"
    """It did not take the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """An id of a card, and what became of asking it."""

    card: ModelCard
    model_id: str
    sign: Sign
    reason: str = ""
    """What was said instead of an answer."""
    latency_s: float | None = None
    """From sending to the end of the answer; `None`: there was none."""


class Prober:
    """Asks ids whatever is known of them; what that teaches is learned."""

    def __init__(self, upstream: Upstream, *, keys: Keys, clock: Clock) -> None:
        """Open nothing yet."""
        self._upstream, self._keys, self._clock = upstream, keys, clock
        self._chat = ChatConnections(clock=clock, timeouts=Timeouts())
        self._connections = Connections(clock=clock)

    async def ask(
        self, cards: Sequence[ModelCard], *, tell: Callable[[int, int], None]
    ) -> list[Probed]:
        """Return what became of each id of `cards`, in their order.

        They are asked side by side, as the limits allow. An id that several cards of an endpoint
        have is asked once. `tell` is called with how many have been asked, of how many.
        """
        ids = {_place(card, model_id): card for card in cards for model_id in card.ids}
        deadline = Deadline.after(PATIENCE_S * len(ids), clock=self._clock)
        found: dict[tuple[str, str], Probed] = {}

        async def ask(card: ModelCard, model_id: str) -> None:
            found[_place(card, model_id)] = await self._ask(card, model_id, deadline)
            tell(len(found), len(ids))

        tell(0, len(ids))
        await self._open()
        async with asyncio.TaskGroup() as group:
            for (_, model_id), card in ids.items():
                group.create_task(ask(card, model_id))
        return [
            replace(found[_place(card, model_id)], card=card)
            for card in cards
            for model_id in card.ids
        ]

    async def close(self) -> None:
        """Release the connections."""
        await self._chat.close()
        self._connections.close()

    async def _open(self) -> None:
        """Import what takes seconds while no clock runs."""
        await self._chat.open()
        await in_thread(partial(import_module, "core.nim.clients"))

    async def _ask(self, card: ModelCard, model_id: str, deadline: Deadline) -> Probed:
        probed = partial(Probed, card=card, model_id=model_id)
        if not self._keys.opens(card):
            return probed(sign=Sign.NO_KEY, reason=f"{card.endpoint.api_key_env} is not set")
        attempt = partial(self._attempt, card)
        for left in reversed(range(_TRIES)):
            try:
                took_s = await self._upstream.probe(card, model_id, attempt, deadline=deadline)
            except ProviderError as error:
                if isinstance(error, ParameterError) and left:
                    continue
                return probed(sign=sign_of(error), reason=error.reason)
            return probed(sign=Sign.ALIVE, latency_s=took_s)
        raise AssertionError

    async def _attempt(self, card: ModelCard, request: Request) -> float:
        """Return the seconds that an answer takes; raises `ProviderError`."""
        request = replace(request, timeout_s=min(request.timeout_s, PATIENCE_S))
        begun = self._clock.monotonic()
        if card.kind is ModelKind.CHAT:
            await self._say(card, request)
        else:
            ask = _embed if card.kind is ModelKind.EMBEDDING else _rank
            await self._connections.attempt(request, partial(ask, card, request))
        return self._clock.monotonic() - begun

    async def _say(self, card: ModelCard, request: Request) -> None:
        assembly = Assembly(model=request.model_id, thinking=False)
        body = Asking.of(card, _PROMPT).body(request.model_id, without=request.without)
        call = Call(url=card.url(request.model_id), body=body, request=request)
        limit = Deadline.after(request.timeout_s, clock=self._clock)
        try:
            async with limit.enforced(), aclosing(self._chat.events(call)) as events:
                async for event in events:
                    assembly.add(event)
        except TimeoutError as error:
            reason = f"no answer within {request.timeout_s:.0f} s"
            raise UnavailableError(reason, model=request.model_id) from error
        assembly.end()
        assembly.completion()


def sign_of(error: ProviderError) -> Sign:
    """Return what an error says of the id that was asked."""
    match error:
        case ModelGoneError(status=410):
            return Sign.RETIRED
        case ModelGoneError():
            entitled = _NOT_ENTITLED not in error.reason.lower()
            return Sign.NOT_FOUND if entitled else Sign.NOT_ENTITLED
        case UnavailableError() | DeadlineError():
            return Sign.UNREACHABLE if error.status is None else Sign.UNAVAILABLE
        case _:
            return next((sign for kind, sign in _SIGNS if isinstance(error, kind)), Sign.REFUSED)


_SIGNS: tuple[tuple[type[ProviderError], Sign], ...] = (
    (NoRoomError, Sign.NOT_ASKED),
    (RateLimitedError, Sign.RATE_LIMITED),
    (KeyRefusedError, Sign.KEY_REFUSED),
    (CreditsError, Sign.NO_CREDITS),
    (ReplyError, Sign.NO_ANSWER),
)


def _place(card: ModelCard, model_id: str) -> tuple[str, str]:
    return card.url(model_id), model_id


def _embed(card: ModelCard, request: Request, session: NimSession) -> None:
    from core.nim.clients import Door, Truncate, embed  # noqa: PLC0415 - imported by now

    door = Door(card=card, request=request, session=session)
    embed([_WORD], door, kind=InputType.QUERY, truncate=Truncate.NONE)


def _rank(card: ModelCard, request: Request, session: NimSession) -> None:
    from core.nim.clients import Door, rank  # noqa: PLC0415 - imported by now

    rank(_WORD, [_WORD], Door(card=card, request=request, session=session))
