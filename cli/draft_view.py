"""An answer while it is written: its text as it comes, until the checked one takes its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.spinner import Spinner
from rich.text import Text

from cli.terminal import printable
from core.answers import Answer
from core.errors import ServerError
from serve.answer.events import FINAL, Progress, Routed, Shown

if TYPE_CHECKING:
    from rich.live import Live

    from serve.answer.events import Event

_LINES = 12
"""Of the text, its last ones: what scrolls away cannot be taken back."""


class DraftView:
    """Shows the end of a draft, and keeps the answer that comes after it."""

    def __init__(self, live: Live) -> None:
        """Show it in `live`, which is transient."""
        self._live = live
        self._live.update(_waiting("searching"))
        self._text = ""
        self._answer: Answer | None = None

    def hear(self, event: Event) -> None:
        """Show what happened."""
        if event.kind == FINAL and isinstance(event.data, Answer):
            self._answer = event.data
        elif isinstance(event.data, Progress):
            self._live.update(_waiting(_reading(event.data)))
        elif isinstance(event.data, Routed):
            self._live.update(_waiting(f"asking {event.data.model}"))
        elif isinstance(event.data, Shown):
            self._text = event.data.text if event.data.retracts else self._text + event.data.text
            lines = printable(self._text).splitlines()[-_LINES:]
            self._live.update(Padding(Text("\n".join(lines), style="dim"), (1, 2)))

    @property
    def answer(self) -> Answer:
        """The answer at the end of it; raises `ServerError` where none came."""
        if self._answer is None:
            raise ServerError("the server broke off before the answer was there", status=503)
        return self._answer


def _reading(progress: Progress) -> str:
    read = f"{progress.windows_read} of {progress.windows_planned} parts"
    return f"reading {read}, {progress.tokens_read:,} tokens"


def _waiting(doing: str) -> Padding:
    return Padding(Spinner("dots", Text(f"{printable(doing)} …", style="dim")), (0, 2))
