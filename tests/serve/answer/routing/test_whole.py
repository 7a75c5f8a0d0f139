from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve.answer.routing.whole import WholeModel, WholeQuestions, names_part, words_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.types import Vector

OURS = Path(__file__).parents[4] / "bench" / "whole_questions.jsonl"


class NamedEmbedder:
    """Gives one vector for every text, and knows what it was asked to embed."""

    def __init__(self, vector: Sequence[float], *, name: str) -> None:
        self.vector = np.array(vector, dtype=np.float32)
        self.name = name
        self.dimensions = len(vector)
        self.max_tokens = 256
        self.passages_at_once = 1
        self.asked: list[str] = []

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    async def embed_query(self, question: str) -> Vector:
        self.asked.append(question)
        return self.vector

    async def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        return [self.vector for _ in texts]


MODEL = WholeModel(embedder="mini", weights=[4.0, -4.0], intercept=0.0, threshold=0.9)
SURE, UNSURE = [1.0, 0.0], [0.0, 1.0]


@pytest.mark.parametrize(
    "question",
    [
        "Summarise this agreement in ten sentences.",
        "tl;dr of the 10-K",
        "What is this document about?",
        "List all obligations of the supplier in this contract.",
        "How many times does the contract mention the word “indemnify”?",
        "Which of these contracts have an unlimited liability clause?",
        "What changed between the 2019 and the 2023 version of the agreement?",
        "How has revenue developed over the past five annual reports?",
        "What themes recur throughout the interviews?",
        "Explain the overall architecture of this repository.",
        "Fasse den Vertrag zusammen.",
        "Résume ce contrat en quelques phrases.",
        "¿De qué trata este documento?",
        "Elenca tutti gli obblighi del fornitore.",
        "Quais são as principais conclusões do estudo?",
        "Vat dit contract samen.",
        "Перечисли все обязанности арендатора.",
        "Streść tę umowę.",
        "请总结这份合同。",
        "この契約書を要約してください。",
        "이 계약서를 요약해 주세요.",
        "Bu sözleşmeyi özetle.",
        "لخص هذا العقد.",
        "इस अनुबंध का सारांश बताइए।",
    ],
)
async def test_a_question_about_the_whole_is_known_by_its_words(question: str) -> None:
    assert await WholeQuestions(model=MODEL).are_asked(question)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "What is the total amount payable under the contract?",
        "What is the overall cap on liability?",
        "How do I resume a stopped job?",
        "What is the difference between eco mode and normal mode?",
        "What was revenue for each year from 2009 to 2011?",
        "Which of the following statements is true?",
        "Wie hoch ist der Gesamtbetrag der Vergütung?",
        "Quel est le montant total du loyer ?",
        "押金是多少?",
    ],
)
async def test_a_question_for_a_passage_is_not_taken_for_one(question: str) -> None:
    assert not await WholeQuestions(model=MODEL).are_asked(question)


@pytest.mark.parametrize("question", ["Summarise section 4.", "Fasse Abschnitt 4 zusammen."])
async def test_a_part_that_is_named_is_no_whole(question: str) -> None:
    embedder = NamedEmbedder(SURE, name="mini-int8")
    assert names_part(question)
    assert not await WholeQuestions(embedder, MODEL).are_asked(question)


async def test_a_vector_tells_where_words_do_not() -> None:
    question = "Walk with me through it."
    sure = WholeQuestions(NamedEmbedder(SURE, name="mini-int8"), MODEL)
    unsure = WholeQuestions(NamedEmbedder(UNSURE, name="mini-int8"), MODEL)
    assert await sure.are_asked(question)
    assert not await unsure.are_asked(question)


async def test_vectors_of_another_embedder_are_not_read() -> None:
    other = NamedEmbedder(SURE, name="maxi")
    assert not await WholeQuestions(other, MODEL).are_asked("Walk with me through it.")
    assert not other.asked


async def test_words_that_tell_need_no_vector() -> None:
    embedder = NamedEmbedder(UNSURE, name="mini-int8")
    assert await WholeQuestions(embedder, MODEL).are_asked("Summarise the report.")
    assert not embedder.asked


def test_answers_to_choose_from_do_not_count() -> None:
    assert not words_whole("Who wrote it?\nA. the main theme of the book\nB. summarise all")


def test_the_kept_model_reads_vectors_of_the_embedded_embedder() -> None:
    kept = WholeModel.load()
    assert kept.embedder == "all-MiniLM-L6-v2"
    assert len(kept.weights) == 384
    assert 0.5 < kept.threshold < 1


def test_the_kept_model_is_sure_of_no_empty_vector() -> None:
    kept = WholeModel.load()
    probability = kept.probability(np.zeros(384, dtype=np.float32))
    assert math.isclose(probability, 1 / (1 + math.exp(-kept.intercept)))
    assert probability < kept.threshold


def test_words_alone_know_most_of_our_questions_and_take_none_for_another() -> None:
    ours = [json.loads(line) for line in OURS.read_text(encoding="utf-8").splitlines()]
    known = [words_whole(each["question"]) for each in ours if each["whole"]]
    others = [each["question"] for each in ours if not each["whole"]]
    assert min(len(known), len(others)) >= 250
    assert sum(known) / len(known) >= 0.7
    assert [each for each in others if words_whole(each) and not names_part(each)] == []


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    assert words_whole(text) in {True, False}
    assert names_part(text) in {True, False}


@pytest.mark.parametrize(
    "unit", ["list all ", "how many ", "change over the ", "in these ", "\nA", "所有", "fasse "]
)
def test_a_longer_question_takes_hardly_longer(unit: str) -> None:
    short, long = unit * (20_000 // len(unit)), unit * (800_000 // len(unit))
    words_whole(short)  # patterns are made when they are first needed
    assert _spent(long) <= 10 * _spent(short) + 0.02


def _spent(question: str) -> float:
    """Return the least CPU seconds of three."""
    found: list[float] = []
    for _ in range(3):
        start = time.process_time()
        words_whole(question)
        found.append(time.process_time() - start)
    return min(found)
