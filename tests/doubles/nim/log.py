"""What the stand-in was asked, and how that ended."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.types import JsonObject


class Ending(StrEnum):
    OPEN = "open"
    SENT = "sent"
    """To the end, be it an answer or a refusal."""
    CUT = "cut"
    """By the stand-in."""
    CANCELLED = "cancelled"
    """The client went away; the service would drop the work."""


@dataclass(slots=True, kw_only=True)
class Asked:
    """One HTTP request."""

    number: int
    """Counts from 1."""
    at: float
    """Seconds of the stand-in's clock."""
    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    raw: bytes
    body: JsonObject = field(default_factory=dict[str, object])
    """Empty, where it is not a JSON object."""
    model: str = ""
    fault: str = ""
    """The name of what was done to it."""
    status: int | None = None
    """`None`: no status line has been sent."""
    ending: Ending = Ending.OPEN

    @property
    def key(self) -> str:
        """The API key."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    @property
    def streamed(self) -> bool:
        return self.body.get("stream") is True


class Log:
    """Every request, in the order of arrival; polls and listings too."""

    def __init__(self) -> None:
        self._quiet = threading.Condition()
        self._requests: list[Asked] = []
        self.in_flight = 0
        self.peak_in_flight = 0
        """The most requests that were open at a time."""
        self.connections = 0
        """How often a client connected."""

    def __iter__(self) -> Iterator[Asked]:
        return iter(self.requests)

    def __len__(self) -> int:
        return len(self._requests)

    @property
    def requests(self) -> list[Asked]:
        with self._quiet:
            return list(self._requests)

    @property
    def statuses(self) -> list[int | None]:
        return [asked.status for asked in self.requests]

    def of(self, model: str) -> list[Asked]:
        """Return the requests that named `model`."""
        return [asked for asked in self.requests if asked.model == model]

    def to(self, path: str) -> list[Asked]:
        """Return the requests whose path ends like this."""
        return [asked for asked in self.requests if asked.path.endswith(path)]

    def clear(self) -> None:
        """Forget it all."""
        with self._quiet:
            self._requests.clear()
            self.peak_in_flight, self.connections = self.in_flight, 0

    def wait_until_quiet(self, timeout_s: float = 5.0) -> bool:
        """Wait until no request is open; tell whether that came about."""
        with self._quiet:
            return self._quiet.wait_for(lambda: self.in_flight == 0, timeout_s)

    def opened(self, asked: Asked) -> None:
        with self._quiet:
            self._requests.append(asked)
            self.in_flight += 1
            self.peak_in_flight = max(self.peak_in_flight, self.in_flight)

    def closed(self, asked: Asked, ending: Ending) -> None:
        with self._quiet:
            asked.ending = ending
            self.in_flight -= 1
            self._quiet.notify_all()
