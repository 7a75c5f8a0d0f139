"""A draft told of while a model writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.chat import Began
from serve.answer.events import Shown
from serve.answer.streamed import Streamed

if TYPE_CHECKING:
    from collections.abc import Container

    from core.chat import Delta
    from serve.answer.events import Tell
    from serve.answer.marker import Marker


class Showing:
    """Tells of a draft, without what its writer did not mean to be read."""

    def __init__(self, tell: Tell, *, marker: Marker, numbers: Container[int]) -> None:
        self._tell, self._marker, self._numbers = tell, marker, numbers
        self._streamed = Streamed(marker=marker, numbers=numbers)
        self._has_shown = False

    def __call__(self, heard: Began | Delta) -> None:
        """Tell what a model says, or that another one begins."""
        if isinstance(heard, Began):
            self._begin_anew()
            self._tell.route(model=heard.model, tier=heard.tier, window=heard.window)
            return
        if heard.retracts:
            self._begin_anew()
        self._show(self._streamed.feed(heard.text))

    def close(self, *, cut: bool) -> None:
        """Tell what was held back; the draft is at its end, or broke off."""
        self._show(self._streamed.close(cut=cut))

    def _begin_anew(self) -> None:
        self._streamed = Streamed(marker=self._marker, numbers=self._numbers)
        if self._has_shown:
            self._has_shown = False
            self._tell("delta", Shown(text="", retracts=True))

    def _show(self, text: str) -> None:
        if text:
            self._has_shown = True
            self._tell.text(text)
