"""How an answer comes about, told while it does."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from retrieval.pack import Evidence
    from serve.answer.finding import Finding
    from serve.answer.marker import Marker
    from serve.answer.showing import Showing


FINAL = "final"
"""The kind of the event that has the whole answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened on the way; the `final` one is the answer, and all that holds."""

    kind: str
    """`progress`, `route`, `evidence`, `delta`, `citation`, `claim`, `final` or `error`."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far documents are read that no model holds at once."""

    windows_read: int
    windows_planned: int
    """May grow: a part that proves too long is divided."""
    tokens_read: int
    """Of documents, as cl100k counts."""


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

    def progress(self, progress: Progress) -> None:
        """Tell how much is read."""
        self("progress", progress)

    def text(self, piece: str) -> None:
        """Tell of a piece of the text."""
        self("delta", Shown(text=piece))

    def anew(self) -> None:
        """Tell that the text shown so far does not count."""
        self("delta", Shown(text="", retracts=True))

    def finding(self, finding: Finding) -> None:
        """Tell what the checks have found: of every citation, and then of every claim."""
        for citation in finding.citations:
            self("citation", citation)
        for index, claim in enumerate(finding.claims):
            self("claim", {"index": index, **asdict(claim)})

    def shown(self, *, marker: Marker, numbers: Container[int]) -> Showing | None:
        """Return what tells of a draft while it is written; `None`: nobody waits for it."""
        if self._put is None:
            return None
        from serve.answer.showing import Showing  # noqa: PLC0415 - as late as its patterns

        return Showing(self, marker=marker, numbers=numbers)
