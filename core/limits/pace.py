"""How many requests a minute one model is asked for: less after each 429, then slowly more."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.clock import Clock

_GROW_EVERY_S = 60.0
_STEPS = 16
"""Steps from nothing to the whole rate."""


class Pace:
    """Additive increase, multiplicative decrease."""

    def __init__(self, *, most: int | None, after_refusal: int, clock: Clock) -> None:
        """Allow `most` requests a minute.

        `None`: any number, until there is a 429; from then on it is as if `after_refusal` had been
        the most.
        """
        self._most, self._after_refusal, self._clock = most, after_refusal, clock
        self._lowered_to = 0
        self._lowered_at: float | None = None
        self._paused_until = float("-inf")

    @property
    def per_minute(self) -> int | None:
        """The requests a minute that are allowed now, at least 1; `None`: any number."""
        if self._most is None or self._lowered_at is None:
            return self._most
        minutes = int((self._clock.monotonic() - self._lowered_at) // _GROW_EVERY_S)
        return min(self._most, self._lowered_to + minutes * max(1, self._most // _STEPS))

    def paused_s(self) -> float:
        """Return the seconds in which nothing may be sent, because the endpoint said so."""
        return max(0.0, self._paused_until - self._clock.monotonic())

    def refused(self, *, sent_at: float, retry_after_s: float | None) -> None:
        """Halve the rate after a 429, once for all the requests that were under way together."""
        now = self._clock.monotonic()
        self._paused_until = max(self._paused_until, now + (retry_after_s or 0.0))
        if self._lowered_at is not None and sent_at <= self._lowered_at:
            return
        if self._most is None:
            self._most = self._after_refusal
        self._lowered_to, self._lowered_at = max(1, (self.per_minute or self._most) // 2), now
