"""Runs as an evaluation leaves them, made up: any number of questions, the same each time."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path

from core.answers import (
    AbstainReason,
    Abstention,
    Answer,
    Citation,
    Claim,
    Conflict,
    Coverage,
    Fallback,
    Step,
    Timings,
    Usage,
    Verdict,
)
from core.ids import DocumentId
from core.types import Span
from eval.metrics.abstention import abstention_scores, confidence
from eval.metrics.answers import GoldAnswer, answer_scores
from eval.metrics.citations import NO_CLAIMS, cited_claims, weighted_support
from eval.metrics.scores import ABSTAINED, NO_RESULT, CaseId, Score
from eval.metrics.spending import spending_scores
from eval.runner.cases import (
    ANSWERS,
    CASES,
    INFO,
    Calibration,
    Estimated,
    Gold,
    GoldEvidence,
    JudgeInfo,
    RunInfo,
    ScoredCase,
)
from serve.wire import to_bytes
from tests.doubles.answers import ROUTE, answer, citation

INFO_OF = RunInfo(
    suite="made-up",
    suite_hash="5e1f",
    config_hash="c0f1",
    data_hash="da7a",
    started_at="2026-03-01T10:00:00Z",
    ended_at="2026-03-01T10:20:00Z",
    settings={"reader": "extractive", "top_k": 10},
    ibid_version="0.1.0",
    mode="live",
    judges=(
        JudgeInfo(
            name="local checker",
            task="support",
            metrics=("citation_recall", "citation_precision"),
            calibrations=(
                Calibration(
                    data="wice",
                    task="support",
                    n=349,
                    agreement=Estimated(value=0.82, low=0.78, high=0.86),
                    kappa=Estimated(value=0.61, low=0.53, high=0.69),
                    bias=Estimated(value=0.04, low=0.0, high=0.08),
                    balanced_accuracy=Estimated(value=0.8, low=0.76, high=0.84),
                    measured_at="2026-02-20T09:00:00Z",
                ),
            ),
        ),
        JudgeInfo(name="x/judge", task="correctness", metrics=("judged_correct",)),
    ),
    notes=("Questions were drafted by a model and reviewed by nobody.",),
)
_TOPICS = (
    "revenue",
    "net income",
    "headcount",
    "the lease",
    "warranty costs",
    "深い学習",
    "café β",
)
_TYPES = ("numeric", "list", "comparison", "definition")
_LENGTHS = ("up to 8K", "8K to 32K", "32K to 128K", "over 128K")
_ROUTES = {
    "retrieval": (4_000, 900),
    "long_context": (60_000, 6_000),
    "windowed": (400_000, 30_000),
}


def write_run(
    directory: Path,
    pairs: Iterable[tuple[ScoredCase, Answer | None]],
    *,
    info: RunInfo = INFO_OF,
) -> Path:
    """Write a run as the runner does and return its directory."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / INFO).write_bytes(to_bytes(asdict(info), indent=True))
    with (directory / CASES).open("wb") as cases, (directory / ANSWERS).open("wb") as answers:
        for case, given in pairs:
            cases.write(to_bytes(case.to_json()) + b"\n")
            line = {"answer": given} if given else {"error": {"detail": case.error}}
            answers.write(to_bytes({"id": case.id, **line}) + b"\n")
    return directory


def made_run(
    directory: Path, count: int, *, seed: int = 0, skill: float = 0.75, info: RunInfo = INFO_OF
) -> Path:
    """Write a run of `count` questions, of which some `skill` are answered right."""
    return write_run(
        directory, (_made(number, seed=seed, skill=skill) for number in range(count)), info=info
    )


def scored(case: str, given: Answer | None, gold: Gold, **said: str) -> ScoredCase:
    """Return what is scored of an answer without looking at documents."""
    is_answerable = gold.answerable is not False
    claims = cited_claims(given) if given else []
    support = weighted_support(claims)
    recall: Score = NO_RESULT if given is None else support.recall
    if given is not None and given.abstained is not None:
        recall = ABSTAINED
    return ScoredCase(
        id=CaseId(case),
        question=said.pop("question", "Which one?"),
        expected=gold,
        scores={
            **answer_scores(given, GoldAnswer(answerable=is_answerable, accepted=gold.answers)),
            "citation_recall": recall,
            "citation_precision": support.precision if claims else NO_CLAIMS,
            **abstention_scores(given, answerable=is_answerable),
            **spending_scores(given),
        },
        facets=said,
        confidence=confidence(given) if given else None,
        route=given.route.strategy if given else "",
        error="" if given else "the endpoint did not answer in 60 s",
    )


def _made(number: int, *, seed: int, skill: float) -> tuple[ScoredCase, Answer | None]:
    chance = random.Random(number)  # noqa: S311 - no secret
    topic, year = chance.choice(_TOPICS), chance.randint(2015, 2025)
    kind, length = chance.choice(_TYPES), chance.choice(_LENGTHS)
    has_answer, worth = chance.random() < 0.8, chance.randint(1, 900)
    gold = Gold(
        answerable=has_answer,
        answers=(f"{worth} million",) if has_answer else (),
        evidence=(
            GoldEvidence(
                document=f"10-K-{year}.pdf",
                text=f"{topic} was {worth} million in {year}.",
                pages=(chance.randint(1, 90),),
            ),
        )
        if has_answer
        else (),
    )
    hard = 0.2 * (kind == "comparison") + 0.1 * (length == "over 128K")
    luck = random.Random(f"{seed}-{number}")  # noqa: S311
    given = _given(luck, topic, worth, year, skill=skill - hard, answerable=has_answer)
    case = scored(
        f"case-{number:05}",
        given,
        gold,
        question=f"What was {topic} in {year}, as the annual report has it (question {number})?",
        type=kind,
        length=length,
        document=f"10-K-{year}.pdf",
        answerable="yes" if has_answer else "no",
    )
    return case, given


def _given(
    luck: random.Random, topic: str, worth: int, year: int, *, skill: float, answerable: bool
) -> Answer | None:
    if luck.random() < 0.02:
        return None
    is_right = luck.random() < skill
    stated = worth if is_right else worth + luck.randint(1, 50)
    note = luck.randint(2, 30)
    quotes = [
        _quote(1, f"In {year}, {topic} was {stated} million.", luck),
        _quote(2, f"{topic} for the year is shown in the table of note {note}.", luck),
    ]
    drafted = answer(
        {
            f"{topic.capitalize()} was {stated} million in {year}.": [1],
            "It is in a note. 📄": [1, 2],
        },
        quotes,
    )
    spent = _spent(drafted, luck)
    if is_right == answerable:
        return _checked(spent, luck, is_right=is_right)
    declined = Abstention(
        reason=AbstainReason.NO_EVIDENCE,
        detail="what was found does not say it",
        nearest=tuple(quotes[:1]),
    )
    return replace(spent, answer=None, claims=(), citations=(), abstained=declined)


def _spent(drafted: Answer, luck: random.Random) -> Answer:
    strategy = luck.choices(list(_ROUTES), (7, 2, 1))[0]
    tokens, pause_ms = _ROUTES[strategy]
    total_ms = pause_ms * luck.lognormvariate(0, 0.5)
    return replace(
        drafted,
        usage=Usage(
            prompt_tokens=int(tokens * luck.uniform(0.5, 1.5)),
            completion_tokens=luck.randint(50, 600),
            calls=1 + 3 * (strategy == "windowed"),
            cost_usd=tokens * luck.uniform(0.5, 1.5) * 3e-7,
        ),
        route=replace(
            ROUTE,
            strategy=strategy,
            escalated_from=None if strategy == "retrieval" else "retrieval",
            context_tokens=tokens,
            fallbacks=(Fallback(model="x/old", error="410 Gone"),) if luck.random() < 0.05 else (),
        ),
        timings_ms=Timings(search=12.0, generate=total_ms - 12, total=total_ms),
    )


def _checked(drafted: Answer, luck: random.Random, *, is_right: bool) -> Answer:
    verdicts = [*Verdict]
    weights = (12, 2, 1, 1, 1) if is_right else (4, 3, 2, 4, 1)
    sure = luck.betavariate(6, 2) if is_right else luck.betavariate(4, 3)
    claims: list[Claim] = []
    for claim in drafted.claims:
        verdict = luck.choices(verdicts, weights)[0]
        claims.append(replace(claim, verdict=verdict, score=round(sure, 4)))
    by_verdict = {n: claim.verdict for claim in claims for n in claim.citations}
    return replace(
        drafted,
        generated=True,
        claims=tuple(claims),
        citations=tuple(replace(c, verdict=by_verdict[c.n]) for c in drafted.citations),
        conflicts=(Conflict(claim=0, citations=(1, 2)),) if luck.random() < 0.05 else (),
        coverage=Coverage(documents_in_scope=40, documents_searched=40),
        steps=(
            Step(
                kind="answer",
                model="x/any",
                input="The evidence.\n" * luck.randint(10, 60),
                output=drafted.answer or "",
                usage=drafted.usage,
            ),
        ),
    )


def _quote(n: int, text: str, luck: random.Random) -> Citation:
    start, document = luck.randint(0, 200_000), f"10-K-{luck.randint(2015, 2025)}.pdf"
    return replace(
        citation(n, text, document=document, start=start, pages=(luck.randint(1, 90),)),
        document_id=DocumentId(f"doc_{luck.getrandbits(64):016x}"),
        span=Span(start, start + len(text)),
    )
