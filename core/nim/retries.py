"""How often a request is sent, and how long is waited between."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """Attempts, and the waits between them."""

    attempts: int = 5
    large_attempts: int = 2
    """For a prompt so large that sending it again is dear."""
    first_wait_s: float = 2.0
    """At most; each further wait may be twice as long."""
    longest_wait_s: float = 60.0

    def wait_s(self, failed: int) -> float:
        """Return how long to wait, at most, after so many failed attempts."""
        return min(self.first_wait_s * 2.0 ** (failed - 1), self.longest_wait_s)
