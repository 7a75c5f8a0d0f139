from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.errors import RequestError
from core.ids import CollectionName, DocumentId, document_id
from core.types import Span
from eval.metrics.scores import CaseId
from eval.runner.cases import ANSWERS, Case, Outcome, outcome_of
from eval.runner.documents import SuiteDocuments
from eval.runner.index import LineIndex
from eval.runner.recorded import Chosen, take_recorded
from eval.suites.suite import Suite, SuiteDocument
from serve.wire import to_bytes
from tests.doubles.answers import answer, citation

CASES = tuple(Case(id=CaseId(name), question=f"{name}?") for name in ("a", "b"))
SUITE = Suite(
    name="moon",
    cases=CASES,
    documents=(SuiteDocument(id="moon", title="Moon", text="The moon is small. It is far."),),
)
ANY = Chosen()


async def taken(
    directory: Path, *lines: object, chosen: Chosen = ANY
) -> tuple[dict[str, Outcome], list[str]]:
    path = directory / "recorded.jsonl"
    path.write_bytes(b"".join(to_bytes(line) + b"\n" for line in lines))
    documents = SuiteDocuments(SUITE, collections=[CollectionName("eval-moon")])
    notes = await take_recorded(path, directory, CASES, documents, chosen=chosen)
    index = LineIndex(directory / ANSWERS)
    return {n: outcome_of(line) for n in ("a", "b") if (line := index.get(n))}, notes


async def test_a_text_with_markers_becomes_claims_that_cite_their_quotes(tmp_path: Path) -> None:
    found, notes = await taken(
        tmp_path,
        {
            "id": "a",
            "answer": "It is small [1]. It is old. It is far [2].",
            "citations": [
                {"doc_id": "moon", "quote": "The moon is small."},
                {"doc_id": "moon", "quote": "It is near."},
            ],
        },
    )

    made = found["a"].answer
    assert made is not None
    assert [(c.text, c.citations) for c in made.claims] == [
        ("It is small.", (1,)),
        ("It is old.", ()),
        ("It is far.", (2,)),
    ]
    assert made.citations[0].span == Span(0, 18)
    assert made.citations[1].span == Span(0, 0), "it stands nowhere"
    assert notes == ["1 of 2 questions have no recorded answer and score as such"]


async def test_without_markers_every_sentence_cites_everything(tmp_path: Path) -> None:
    cited = [{"doc_id": "moon", "quote": "It is far.", "page": 0}]
    found, _ = await taken(tmp_path, {"id": "a", "answer": "Far. So far.", "citations": cited})

    made = found["a"].answer
    assert made is not None
    assert [claim.citations for claim in made.claims] == [(1,), (1,)]
    assert made.citations[0].pages == (1,)


@pytest.mark.parametrize(
    "line",
    [
        {"id": "a", "prediction": "The provided context does not mention the moon."},
        {"id": "a", "answer": None},
        {"id": "a", "answer": "Perhaps.", "abstained": True},
    ],
    ids=["refusal", "nothing", "said so"],
)
async def test_what_does_not_answer_is_an_abstention(
    tmp_path: Path, line: dict[str, object]
) -> None:
    found, _ = await taken(tmp_path, line)

    made = found["a"].answer
    assert made is not None
    assert made.abstained is not None
    assert made.answer is None


async def test_an_answer_of_ours_from_another_store_cites_the_suites_documents(
    tmp_path: Path,
) -> None:
    stored = document_id(CollectionName("eval-moon"), "moon")
    ours = answer({"It is far.": [1]}, [citation(1, "It is far.", document=stored, start=19)])

    found, _ = await taken(tmp_path, {"id": "a", "answer": ours})

    made = found["a"].answer
    assert made is not None
    assert made.citations[0].document_id == DocumentId("moon")
    assert made.claims == ours.claims


async def test_a_recorded_failure_stays_one(tmp_path: Path) -> None:
    found, _ = await taken(tmp_path, {"id": "a", "error": {"detail": "it broke"}})

    assert found["a"].error == "it broke"


async def test_of_answers_both_ways_each_question_takes_that_of_its_route(tmp_path: Path) -> None:
    lines = [
        {"id": name, "model": "x", "mode": mode, "prediction": f"{name} by {mode}"}
        for name in ("a", "b")
        for mode in ("rag", "full")
    ]

    found, _ = await taken(
        tmp_path, *lines, chosen=Chosen(routes={"a": "retrieval", "b": "long_context"})
    )

    texts = {name: outcome.answer and outcome.answer.answer for name, outcome in found.items()}
    assert texts == {"a": "a by rag", "b": "b by full"}


async def test_two_answers_to_one_question_are_refused_with_their_lines(tmp_path: Path) -> None:
    lines = [{"id": "a", "mode": mode, "prediction": "x"} for mode in ("rag", "full")]

    with pytest.raises(RequestError, match=r"line 2: a second answer to 'a' \(line 1\)"):
        await taken(tmp_path, *lines)

    assert not (tmp_path / ANSWERS).exists()


@pytest.mark.parametrize("line", [{"answer": "x"}, {"id": "a", "answer": {"id": "b"}}, [1]])
async def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: object) -> None:
    (tmp_path / "recorded.jsonl").write_text(json.dumps(line) + "\n")

    with pytest.raises(RequestError):
        await taken(tmp_path, line)
