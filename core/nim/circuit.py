"""Letting a model alone that fails again and again, then trying it with a single request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

_TRIAL_S = 1.0
"""How long others wait before they look how the trial ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitLimits:
    """When a model is let alone, and for how long."""

    failures: int = 5
    """In a row, of any kind."""
    refusals: int = 3
    """In a row, all of them 429."""
    cooling_s: float = 5.0
    """The first time; each time that the trial fails, twice as long."""
    longest_cooling_s: float = 600.0


class Circuit:
    """Closed: asked freely. Open: not asked. Half-open, when it has cooled: asked once."""

    def __init__(
        self, limits: CircuitLimits, *, open_until: datetime | None = None, cooling_s: float = 0.0
    ) -> None:
        """Go on from where another process has left it."""
        self._limits = limits
        self._failures = self._refusals = 0
        self._trial = False
        self.open_until, self.cooling_s = open_until, cooling_s

    def wait_s(self, now: datetime) -> float:
        """Return the seconds until it may be asked; 0: it may be asked now."""
        if self.open_until is None:
            return 0.0
        left = (self.open_until - now).total_seconds()
        if left > self._limits.longest_cooling_s:  # the time of day was set back
            return 0.0
        return max(left, _TRIAL_S if self._trial else 0.0)

    def begin(self) -> bool:
        """Note that it is asked; tell if that is the trial."""
        self._trial = self.open_until is not None
        return self._trial

    def end_trial(self) -> None:
        """Note that the trial has ended, however it did."""
        self._trial = False

    def answered(self) -> bool:
        """Note that it answers, if only to refuse a request; tell if it was open."""
        was_open = self.open_until is not None
        self._failures = self._refusals = 0
        self._trial, self.open_until, self.cooling_s = False, None, 0.0
        return was_open

    def failed(self, now: datetime, *, limited: bool, on_trial: bool = False) -> bool:
        """Note a failure (`limited`: a 429) of a request; tell if it is open from now on."""
        self._failures += 1
        self._refusals = self._refusals + 1 if limited else 0
        if self.open_until is not None and not on_trial:
            return False  # it was sent before this opened
        limits = self._limits
        too_many = self._failures >= limits.failures or self._refusals >= limits.refusals
        if not (on_trial or too_many):
            return False
        longer = 2 * self.cooling_s if self.cooling_s else limits.cooling_s
        self.cooling_s = min(longer, limits.longest_cooling_s)
        self.open_until = now + timedelta(seconds=self.cooling_s)
        return True
