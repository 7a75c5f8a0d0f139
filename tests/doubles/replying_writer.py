"""A writer whose replies depend on what it is asked, in whatever order that comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.doubles.scripted_writer import ScriptedWriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.chat import Hear, Prompt, Wanted, Written
    from core.clock import Deadline
    from core.errors import ProviderError


class ReplyingWriter(ScriptedWriter):
    def __init__(self, reply: Callable[[Prompt], str | Written | ProviderError]) -> None:
        """Reply to each prompt what `reply` returns."""
        super().__init__()
        self._reply = reply

    async def write(
        self,
        prompt: Prompt,
        *,
        deadline: Deadline,
        hear: Hear | None = None,
        wanted: Wanted | None = None,
    ) -> Written:
        self._replies.append(self._reply(prompt))
        return await super().write(prompt, deadline=deadline, hear=hear, wanted=wanted)
