"""A writer that writes what it is given, and remembers what it was asked."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from core.answers import Considered
from core.chat import (
    Began,
    Candidate,
    Completion,
    Delta,
    Finish,
    Hear,
    Need,
    Prompt,
    TokenUsage,
    Wanted,
    Written,
)
from core.clock import Deadline
from core.errors import ProviderError

WRITTEN = Written(
    completion=Completion(
        text="",
        finish=Finish.STOP,
        usage=TokenUsage(prompt_tokens=70, completion_tokens=9, reasoning_tokens=2),
        model="x/new",
    ),
    model="x/old",
    tier="standard",
    window=100_000,
    prompt_tokens=64,
    cost_usd=0.25,
)


def written(text: str, finish: Finish = Finish.STOP) -> Written:
    return replace(WRITTEN, completion=replace(WRITTEN.completion, text=text, finish=finish))


class ScriptedWriter:
    """Each call takes the next of its replies."""

    def __init__(
        self,
        *replies: str | Written | ProviderError,
        windows: Sequence[int] = (100_000,),
        price_usd: float | None = None,
    ) -> None:
        """Be models with such windows; whoever is asked for writes the next reply.

        `price_usd` is what any call is said to cost beforehand.
        """
        self._replies = deque(replies)
        self._windows, self._price_usd = windows, price_usd
        self.prompts: list[Prompt] = []
        self.wanted: list[Wanted | None] = []
        self.seconds: list[float] = []
        """That were left, at each call."""

    async def candidates(self, need: Need, wanted: Wanted | None = None) -> Sequence[Candidate]:
        tokens = need.count.cl100k + need.reserve
        self.wanted.append(wanted)
        return [
            Candidate(
                considered=Considered(
                    model=f"x/window-{window}",
                    tier="standard" if tokens <= 131_071 else "long",
                    window=window,
                    fits=tokens <= window,
                    why_not=None if tokens <= window else "too small",
                ),
                tokens=tokens,
                cost_usd=self._price_usd,
            )
            for window in self._windows
        ]

    async def write(
        self,
        prompt: Prompt,
        *,
        deadline: Deadline,
        hear: Hear | None = None,
        wanted: Wanted | None = None,
    ) -> Written:
        self.prompts.append(prompt)
        self.wanted.append(wanted)
        self.seconds.append(deadline.remaining_s())
        reply = self._replies.popleft()
        if isinstance(reply, ProviderError):
            raise reply
        found = written(reply) if isinstance(reply, str) else reply
        if hear is not None:
            hear(Began(model=found.model, tier=found.tier, window=found.window))
            for piece in re.findall(r".{1,3}", found.completion.text, re.DOTALL):
                hear(Delta(text=piece))
        return found
