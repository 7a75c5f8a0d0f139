"""Scores what was answered: `answers.jsonl` and a suite in, `cases.jsonl` out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from core.types import Span
from eval.judges.judge import Graded
from eval.metrics.answers import NO_GOLD_TEXT
from eval.metrics.citations import cited_claims
from eval.metrics.retrieval import KS, GoldPlace, Located
from eval.metrics.scores import Unscored
from eval.metrics.slices import length_band
from eval.runner.cases import ANSWERS, CASES, FOUND, Outcome, outcome_of
from eval.runner.index import LineIndex
from eval.runner.reading import Quoted, all_judged, citations_judged
from eval.runner.rows import Known, Opinions, scored

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
    from pathlib import Path

    from core.answers import Answer
    from core.ids import DocumentId
    from eval.judges.judge import AnswerJudge, SupportJudge
    from eval.metrics.answers import Grade
    from eval.metrics.slices import Facets
    from eval.runner.cases import Case, GoldEvidence
    from eval.runner.documents import Documents

_AT_ONCE = 32
"""Answers that are judged together; more are not held in memory."""
NOT_FOUND = Unscored(reason="what was found is not recorded")
WHOLE = Unscored(reason="whole documents were read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judges:
    """Who is asked about answers."""

    support: SupportJudge
    second: SupportJudge | None = None
    """A second opinion on citations; `None`: there is none."""
    answers: AnswerJudge | None = None
    """`None`: nobody grades answers."""


async def score_answers(
    directory: Path, cases: Sequence[Case], documents: Documents, judges: Judges
) -> AsyncIterator[int]:
    """Score what lies in `directory` and yield how many cases are done, some at a time.

    Cases are in the order of the suite; one without an answer scores as such. What takes memory is
    a few answers at a time. `cases.jsonl` is there when all of it is.
    """
    scorer = _Scorer(directory, documents, judges)
    beside = directory / f"{CASES}.part"
    with beside.open("wb") as file:
        done = 0
        for several in _batches(cases):
            for row in await scorer.rows(several):
                file.write(row)
            done += len(several)
            yield done
    beside.replace(directory / CASES)


class _Scorer:
    def __init__(self, directory: Path, documents: Documents, judges: Judges) -> None:
        self._answers = LineIndex(directory / ANSWERS)
        self._found = LineIndex(directory / FOUND)
        self._documents, self._judges = documents, judges

    async def rows(self, cases: Sequence[Case]) -> Iterator[bytes]:
        """Return the lines of some cases, in order."""
        known = [await self._known(case) for case in cases]
        quoted = [each.quoted for each in known]
        ours = await all_judged(self._judges.support, quoted)
        second = self._judges.second
        others = await citations_judged(second, quoted) if second else [None] * len(known)
        grades = await self._grades(known)
        return (
            orjson.dumps(scored(each, Opinions(ours=a, second=b, grade=c)).to_json()) + b"\n"
            for each, a, b, c in zip(known, ours, others, grades, strict=True)
        )

    async def _known(self, case: Case) -> Known:
        line = self._answers.get(case.id)
        outcome = Outcome() if line is None else outcome_of(line)
        texts, readable = await self._cited(outcome.answer)
        return Known(
            case=case,
            outcome=outcome,
            gold=[self._place(each) for each in case.gold.evidence if each.grade],
            found=self._places(outcome.answer),
            texts=texts,
            readable=readable,
            quoted=await self._quoted(case, outcome.answer),
            facets=self._facets(case),
            tolerance=Decimal(str(case.gold.tolerance)),
        )

    def _place(self, evidence: GoldEvidence) -> GoldPlace:
        document = self._documents.id_of(evidence.document)
        pages = evidence.pages
        if document and evidence.span and not pages:
            pages = self._documents.pages_of(document, evidence.span)
        return GoldPlace(
            document=document or evidence.document,
            span=evidence.span,
            pages=pages,
            grade=evidence.grade,
        )

    def _places(self, answer: Answer | None) -> Sequence[Located] | Unscored | None:
        """Return what was found, as the search had it, else as it stood before who answered."""
        if answer is None:
            return None
        line = self._found.get(answer.id)
        if line is not None:
            return [_located(each) for each in orjson.loads(line)["passages"]]
        if not answer.evidence:
            return NOT_FOUND
        if answer.route.strategy != "retrieval":
            return WHOLE
        return [
            Located(
                document=each.document_id,
                span=each.span,
                pages=self._documents.pages_of(each.document_id, each.span),
            )
            for each in answer.evidence[: max(KS)]
        ]

    async def _cited(
        self, answer: Answer | None
    ) -> tuple[dict[tuple[DocumentId, Span], str | None], bool]:
        texts: dict[tuple[DocumentId, Span], str | None] = {}
        readable = True
        for each in answer.citations if answer else ():
            text = await self._documents.text(each.document_id)
            readable = readable and (text is not None or self._documents.whole)
            texts[each.document_id, each.span] = None if text is None else each.span.slice(text)
        return texts, readable

    async def _quoted(self, case: Case, answer: Answer | None) -> Quoted:
        titles: dict[str, str] = {}
        for each in answer.evidence if answer else ():
            text = await self._documents.text(each.document_id)
            if text is not None:
                titles[each.span.slice(text)] = self._documents.title_of(each.document_id)
        evidence = tuple(titles)
        for each in answer.citations if answer else ():
            titles[each.quote] = each.title
        return Quoted(
            question=case.question,
            claims=cited_claims(answer) if answer and answer.abstained is None else (),
            evidence=evidence,
            titles=titles,
            language=self._language(case, answer),
        )

    def _language(self, case: Case, answer: Answer | None) -> str:
        cited = answer.citations[0].document_id if answer and answer.citations else None
        told = self._documents.language_of(cited) if cited else None
        said = case.facets.get("language")
        return told or (said if isinstance(said, str) else "en")

    def _facets(self, case: Case) -> Facets:
        """Return what is said of a case, and what its documents say of themselves."""
        known = [d for name in case.about if (d := self._documents.id_of(name))]
        told: dict[str, str | tuple[str, ...]] = {}
        tokens = [count for each in known if (count := self._documents.tokens_of(each))]
        if tokens:
            told["length"] = length_band(sum(tokens))
        languages = dict.fromkeys(filter(None, map(self._documents.language_of, known)))
        if languages:
            told["language"] = tuple(languages)
        return {**told, **case.facets}

    async def _grades(self, known: Sequence[Known]) -> list[Grade | Unscored | None]:
        judge = self._judges.answers
        if judge is None:
            return [None] * len(known)
        asked = [_graded(each) for each in known]
        grades = iter(await judge.grade([each for each in asked if each]))
        return [NO_GOLD_TEXT if each is None else next(grades) for each in asked]


def _located(given: dict[str, Any]) -> Located:
    """Return a passage as `run.with_search` has written it."""
    return Located(
        document=given["document"], span=Span(**given["span"]), pages=tuple(given["pages"])
    )


def _graded(known: Known) -> Graded | None:
    """Return what is to be graded; `None`: nothing was answered, or nothing is known of gold."""
    given = known.answer.answer if known.answer else None
    accepted = known.case.gold.answers
    if not given or not accepted or known.case.gold.answerable is False:
        return None
    return Graded(question=known.case.question, given=given, accepted=accepted)


def _batches(cases: Iterable[Case]) -> Iterator[list[Case]]:
    waiting = iter(cases)
    while several := list(islice(waiting, _AT_ONCE)):
        yield several
