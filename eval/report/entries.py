"""A case as the page has it: a row that is listed and searched, and what is shown when opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.answers import Verdict
from eval.metrics.scores import Unscored
from eval.report.table import outcome_of
from serve.answer.verify.statement import REMOVED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.answers import Answer, Citation, Claim, Step
    from eval.report.values import Flip
    from eval.runner.cases import Gold, ScoredCase

_LONGEST = 1_500
"""Characters of what a model read or wrote in a step; the whole is in `answers.jsonl`."""
_DIGITS = 4
_WORST_FIRST = (
    Verdict.CONTRADICTED,
    Verdict.UNSUPPORTED,
    Verdict.PARTIAL,
    Verdict.UNCHECKED,
    Verdict.SUPPORTED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A case with all that the page shows of it."""

    case: ScoredCase
    answer: Answer | None
    error: str
    badness: float
    flip: Flip | None = None
    before: Answer | None = None
    """What the baseline answered, if the case changed sides."""


def row_of(opened: Opened, *, metrics: Sequence[str], facets: Sequence[str]) -> list[object]:
    """Return what the page's list knows of a case, in the order that `cases.js` reads."""
    case, answer = opened.case, opened.answer
    return [
        case.id,
        case.question,
        (answer.answer if answer else None) or "",
        outcome_of(answer),
        worst_verdict(answer),
        case.route,
        [case.facets.get(name, ()) for name in facets],
        _rounded(case.confidence),
        _rounded(opened.badness),
        [_number(case, name) for name in metrics],
        opened.flip.way if opened.flip else "",
    ]


def detail_of(opened: Opened) -> dict[str, object]:
    """Return what the page shows of a case beside its row; what is empty is left out."""
    case, answer = opened.case, opened.answer
    reasons = {
        name: score.reason for name, score in case.scores.items() if isinstance(score, Unscored)
    }
    shown: dict[str, object] = {
        "expected": _gold(case.expected),
        "unscored": reasons,
        "error": opened.error,
        **(_answer(answer) if answer else {}),
    }
    if opened.flip:
        shown["flip"] = {
            "way": opened.flip.way,
            "before": opened.flip.before,
            "after": opened.flip.after,
            "answer": opened.before.answer if opened.before else None,
        }
    return {name: value for name, value in shown.items() if value}


def worst_verdict(answer: Answer | None) -> str:
    """Return the worst verdict on a claim that a reader sees; empty if there is none."""
    if answer is None:
        return ""
    found = {claim.verdict for claim in answer.claims if REMOVED not in claim.notes}
    return next((each.value for each in _WORST_FIRST if each in found), "")


def _answer(answer: Answer) -> dict[str, object]:
    timings = answer.timings_ms
    return {
        "answer_id": answer.id,
        "claims": [_claim(claim, answer.answer or "") for claim in answer.claims],
        "citations": [_citation(each) for each in answer.citations],
        "conflicts": [
            {"claim": each.claim, "citations": each.citations} for each in answer.conflicts
        ],
        "abstained": {
            "reason": answer.abstained.reason,
            "detail": answer.abstained.detail,
            "nearest": [_citation(each) for each in answer.abstained.nearest],
        }
        if answer.abstained
        else None,
        "route": _route(answer),
        "steps": [_step(each) for each in answer.steps],
        "incomplete": not answer.complete,
        "quoted": not answer.generated,
        "evidence": len(answer.evidence),
        "timings": {
            name: round(getattr(timings, name))
            for name in ("search", "rerank", "generate", "verify", "total")
        },
    }


def _claim(claim: Claim, text: str) -> dict[str, object]:
    """Return a claim; its ends count UTF-16 units, as JavaScript does."""
    removed = REMOVED in claim.notes
    shown: dict[str, object] = {
        "verdict": claim.verdict,
        "score": _rounded(claim.score),
        "citations": claim.citations,
    }
    if removed or text[claim.start : claim.end] != claim.text:
        shown["text"] = claim.text
    if not removed:
        shown |= {"start": _units(text[: claim.start]), "end": _units(text[: claim.end])}
    if claim.notes:
        shown["notes"] = claim.notes
    return shown


def _citation(citation: Citation) -> dict[str, object]:
    return {
        "n": citation.n,
        "title": citation.title,
        "source": citation.source,
        "pages": citation.pages,
        "start": citation.span.start,
        "end": citation.span.end,
        "quote": citation.quote,
        "verdict": citation.verdict,
        "score": _rounded(citation.score),
        "checked_by": citation.checked_by,
    }


def _route(answer: Answer) -> dict[str, object]:
    route = answer.route
    shown = {
        "strategy": route.strategy,
        "tier": route.tier,
        "model": route.model,
        "context_tokens": route.context_tokens,
        "window": route.window,
        "reason": route.reason,
        "escalated_from": route.escalated_from,
        "considered": [
            f"{each.model} ({each.tier}): {'fits' if each.fits else each.why_not or 'does not fit'}"
            for each in route.considered
        ],
        "fallbacks": [f"{each.model}: {each.error}" for each in route.fallbacks],
        "dropped": [f"{each.document_id}: {each.why}" for each in route.dropped],
    }
    return {name: value for name, value in shown.items() if value}


def _step(step: Step) -> dict[str, object]:
    return {
        "kind": step.kind,
        "model": step.model,
        "input": _shortened(step.input),
        "output": _shortened(step.output),
        "tokens": [step.usage.prompt_tokens, step.usage.completion_tokens],
    }


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    half = _LONGEST // 2
    return f"{text[:half]}\n[… {len(text) - _LONGEST:,} characters …]\n{text[-half:]}"


def _gold(gold: Gold) -> dict[str, object]:
    shown: dict[str, object] = {
        "answers": gold.answers,
        "facts": gold.facts,
        "evidence": [
            {
                "document": each.document,
                "text": each.text,
                "pages": each.pages,
                **({"start": each.span.start, "end": each.span.end} if each.span else {}),
            }
            for each in gold.evidence
        ],
    }
    told: Mapping[str, object] = {name: value for name, value in shown.items() if value}
    return {"answerable": gold.answerable, **told}


def _number(case: ScoredCase, name: str) -> float | None:
    score = case.scores[name]
    return None if isinstance(score, Unscored) else _rounded(score)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
