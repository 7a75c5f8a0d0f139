"""An upstream whose models do what is written for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from math import inf
from typing import TypeAlias

from core.catalog.card import ModelCard
from core.clock import Deadline
from core.errors import ProviderError, RateLimitedError, ReplyError, UnavailableError
from core.limits.limiter import Limiter, Rates
from core.limits.windows import MemoryWindows
from core.nim.attempts import Request
from core.nim.circuit import CircuitLimits
from core.nim.health import Health
from core.nim.keys import Keys
from core.nim.policy import Upstream
from core.nim.retries import Retries
from tests.doubles.cards import chat_card
from tests.doubles.clock import VirtualClock
from tests.doubles.memory_records import MemoryRecords

CARD = chat_card("x/old", "x/new")
OWN = chat_card("x/own", key=None)
NO_CIRCUIT = CircuitLimits(failures=1000, refusals=1000)
HALF = ReplyError("it ended without a finish_reason", model="x")

Step: TypeAlias = "ProviderError | Callable[[], Awaitable[str]]"


def down(retry_after_s: float | None = None) -> UnavailableError:
    return UnavailableError("503: down", model="x", status=503, retry_after_s=retry_after_s)


def limited(retry_after_s: float | None = None) -> RateLimitedError:
    return RateLimitedError("429: slow", model="x", status=429, retry_after_s=retry_after_s)


@dataclass
class ScriptedWorld:
    """One step for each attempt; when none is left, they answer."""

    rates: Rates = field(default_factory=Rates)
    circuit: CircuitLimits = NO_CIRCUIT
    retries: Retries = field(default_factory=Retries)
    draw: Callable[[], float] = lambda: 1.0
    environment: dict[str, str] = field(default_factory=lambda: {"SOME_KEY": "nvapi-1"})
    steps: list[Step] = field(default_factory=list[Step])
    requests: list[Request] = field(default_factory=list[Request])
    sent_at: list[float] = field(default_factory=list[float])

    def __post_init__(self) -> None:
        self.clock = VirtualClock()
        self.records = MemoryRecords()
        self.limiter = Limiter(
            self.rates, clock=self.clock, windows=MemoryWindows(clock=self.clock)
        )
        self.upstream = self.open()

    def open(self) -> Upstream:
        """Open it as another process would, on the same records."""
        self.health = Health(self.records, clock=self.clock, circuit=self.circuit)
        return Upstream(
            limiter=self.limiter,
            health=self.health,
            keys=Keys(self.environment),
            clock=self.clock,
            retries=self.retries,
            draw=self.draw,
        )

    async def attempt(self, request: Request) -> str:
        self.requests.append(request)
        self.sent_at.append(self.clock.monotonic())
        step = self.steps.pop(0) if self.steps else None
        if isinstance(step, ProviderError):
            raise step
        return await step() if step else f"from {request.model_id}"

    async def ask(
        self,
        *steps: Step,
        card: ModelCard = CARD,
        seconds: float = 600,
        turn_s: float = inf,
        large: bool = False,
    ) -> str:
        self.steps += steps
        deadline = Deadline.after(seconds, clock=self.clock)
        return await self.upstream.call(
            card, self.attempt, deadline=deadline, turn_s=turn_s, large=large
        )

    @property
    def asked(self) -> list[str]:
        return [request.model_id for request in self.requests]

    @property
    def keys(self) -> list[str]:
        keys = [request.api_key for request in self.requests]
        return [key.get_secret_value() if key else "" for key in keys]
