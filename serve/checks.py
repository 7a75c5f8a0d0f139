"""Whether what ibid needs works, told without asking it again and again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from core.errors import IbidError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from core.clock import Clock

AGAIN_S = 30.0
"""What did not work is not tried again for so long: a probe every few seconds would spend what a
provider allows, and keep it from coming back."""


async def wrong(attempt: Awaitable[object]) -> str:
    """Return why `attempt` fails; empty: it does not."""
    try:
        await attempt
    except IbidError as error:
        return str(error)
    return ""


class Lately:
    """What was wrong with something when it was last tried."""

    def __init__(self, *, clock: Clock) -> None:
        """Know nothing yet."""
        self._clock = clock
        self._trying = asyncio.Lock()
        self._wrong, self._until = "", 0.0

    async def wrong(self, attempt: Callable[[], Awaitable[object]]) -> str:
        """Return why `attempt` fails, or failed a moment ago; empty: it does not.

        Who asks while it is tried waits for the same outcome.
        """
        async with self._trying:
            if not self._wrong or self._clock.monotonic() >= self._until:
                self._wrong = await wrong(attempt())
                self._until = self._clock.monotonic() + AGAIN_S
            return self._wrong
