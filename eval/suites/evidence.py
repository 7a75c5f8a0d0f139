"""Whether evidence stands where a suite says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.errors import RequestError
from core.types import Span

if TYPE_CHECKING:
    from eval.runner.cases import GoldEvidence

_SHOWN = 60
"""Characters of a text that a message shows."""


def located(evidence: GoldEvidence, text: str) -> GoldEvidence:
    """Return `evidence` with its span and what stands there in `text`, its document.

    Raises:
        RequestError: another text stands there, its text does not stand anywhere, or more than
            once without offsets.
    """
    if evidence.span is None:
        return _found(evidence, text)
    there = evidence.span.slice(text)
    start, end = evidence.span.start, evidence.span.end
    if not 0 <= start < end <= len(text):
        raise RequestError(
            f"evidence at {start}–{end} is not in {evidence.document!r}, which has the offsets "
            f"0 to {len(text)}"
        )
    if evidence.text and evidence.text != there:
        raise RequestError(
            f"evidence does not stand where it says: {evidence.document!r} has "
            f"{_shown(there)} at {start}–{end}, not {_shown(evidence.text)}"
        )
    return replace(evidence, text=there)


def _found(evidence: GoldEvidence, text: str) -> GoldEvidence:
    start = text.find(evidence.text)
    if start < 0:
        raise RequestError(
            f"evidence does not stand in {evidence.document!r}: {_shown(evidence.text)}"
        )
    if text.find(evidence.text, start + 1) >= 0:
        raise RequestError(
            f"evidence stands more than once in {evidence.document!r}; give its start and end: "
            f"{_shown(evidence.text)}"
        )
    return replace(evidence, span=Span(start, start + len(evidence.text)))


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
