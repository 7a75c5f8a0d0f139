"""Questions with known answers, of the sets that the reader is measured and trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A document of a set."""

    key: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question; it is asked of the whole set, or of one document of it."""

    key: str
    question: str
    answerable: bool
    gold: str = ""
    """The sentences that answer it, where the set says which they are."""
    document: str = ""
    """Empty: the whole set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """The documents of a set and what is asked of them."""

    name: str
    texts: Sequence[Text]
    cases: Sequence[Case]


class _Evidence(BaseModel):
    doc_id: str
    start: int = 0
    end: int = 0


class _About(BaseModel):
    doc_id: str = ""


class _Question(BaseModel):
    id: str
    question: str
    type: str
    answerable: bool
    evidence: list[_Evidence]
    meta: _About = _About()


class _Source(BaseModel):
    doc_id: str
    title: str | None = None
    text: str | None = None
    path: str = ""


def clapnq(data: Path) -> Suite:
    """Return passages of Wikipedia; unanswerable: the passage at hand does not answer it."""
    texts = list(_texts(data / "clapnq"))
    return Suite(
        name="clapnq",
        texts=texts,
        cases=[
            Case(
                key=row.id,
                question=row.question,
                answerable=row.answerable,
                gold=_gold(row, {text.key: text.text for text in texts}),
            )
            for row in _questions(data / "clapnq")
        ],
    )


def lara(data: Path) -> Suite:
    """Return books, papers and filings; unanswerable: asked of what the document never says."""
    texts = [text for text in _texts(data / "lara") if text.key.startswith("32k/")]
    kept = {text.key for text in texts}
    return Suite(
        name="lara",
        texts=texts,
        cases=[
            Case(
                key=row.id,
                question=row.question,
                answerable=row.type == "location",
                document=row.meta.doc_id,
            )
            for row in _questions(data / "lara")
            if row.type in {"location", "hallu"} and row.meta.doc_id in kept
        ],
    )


def chroma(data: Path) -> Suite:
    """Return long documents of five kinds; every question is answerable."""
    texts = list(_texts(data / "chroma_chunking"))
    return Suite(
        name="chroma_chunking",
        texts=texts,
        cases=[
            Case(
                key=row.id,
                question=row.question,
                answerable=True,
                gold=_gold(row, {text.key: text.text for text in texts}),
            )
            for row in _questions(data / "chroma_chunking")
        ],
    )


def asked_elsewhere(suite: Suite, other: Suite, *, limit: int) -> list[Case]:
    """Return questions of `other` to ask of `suite`, which cannot answer them."""
    step = max(1, len(other.cases) // limit)
    return [
        Case(key=f"{suite.name}-{case.key}", question=case.question, answerable=False)
        for case in other.cases[::step][:limit]
    ]


def _texts(directory: Path) -> Iterator[Text]:
    for line in _lines(directory / "corpus.jsonl"):
        row = _Source.model_validate_json(line)
        text = row.text
        if text is None:
            text = (directory / row.path).read_bytes().decode("utf-8")
        yield Text(key=row.doc_id, title=row.title or row.doc_id, text=text)


def _questions(directory: Path) -> Iterator[_Question]:
    return map(_Question.model_validate_json, _lines(directory / "questions.jsonl"))


def _gold(row: _Question, texts: Mapping[str, str]) -> str:
    return "\n".join(texts[each.doc_id][each.start : each.end] for each in row.evidence)


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as lines:
        yield from lines
