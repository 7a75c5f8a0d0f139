"""Under which the stand-in works, and what goes wrong by chance."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.clock import Clock
from tests.doubles.nim.broken import (
    ALL,
    Drop,
    ErrorShape,
    Garbage,
    MissingVector,
    NoChoices,
    NoFinish,
    NotNumbers,
    OnlyThought,
    Shuffled,
    Stall,
    StreamError,
    WrongDimensions,
)
from tests.doubles.nim.faults import (
    Accepted,
    BadGateway,
    Degraded,
    GatewayTimeout,
    HtmlPage,
    InferenceError,
    JsonList,
    Overloaded,
    TooManyRequests,
    WorkerLimit,
)
from tests.doubles.nim.model import Kind
from tests.doubles.nim.script import Fault

ANYWHERE: tuple[Fault, ...] = (
    TooManyRequests(),
    TooManyRequests(retry_after="1"),
    InferenceError(500),
    InferenceError(503),
    BadGateway(),
    WorkerLimit(),
    Degraded(status=503),
    GatewayTimeout(after_s=0),
    Overloaded(),
    JsonList(),
    HtmlPage(),
    NoChoices(),
    Accepted(),
    Drop(after=None),
    Drop(),
    Drop(reset=True),
    Stall(),
    Stall(after=None),
    Garbage(),
)
TRANSIENT: Mapping[Kind, tuple[Fault, ...]] = {
    Kind.CHAT: (
        *ANYWHERE,
        *(StreamError(shape) for shape in ErrorShape),
        NoFinish(),
        NoFinish(after=ALL, done=True),
        OnlyThought(),
    ),
    Kind.EMBEDDING: (
        *ANYWHERE,
        MissingVector(),
        WrongDimensions(),
        NotNumbers(),
        Shuffled(),
    ),
    Kind.RERANKING: (*ANYWHERE, MissingVector()),
}
"""One of each that a later try may not meet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    requests_per_minute: int | None = None
    """For each key, all models together; requests that are refused for it do not count."""
    slots: int | None = None
    """How many requests are worked on at a time."""
    latency_s: float = 0.0
    """Passes before each answer."""
    chunk_s: float = 0.0
    """Passes between the pieces of a streamed answer."""
    keys: frozenset[str] | None = None
    """Those that are accepted; `None`: any, and none at all."""
    max_body_bytes: int = 5 * 2**20
    faults: float = 0.0
    """The share of requests to which something happens."""
    seed: int = 0
    pool: Mapping[Kind, tuple[Fault, ...]] = field(default_factory=lambda: TRANSIENT)
    """What may happen."""


class Chance:
    """Draws what happens to a request, the same sequence for one seed."""

    def __init__(self, conditions: Conditions) -> None:
        self._conditions = conditions
        self._random = random.Random(conditions.seed)  # noqa: S311 - nothing is secret here

    def fault(self, kind: Kind) -> Fault | None:
        if self._random.random() >= self._conditions.faults:
            return None
        return self._random.choice(self._conditions.pool[kind])


class SlidingWindow:
    """Admits so many requests within any sixty seconds."""

    def __init__(self, per_minute: int | None, clock: Clock) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._admitted: defaultdict[str, deque[float]] = defaultdict(deque)

    def admits(self, key: str) -> bool:
        if self._per_minute is None:
            return True
        now, admitted = self._clock.monotonic(), self._admitted[key]
        while admitted and admitted[0] <= now - 60:
            admitted.popleft()
        if len(admitted) >= self._per_minute:
            return False
        admitted.append(now)
        return True
