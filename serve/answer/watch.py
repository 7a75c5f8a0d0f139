"""How long each stage of an answer takes."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.answers import Timings

if TYPE_CHECKING:
    from collections.abc import Generator

MILLISECONDS = 1_000


class Watch:
    """Milliseconds of each stage; a stage that comes again is added up."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._stages = defaultdict[str, float](float)

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        """Count what is inside for `search`, `rerank`, `generate` or `verify`."""
        before = time.perf_counter()
        try:
            yield
        finally:
            self._stages[name] += time.perf_counter() - before

    def timings(self) -> Timings:
        """Return what was counted, and the whole time since it was made."""
        stages = {name: round(s * MILLISECONDS, 3) for name, s in self._stages.items()}
        total = round((time.perf_counter() - self._began) * MILLISECONDS, 3)
        return Timings(**stages, total=total)
