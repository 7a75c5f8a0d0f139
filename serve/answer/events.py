"""How an answer comes about, told while it does."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from core.chat import Began
from serve.answer.streamed import Streamed

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from core.chat import Delta
    from retrieval.pack import Evidence
    from serve.answer.finding import Finding
    from serve.answer.marker import Marker


FINAL = "final"
"""The kind of the event that has the whole answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened on the way; the `final` one is the answer, and all that holds."""

    kind: str
    """`route`, `evidence`, `delta`, `citation`, `claim`, `final` or `error`."""
    data: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """A model that is now asked; the text begins anew."""

    model: str
    tier: str
    window: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A piece of the text as a reader may see it; its markers are provisional."""

    text: str
    retracts: bool = False
    """Whether all that was shown before it does not count."""


class Tell:
    """Tells whoever waits; `Tell()` tells nobody."""

    def __init__(self, put: Callable[[Event], None] | None = None) -> None:
        self._put = put

    def __call__(self, kind: str, data: object) -> None:
        """Tell that something happened."""
        if self._put is not None:
            self._put(Event(kind=kind, data=data))

    def evidence(self, evidence: Sequence[Evidence]) -> None:
        """Tell what the answer is written from."""
        self("evidence", {"passages": [each.passage for each in evidence]})

    def route(self, *, model: str, tier: str, window: int) -> None:
        """Tell who is now asked; the text begins anew."""
        self("route", Routed(model=model, tier=tier, window=window))

    def text(self, piece: str) -> None:
        """Tell of a piece of the text."""
        self("delta", Shown(text=piece))

    def finding(self, finding: Finding) -> None:
        """Tell what the checks have found: of every citation, and then of every claim."""
        for citation in finding.citations:
            self("citation", citation)
        for index, claim in enumerate(finding.claims):
            self("claim", {"index": index, **asdict(claim)})

    def shown(self, *, marker: Marker, numbers: Container[int]) -> Showing | None:
        """Return what tells of a draft while it is written; `None`: nobody waits for it."""
        return Showing(self, marker=marker, numbers=numbers) if self._put is not None else None


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
