"""What people said of claims and answers: the sets that judges are measured on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from core.errors import RequestError
from core.text import sentences
from eval.judges.judge import Graded, Reading
from eval.suites.lines import problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WICE, FAITHBENCH, FINANCEBENCH = "wice", "faithbench", "judge_calibration"
"""Directories of the labels."""
_SUPPORTED = "supported"
_FAITHFUL = frozenset({"Consistent", "Benign"})
_CORRECT = "Correct Answer"

_NAMES = {
    WICE: "dev.jsonl",
    FAITHBENCH: "samples.jsonl",
    FINANCEBENCH: "financebench_human_labels.jsonl",
}
FILES = tuple(f"{directory}/{name}" for directory, name in _NAMES.items())
"""Where the labels lie."""

_R = TypeVar("_R", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledText:
    """A text, sentence by sentence, and whether people find all of it supported."""

    readings: tuple[Reading, ...]
    passes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledAnswer:
    """An answer, and whether people find it right."""

    graded: Graded
    passes: bool


class _Claim(BaseModel):
    claim: str
    label: str
    evidence_sentences: list[str]


class _Summary(BaseModel):
    source: str
    response: str
    worst_label: str


class _Answer(BaseModel):
    question: str
    gold_answer: str
    model_answer: str
    human_label: str


def sets_in(data: Path) -> list[str]:
    """Return the sets that `data` has, by the names of their directories."""
    return [name for name in _NAMES if _file(data, name).is_file()]


def wice(data: Path) -> list[LabelledText]:
    """Return sentences of Wikipedia with the pages they cite; none where the set is absent.

    Kamoi et al. 2023 (https://arxiv.org/abs/2303.01432): fully supported against the rest.
    """
    return [
        LabelledText(
            readings=(Reading(claim=each.claim, quotes=tuple(each.evidence_sentences)),),
            passes=each.label == _SUPPORTED,
        )
        for each in _rows(_file(data, WICE), _Claim)
    ]


def faithbench(data: Path) -> list[LabelledText]:
    """Return summaries with their sources; none where the set is absent.

    Bao et al. 2024 (https://arxiv.org/abs/2410.13210): consistent or benign against questionable
    or unwanted, the worst of what is said of any of its spans.
    """
    return [
        LabelledText(
            readings=tuple(
                Reading(claim=claim, quotes=(each.source,))
                for span in sentences(each.response)
                if (claim := span.slice(each.response).strip())
            ),
            passes=each.worst_label in _FAITHFUL,
        )
        for each in _rows(_file(data, FAITHBENCH), _Summary)
    ]


def financebench(data: Path) -> list[LabelledAnswer]:
    """Return answers of eight systems that people graded; none where the set is absent.

    Islam et al. 2023 (https://arxiv.org/abs/2311.11944): correct against incorrect or a refusal.
    """
    return [
        LabelledAnswer(
            graded=Graded(
                question=each.question, given=each.model_answer, accepted=(each.gold_answer,)
            ),
            passes=each.human_label == _CORRECT,
        )
        for each in _rows(_file(data, FINANCEBENCH), _Answer)
    ]


def _file(data: Path, name: str) -> Path:
    return data / name / _NAMES[name]


def _rows(path: Path, shape: type[_R]) -> Iterator[_R]:
    if not path.is_file():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                yield shape.model_validate_json(line)
            except ValidationError as error:
                raise RequestError(f"{path}, line {number}: {problem(error)}") from error
