"""What an evaluation is about and what it leaves: questions with gold, runs and their scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias, cast

import orjson
from pydantic import TypeAdapter, ValidationError

from core.answers import AbstainReason, Answer
from core.errors import NotFoundError, RequestError
from core.types import Span
from eval.metrics.scores import CaseId, Score, Unscored
from eval.metrics.slices import Facets
from eval.runner.index import LineIndex

INFO, ANSWERS, FOUND, CASES = "run.json", "answers.jsonl", "found.jsonl", "cases.jsonl"
"""The files of a run."""

Mode: TypeAlias = Literal["live", "recorded", "closed_book"]
NO_RESULTS = frozenset({AbstainReason.MODEL_UNAVAILABLE, AbstainReason.OVER_BUDGET})
"""Reasons of an abstention that nobody has decided on: an outage says nothing of the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldEvidence:
    """A place that answers a question, as far as its suite says where."""

    document: str
    """As the suite names it."""
    text: str = ""
    """What stands there; empty: not said."""
    span: Span | None = None
    pages: tuple[int, ...] = ()
    """Counted from 1."""
    grade: int = 1
    """From 1, the least; 0: it does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """What is right, as far as a suite says."""

    answerable: bool | None = None
    """`None`: not said."""
    answers: tuple[str, ...] = ()
    """Each right alone; empty: not said."""
    facts: tuple[tuple[str, ...], ...] = ()
    """What all has to be said, each in any of its wordings."""
    tolerance: float = 0.0
    """How far a number may be off, as a share of it."""
    evidence: tuple[GoldEvidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question of a suite with its gold."""

    id: CaseId
    question: str
    fields: Mapping[str, object] = field(default_factory=dict[str, object])
    """What else the request says, as in the body of `POST /v1/query`."""
    gold: Gold = field(default_factory=Gold)
    about: tuple[str, ...] = ()
    """The documents that it is asked of, as the suite names them; empty: not said."""
    facets: Facets = field(default_factory=dict[str, "str | tuple[str, ...]"])
    drafted: bool = False
    """Whether nobody has reviewed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredCase:
    """A question with what its answer scores: a line of `cases.jsonl`."""

    id: CaseId
    question: str
    expected: Gold
    scores: Mapping[str, Score]
    """By the names of `eval.metrics.catalog`; the same names in every case of a run."""
    facets: Facets
    confidence: float | None = None
    """How sure the answer is, by its least sure claim; `None`: it claims nothing."""
    route: str = ""
    """The strategy that answered; empty without a result."""
    error: str = ""
    """Why there is no result; empty where there is one."""

    def to_json(self) -> dict[str, object]:
        """Return it as a line of `cases.jsonl`."""
        scores = {name: _score_json(score) for name, score in self.scores.items()}
        return {
            **{name: getattr(self, name) for name in ("id", "question")},
            "expected": asdict(self.expected),
            "scores": scores,
            "facets": self.facets,
            "confidence": self.confidence,
            "route": self.route,
            "error": self.error,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated:
    """A number that was measured, with its 95 % interval."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How far a judge agrees with people on one set of labels."""

    data: str
    """The set, such as `wice`."""
    task: str
    """`support` (do quotes support a claim?) or `correctness` (is an answer right?)."""
    n: int
    agreement: Estimated
    kappa: Estimated
    """Cohen's: agreement beyond chance; 0 by chance alone, 1 in full."""
    bias: Estimated
    """The share the judge passes less the share that people pass: above 0 it is generous."""
    balanced_accuracy: Estimated
    """The mean of the shares it gets right of what people pass, and of what they do not."""
    measured_at: str
    """ISO 8601, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeInfo:
    """Who judged, and what is known of them."""

    name: str
    task: str
    """As in `Calibration`."""
    metrics: tuple[str, ...]
    """The scores that rest on it."""
    calibrations: tuple[Calibration, ...] = ()
    """Empty: nobody measured it, its scores are to be flagged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """What was run: `run.json`."""

    suite: str
    suite_hash: str
    config_hash: str
    data_hash: str
    """Of the documents and their versions; empty: there were none."""
    started_at: str
    """ISO 8601, UTC."""
    ended_at: str
    settings: Mapping[str, object]
    """Without secrets."""
    ibid_version: str
    mode: Mode
    judges: tuple[JudgeInfo, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader has to know: what was drafted, what could not be measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a question: an answer, or why there is none."""

    answer: Answer | None = None
    error: str = ""
    """Empty where there is an answer."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run as it lies in its directory; cases and answers are read anew each time."""

    directory: Path
    info: RunInfo

    def cases(self) -> Iterator[ScoredCase]:
        """Yield every case of the suite once, one at a time; the same order each time."""
        yield from read_cases(self.directory / CASES)

    def outcome(self, case: CaseId) -> Outcome:
        """Return what became of a question; without a line it has neither answer nor error."""
        line = self._answers.get(case)
        return Outcome() if line is None else outcome_of(line)

    @cached_property
    def _answers(self) -> LineIndex:
        return LineIndex(self.directory / ANSWERS)


def load_run(directory: Path) -> Run:
    """Return the run that lies in `directory`.

    Raises:
        NotFoundError: there is none, or it was not scored to the end.
        RequestError: it cannot be read.
    """
    for name in (INFO, CASES):
        if not (directory / name).is_file():
            raise NotFoundError(
                "run", str(directory), hint=f"it has no {name}; `ibid eval run` makes one"
            )
    try:
        info = _INFO.validate_json((directory / INFO).read_bytes())
    except ValidationError as error:
        raise RequestError(f"{directory / INFO} cannot be read: {_first(error)}") from error
    return Run(directory=directory, info=info)


def read_cases(path: Path) -> Iterator[ScoredCase]:
    """Yield the lines of a `cases.jsonl`; raises `RequestError` with the number of a bad line."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                yield _case_of(line)
            except (ValidationError, orjson.JSONDecodeError, KeyError) as error:
                raise RequestError(f"{path}, line {number} cannot be read: {error}") from error


def outcome_of(line: bytes) -> Outcome:
    """Return what a line of `answers.jsonl` says; raises `ValidationError`.

    An answer that abstained for one of `NO_RESULTS` is none.
    """
    fields = cast("dict[str, object]", orjson.loads(line))
    if "answer" in fields:
        answer = _ANSWER.validate_python(fields["answer"])
        why = answer.abstained
        if why is not None and why.reason in NO_RESULTS:
            return Outcome(error=f"{why.reason.replace('_', ' ')}: {why.detail}")
        return Outcome(answer=answer)
    error = fields.get("error")
    told = cast("dict[str, object]", error).get("detail") if isinstance(error, dict) else error
    return Outcome(error=str(told or "unknown"))


def _case_of(line: bytes) -> ScoredCase:
    fields = cast("dict[str, object]", orjson.loads(line))
    given = cast("dict[str, object]", fields["scores"])
    scores = {name: _score_of(score) for name, score in given.items()}
    return _CASE.validate_python({**fields, "scores": scores})


def _score_json(score: Score) -> object:
    return {"unscored": score.reason} if isinstance(score, Unscored) else score


def _score_of(given: object) -> object:
    if isinstance(given, dict):
        return Unscored(reason=str(cast("dict[str, object]", given)["unscored"]))
    return given


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


_INFO: TypeAdapter[RunInfo] = TypeAdapter(RunInfo)
_CASE: TypeAdapter[ScoredCase] = TypeAdapter(ScoredCase)
_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)
