"""The recorded answers of LaRA: how each question was asked and answered, and what was right."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

import numpy as np

from bench.answering import opened
from bench.lara_scorer import is_right
from bench.questions import Case, Suite, Text
from core.tokens import count_tokens
from serve.answer.routing.attempt import Attempt, answered, asked
from serve.answer.routing.refusals import refuses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from core.types import Passage

    Array: TypeAlias = NDArray[np.float64]
    Mask: TypeAlias = NDArray[np.bool_]

RETRIEVED_TOKENS = 3_000
"""What LaRA's retrieval reads: five chunks of 600 tokens."""
KINDS = ("location", "reasoning", "comp", "hallu")
"""LaRA's names of the kinds of a question."""
UNANSWERABLE = KINDS.index("hallu")
_WAYS = {"rag": "retrieval", "full": "long_context"}


class _About(TypedDict):
    doc_id: str
    context_type: str


class _Question(TypedDict):
    id: str
    question: str
    answers: Sequence[str]
    type: str
    meta: _About


class _Document(TypedDict):
    doc_id: str
    title: str
    path: str


class _Prediction(TypedDict):
    id: str
    model: str
    mode: str
    prediction: str | bool
    """`false` where the call failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Questions, what each model answered either way, and whether that is right."""

    models: tuple[str, ...]
    asked: tuple[str, ...]
    """Names of the signals of a question."""
    answered: tuple[str, ...]
    """Names of the signals of an answer."""
    questions: Array
    """Signals by question."""
    answers: Array
    """Signals by question and model, of the answers from passages."""
    refused: Mask
    """By question and model: whether the answer from passages refuses, by the router's own test."""
    retrieval: Array
    """By question and model: 1 where the answer from passages is right, else 0."""
    long_context: Array
    tokens: Array
    """Of each question's document."""
    documents: NDArray[np.str_]
    genres: NDArray[np.str_]
    kinds: NDArray[np.int64]
    """Of each question, an index of `KINDS`; never known when a decision is made."""

    def only(self, models: Sequence[int]) -> Table:
        """Return what these of the models answered."""
        return replace(
            self,
            models=tuple(self.models[number] for number in models),
            answers=self.answers[:, models],
            refused=self.refused[:, models],
            retrieval=self.retrieval[:, models],
            long_context=self.long_context[:, models],
        )

    def better(self, escalated: Mask, rows: Mask) -> float:
        """Return the right answers that escalation adds to retrieval's, for each question."""
        return float(((self.long_context - self.retrieval) * escalated)[rows].mean())

    def spent(self, escalated: Mask, rows: Mask) -> tuple[float, float]:
        """Return the tokens of a router by those of long context: in all, and on the mean."""
        whole = np.broadcast_to(self.tokens[rows][:, None], escalated[rows].shape)
        read = RETRIEVED_TOKENS + escalated[rows] * whole
        return float(read.sum() / whole.sum()), float((read / whole).mean())


async def collect(data: Path) -> Table:
    """Return what LaRA recorded; the passages are those that the product finds.

    LaRA did not keep the passages that its own retrieval gave the models.
    """
    questions: list[_Question] = _rows(data / "lara" / "questions.jsonl")
    said = _said(data / "lara" / "predictions.jsonl")
    models = tuple(sorted({model for _, model, _ in said}))
    suite = _suite(data / "lara", questions)
    sizes = {text.key: count_tokens(text.text) for text in suite.texts}
    async with opened(suite) as desk:
        found = [await desk.find(case) for case in suite.cases]
    of_questions = [
        asked(row["question"], passages) for row, passages in zip(questions, found, strict=True)
    ]
    attempts = [
        [
            _attempt(
                row["question"], said.get((row["id"], model, "retrieval")), passages, sizes[to]
            )
            for model in models
        ]
        for row, passages in zip(questions, found, strict=True)
        for to in [row["meta"]["doc_id"]]
    ]
    of_answers = [[answered(each) for each in row] for row in attempts]
    return Table(
        models=models,
        asked=tuple(of_questions[0]),
        answered=tuple(of_answers[0][0]),
        questions=np.array([list(each.values()) for each in of_questions]),
        answers=np.array([[list(each.values()) for each in row] for row in of_answers]),
        refused=np.array([[each.refused for each in row] for row in attempts]),
        retrieval=_right(questions, said, models, way="retrieval"),
        long_context=_right(questions, said, models, way="long_context"),
        tokens=np.array([float(sizes[row["meta"]["doc_id"]]) for row in questions]),
        documents=np.array([row["meta"]["doc_id"] for row in questions]),
        genres=np.array([row["meta"]["context_type"] for row in questions]),
        kinds=np.array([KINDS.index(row["type"]) for row in questions]),
    )


def _suite(directory: Path, questions: Sequence[_Question]) -> Suite:
    documents: list[_Document] = _rows(directory / "corpus.jsonl")
    return Suite(
        name="lara_answers",
        texts=[
            Text(
                key=row["doc_id"],
                title=row["title"],
                text=(directory / row["path"]).read_bytes().decode("utf-8"),
            )
            for row in documents
        ],
        cases=[
            Case(
                key=row["id"],
                question=row["question"],
                answerable=row["type"] != KINDS[UNANSWERABLE],
                document=row["meta"]["doc_id"],
            )
            for row in questions
        ],
    )


def _attempt(
    question: str, answer: str | None, passages: Sequence[Passage], document_tokens: int
) -> Attempt:
    return Attempt(
        question=question,
        answer=answer,
        refused=answer is None or refuses(answer),
        passages=passages,
        document_tokens=document_tokens,
    )


def _said(path: Path) -> dict[tuple[str, str, str], str]:
    """Return the recorded answers, by question, model and way."""
    rows: list[_Prediction] = _rows(path)
    return {
        (row["id"], row["model"], _WAYS[row["mode"]]): row["prediction"]
        for row in rows
        if isinstance(row["prediction"], str)
    }


def _right(
    questions: Sequence[_Question],
    said: Mapping[tuple[str, str, str], str],
    models: Sequence[str],
    *,
    way: str,
) -> Array:
    return np.array(
        [
            [
                float(
                    is_right(
                        said.get((row["id"], model, way)),
                        question=row["question"],
                        gold=row["answers"][0],
                        answerable=row["type"] != KINDS[UNANSWERABLE],
                    )
                )
                for model in models
            ]
            for row in questions
        ]
    )


def _rows(path: Path) -> list[Any]:
    with path.open(encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]
