"""An answer without what it says from documents that were deleted."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from core.answers import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from core.answers import Answer, Citation, Claim, Consulted
    from core.ids import DocumentId

LEFT_OUT = "…"
"""Stands for a claim that rested on a deleted document."""
DELETED = "deleted"
"""What is noted of such a claim."""

_WORD_OR_MARKER = re.compile(r"(\[\d+\])|\w+")


def without(answer: Answer, gone: Set[DocumentId]) -> Answer:
    """Return `answer` without any text of the documents `gone`; the same where it has none.

    Citations of them lose their quote, and keep their number and span. Claims that cite them become
    `…`, and so do those that nothing which is left supports, for they may have their words from
    anywhere; those that are not in the text become empty. Between claims, words go. What models
    were told and said goes.
    `answer[claim.start:claim.end] == claim.text` holds for what is left.
    """
    if gone.isdisjoint(each.document_id for each in _sources(answer)):
        return answer
    blank = {each.n for each in answer.citations if each.document_id in gone}
    text, claims = _rewritten(answer.answer or "", answer.claims, blank)
    abstained = answer.abstained
    return replace(
        answer,
        answer=None if answer.answer is None else text,
        data=None,
        claims=claims,
        citations=_unquoted(answer.citations, gone),
        abstained=abstained and replace(abstained, nearest=_unquoted(abstained.nearest, gone)),
        steps=tuple(replace(step, input="", output="") for step in answer.steps),
    )


def documents_of(answer: Answer) -> tuple[DocumentId, ...]:
    """Return the documents that `answer` was made from, each once."""
    return tuple(dict.fromkeys(each.document_id for each in _sources(answer)))


def _sources(answer: Answer) -> Sequence[Citation | Consulted]:
    nearest = answer.abstained.nearest if answer.abstained else ()
    return (*answer.citations, *nearest, *answer.evidence)


def _rewritten(
    text: str, claims: Sequence[Claim], blank: Set[int]
) -> tuple[str, tuple[Claim, ...]]:
    shown, behind = "", 0
    kept: list[Claim] = []
    for claim in claims:
        shown += _wordless(text[behind : claim.start])
        start, behind = len(shown), claim.end
        left = claim if _stays(claim, blank) else _left_out(claim)
        shown += left.text
        kept.append(replace(left, start=start, end=len(shown)))
    return shown + _wordless(text[behind:]), tuple(kept)


def _stays(claim: Claim, blank: Set[int]) -> bool:
    is_cited = bool(claim.citations) and blank.isdisjoint(claim.citations)
    return is_cited and claim.verdict is Verdict.SUPPORTED


def _left_out(claim: Claim) -> Claim:
    notes = tuple(dict.fromkeys((*claim.notes, DELETED)))
    return replace(claim, text=LEFT_OUT if claim.end > claim.start else "", notes=notes)


def _wordless(text: str) -> str:
    return _WORD_OR_MARKER.sub(lambda found: found[1] or "", text)


def _unquoted(citations: Sequence[Citation], gone: Set[DocumentId]) -> tuple[Citation, ...]:
    return tuple(replace(c, quote="") if c.document_id in gone else c for c in citations)
