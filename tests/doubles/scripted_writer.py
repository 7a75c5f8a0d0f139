"""A writer that writes what it is given, and remembers what it was asked."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import replace

from core.chat import Began, Completion, Delta, Finish, Hear, Prompt, TokenUsage, Written
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

    def __init__(self, *replies: str | Written | ProviderError) -> None:
        self._replies = deque(replies)
        self.prompts: list[Prompt] = []
        self.seconds: list[float] = []
        """That were left, at each call."""

    async def write(
        self, prompt: Prompt, *, deadline: Deadline, hear: Hear | None = None
    ) -> Written:
        self.prompts.append(prompt)
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
