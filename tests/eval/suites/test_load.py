from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from core.errors import RequestError
from core.types import Span
from eval.suites.load import load_suite

Write = Callable[..., Path]
SHARED = Path("../shared/data")
DOCUMENT = {"doc_id": "moon", "title": "Moon", "text": "The moon is small. It is far."}
EVIDENCE = {"doc_id": "moon", "text": "It is far.", "start": 19, "end": 29}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a suite of these questions, over one document."""

    def made(*questions: object, documents: Sequence[object] = (DOCUMENT,)) -> Path:
        folder = tmp_path / "suite"
        folder.mkdir(exist_ok=True)
        for name, rows in (("questions", questions), ("corpus", documents)):
            lines = "".join(json.dumps(row) + "\n" for row in rows)
            (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
        return folder

    return made


def test_a_question_alone_is_a_suite_of_which_nothing_is_known(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text('{"question": "How far is the moon?"}\n\n"How old?"\n')

    suite = load_suite(path)

    assert suite.name == "mine"
    assert [case.question for case in suite.cases] == ["How far is the moon?", "How old?"]
    assert len({case.id for case in suite.cases}) == 2
    assert suite.cases[0].gold.answerable is None
    assert not suite.documents


def test_evidence_keeps_its_offsets_and_a_page_counts_from_one(write: Write) -> None:
    suite = load_suite(
        write({"question": "?", "evidence": [EVIDENCE, {"doc_id": "moon", "page": 0}]})
    )

    first, second = suite.cases[0].gold.evidence
    assert (first.span, first.text) == (Span(19, 29), "It is far.")
    assert second.pages == (1,)
    assert suite.cases[0].gold.answerable is True


def test_evidence_without_offsets_is_found_by_its_text(write: Write) -> None:
    suite = load_suite(
        write({"question": "?", "evidence": [{"doc_id": "moon", "text": "It is far."}]})
    )

    assert suite.cases[0].gold.evidence[0].span == Span(19, 29)


def test_a_request_as_the_service_takes_it_is_a_question(write: Write) -> None:
    suite = load_suite(
        write({"question": "?", "language": "de", "history": [{"role": "user", "content": "hi"}]})
    )

    assert suite.cases[0].fields["language"] == "de"
    assert suite.cases[0].facets["language"] == "de"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            {"question": "?", "evidence": [{**EVIDENCE, "start": 18}]},
            "does not stand where it says",
        ),
        ({"question": "?", "evidence": [{**EVIDENCE, "end": 99}]}, "is not in 'moon'"),
        ({"question": "?", "evidence": [{"doc_id": "moon", "text": "no"}]}, "does not stand in"),
        ({"question": "?", "evidence": [{"doc_id": "moon", "text": "is"}]}, "more than once"),
        ({"question": "?", "evidence": [{"doc_id": "sun"}]}, "'sun'"),
        ({"question": "?", "evidence": [{"doc_id": "moon", "start": 1}]}, "start or an end"),
        ({"question": "?", "answer": ["x"]}, "'answer' is unknown; is it 'answers'?"),
        ({"question": "?", "answerable": "perhaps"}, "answerable"),
        ({"question": " "}, "blank"),
        ({"question": "?", "strategy": "guess"}, "strategy"),
        ({"answers": []}, "question"),
        ([1], "is not an object"),
        ({"id": "a", "question": "?"}, "'a' is there twice"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_line_that_is_wrong_is_named_with_its_number(
    write: Write, question: object, told: str
) -> None:
    folder = write({"id": "a", "question": "right?"}, question)

    with pytest.raises(RequestError, match=r"questions\.jsonl, line 2: ") as raised:
        load_suite(folder)

    assert told in str(raised.value)


def test_a_key_that_is_like_no_other_is_passed_over_and_named(write: Write) -> None:
    suite = load_suite(write({"question": "?", "zzz": 1}, {"question": "!", "zzz": 2}))

    assert suite.notes == (
        "questions.jsonl: the key 'zzz' means nothing here and was passed over "
        "(line 1, 2 times in all)",
    )


@pytest.mark.parametrize(
    "document",
    [{"doc_id": "a"}, {"doc_id": "a", "path": "gone.txt"}, {"title": "a", "text": "b"}],
    ids=["neither text nor path", "no such file", "no name"],
)
def test_a_document_that_cannot_be_read_is_named_with_its_line(
    write: Write, document: object
) -> None:
    folder = write({"question": "?"}, documents=(DOCUMENT, document))

    with pytest.raises(RequestError, match=r"corpus\.jsonl, line 2: "):
        load_suite(folder)


def test_the_hash_changes_with_gold_and_documents_and_with_nothing_else(write: Write) -> None:
    hashes = [
        load_suite(write({"question": "?"})).hash,
        load_suite(write({"question": "?"})).hash,
        load_suite(write({"question": "?", "answers": ["far"]})).hash,
        load_suite(write({"question": "?"}, documents=({**DOCUMENT, "text": "Else."},))).hash,
    ]

    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


def test_cranfields_best_grade_gains_most_and_its_worst_is_not_gold(write: Write) -> None:
    graded = [{"doc_id": "moon", "relevance": grade} for grade in (1, 4, 5)]

    suite = load_suite(write({"question": "?", "evidence": graded}))

    assert [each.grade for each in suite.cases[0].gold.evidence] == [4, 1, 0]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the development data are not here")
@pytest.mark.parametrize(
    ("name", "questions"),
    [
        ("anthropic_codebase", 248),
        ("chroma_chunking", 472),
        ("clapnq", 600),
        ("cranfield", 225),
        ("docugami_sec10q", 195),
        ("financebench", 45),
        ("lara", 1079),
        ("leval", 1290),
        ("rgb_fact", 100),
    ],
)
def test_every_shared_set_loads_as_it_is(name: str, questions: int) -> None:
    suite = load_suite(SHARED / name)

    assert (len(suite.cases), suite.notes) == (questions, ())
