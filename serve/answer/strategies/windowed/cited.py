"""What the answer is written from: notes, and those of the excerpts they rest on that fit in."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from serve.answer.finding import Noted
from serve.answer.routing.reach import MARKER_TOKENS, around_title
from serve.answer.strategies.windowed.reduce import grouped, tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.pack import Evidence
    from serve.answer.finding import Note


def noted(
    notes: Sequence[Note], evidence: Sequence[Evidence], *, most: int
) -> tuple[Noted, list[Evidence]]:
    """Return notes with what of their evidence is shown, and all that they cite, in its order.

    Of `most` tokens notes get what they need, excerpts the rest: first those that most notes rest
    on, then those that a search finds likeliest. Notes that do not fit are left out, the last ones
    first.
    """
    kept = grouped(notes, room=most)[0]
    times = Counter(number for note in kept for number in note.cited)
    cited = [each for each in evidence if each.number in times]
    left, shown = most - tokens_of(kept), set[int]()
    for each in sorted(cited, key=lambda e: (-times[e.number], -e.passage.score, e.number)):
        if (tokens := _tokens(each)) <= left:
            shown.add(each.number)
            left -= tokens
    return Noted(notes=kept, shown=frozenset(shown)), cited


def noted_tokens(notes: Noted, evidence: Sequence[Evidence]) -> int:
    """Return what notes and the evidence that is shown take of a prompt, at most."""
    return tokens_of(notes.notes) + sum(
        _tokens(each) if each.number in notes.shown else MARKER_TOKENS for each in evidence
    )


def _tokens(evidence: Evidence) -> int:
    passage = evidence.passage
    heads = sum(map(around_title, (passage.title, *passage.section)))
    return evidence.tokens + heads + 2 * MARKER_TOKENS
