"""What of the gold evidence was found: documents, pages, passages, characters."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from eval.metrics.ranking import (
    first_distinct,
    ndcg_at,
    precision_at,
    recall_at,
    reciprocal_rank,
)
from eval.metrics.scores import Unscored
from eval.metrics.spans import overlap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from core.types import Span
    from eval.metrics.scores import Score

KS = (1, 5, 10)
_LEAST = 0.5
"""The share of the shorter of two spans from which on one has the other."""
NO_GOLD = Unscored(reason="no gold evidence")
NO_GOLD_SPANS = Unscored(reason="the gold evidence has no spans")
NO_GOLD_PAGES = Unscored(reason="the gold evidence has no pages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A place in a document: a passage that was found, or what is cited."""

    document: str
    """As the gold names it."""
    span: Span
    pages: tuple[int, ...] = ()
    """Counted from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldPlace:
    """A place that answers a question, as far as its suite says where."""

    document: str
    span: Span | None = None
    pages: tuple[int, ...] = ()
    """Counted from 1; each of them is gold."""
    grade: int = 1
    """From 1, the least; it gains 2^grade − 1."""


def retrieval_scores(
    found: Sequence[Located] | None, gold: Sequence[GoldPlace], *, ks: Sequence[int] = KS
) -> dict[str, Score]:
    """Return how well the passages `found`, best first, cover `gold`.

    `None`, no result, scores 0 wherever there is gold. Documents and pages are ranked by their
    first passage. A passage has a gold span if they have at least half of the shorter one in
    common. A gold span gains once, at the first passage that has it, and a passage gains what the
    best of its new ones does: no ranking beats the ideal.
    """
    places = found or ()
    return {
        **_documents(places, gold, ks),
        **_pages(places, gold, ks),
        **_passages(places, gold, ks),
        **_characters(places, gold),
    }


def pages_of(place: Located | GoldPlace) -> Iterator[tuple[str, int]]:
    """Yield the pages of a place, each with its document."""
    return ((place.document, page) for page in place.pages)


def spans_of(gold: Iterable[GoldPlace]) -> list[tuple[str, Span]]:
    """Return the spans of `gold` that have characters, each with its document."""
    return [(place.document, place.span) for place in gold if place.span]


def _documents(
    found: Sequence[Located], gold: Sequence[GoldPlace], ks: Sequence[int]
) -> dict[str, Score]:
    wanted = {place.document for place in gold}
    ranking = first_distinct((place.document for place in found), k=max(ks))
    return {
        f"document_recall@{k}": recall_at(ranking, wanted, k=k) if wanted else NO_GOLD for k in ks
    }


def _pages(
    found: Sequence[Located], gold: Sequence[GoldPlace], ks: Sequence[int]
) -> dict[str, Score]:
    none = NO_GOLD_PAGES if gold else NO_GOLD
    wanted = set(chain.from_iterable(map(pages_of, gold)))
    ranking = first_distinct(chain.from_iterable(map(pages_of, found)), k=max(ks))
    return {f"page_recall@{k}": recall_at(ranking, wanted, k=k) if wanted else none for k in ks}


def _passages(
    found: Sequence[Located], gold: Sequence[GoldPlace], ks: Sequence[int]
) -> dict[str, Score]:
    spans = spans_of(gold)
    if not spans:
        none = NO_GOLD_SPANS if gold else NO_GOLD
        names = [f"{name}@{k}" for name in ("recall", "precision", "ndcg") for k in ks]
        return dict.fromkeys(("mrr", *names), none)
    gains = dict(enumerate(2.0**place.grade - 1 for place in gold if place.span))
    had = [[n for n, span in enumerate(spans) if _has(each, span)] for each in found]
    ranks = range(len(had))
    right = [rank for rank in ranks if had[rank]]
    keys = _keys(had, gains)
    scores: dict[str, Score] = {"mrr": reciprocal_rank(ranks, right)}
    for k in ks:
        first = list(chain.from_iterable(had[:k]))
        scores[f"recall@{k}"] = recall_at(first, gains, k=len(first))
        scores[f"precision@{k}"] = precision_at(ranks, right, k=k)
        scores[f"ndcg@{k}"] = ndcg_at(keys, gains, k=k)
    return scores


def _characters(found: Sequence[Located], gold: Sequence[GoldPlace]) -> dict[str, Score]:
    spans = spans_of(gold)
    if not spans:
        none = NO_GOLD_SPANS if gold else NO_GOLD
        return dict.fromkeys(("token_recall", "token_precision", "token_iou"), none)
    common = overlap(((place.document, place.span) for place in found), spans)
    return {
        "token_recall": common.recall,
        "token_precision": common.precision,
        "token_iou": common.iou,
    }


def _has(found: Located, gold: tuple[str, Span]) -> bool:
    document, span = gold
    common = min(found.span.end, span.end) - max(found.span.start, span.start)
    shorter = min(len(found.span), len(span))
    return found.document == document and common > 0 and common >= _LEAST * shorter


def _keys(had: Sequence[Sequence[int]], gains: Mapping[int, float]) -> list[int]:
    """Return what each passage gains by: its best new gold span, else a key that gains nothing."""
    gained: set[int] = set()
    keys: list[int] = []
    for rank, each in enumerate(had, start=1):
        new = [n for n in each if n not in gained]
        keys.append(max(new, key=lambda n: (gains[n], -n), default=-rank))
        gained.update(new)
    return keys
