"""The development sets that retrieval is measured on: what to ingest, what to ask, what is gold."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from core.types import Span
from ingest.sources import RECORD, Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """A place that answers a question, as far as its set says where."""

    document: str
    span: Span | None = None
    page: int = 0
    """Counts from 1; 0: not said."""
    grade: int = 0
    """The gain is 2^grade − 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of a set."""

    key: str
    text: str
    gold: Sequence[Gold]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A set; documents are known by the names of their sources."""

    name: str
    sources: Sequence[Source]
    questions: Sequence[Question]
    cuts: Mapping[str, Sequence[Span]] = field(default_factory=dict[str, "Sequence[Span]"])
    """The chunks of each document, where the set gives them."""


class _Evidence(TypedDict):
    doc_id: str
    start: NotRequired[int]
    end: NotRequired[int]
    page: NotRequired[int]
    relevance: NotRequired[int]


class _Document(TypedDict):
    doc_id: str
    title: str
    text: NotRequired[str]
    path: NotRequired[str]


class _Chunk(TypedDict):
    doc_id: str
    index: int
    start: int
    end: int


class _Question(TypedDict):
    id: str
    question: str
    evidence: Sequence[_Evidence]


def load(name: str, data: Path) -> Dataset:
    """Return the set `name` of the folder `data`."""
    folder = data / name
    documents: list[_Document] = _rows(folder / "corpus.jsonl")
    questions: list[_Question] = _rows(folder / "questions.jsonl")
    given = folder / "chunks.jsonl"
    chunks: list[_Chunk] = _rows(given) if given.exists() else []
    sources = {row["doc_id"]: _source(row, folder, code=bool(chunks)) for row in documents}
    cuts: dict[str, list[Span]] = {}
    for chunk in sorted(chunks, key=lambda chunk: chunk["index"]):
        cuts.setdefault(chunk["doc_id"], []).append(Span(chunk["start"], chunk["end"]))
    return Dataset(
        name=name,
        sources=list(sources.values()),
        cuts=cuts,
        questions=[
            Question(
                key=row["id"],
                text=row["question"],
                gold=[_gold(each, sources) for each in row["evidence"]],
            )
            for row in questions
        ],
    )


def _source(row: _Document, folder: Path, *, code: bool) -> Source:
    if "path" in row:
        return Source(name=str(folder / row["path"]), path=folder / row["path"])
    text = row.get("text", "")
    if code:
        # The files of this set have lost their names, and with them what says that they are code.
        return Source(name=row["doc_id"], content=text.encode(), format="code")
    record = {"id": row["doc_id"], "title": row["title"], "text": text}
    return Source(name=row["doc_id"], content=json.dumps(record).encode(), format=RECORD)


def _gold(evidence: _Evidence, sources: Mapping[str, Source]) -> Gold:
    return Gold(
        document=sources[evidence["doc_id"]].name,
        span=Span(evidence["start"], evidence.get("end", 0)) if "start" in evidence else None,
        page=evidence["page"] + 1 if "page" in evidence else 0,
        # Cranfield counts from 1, the best, to 4; 5 is not relevant.
        grade=max(0, 5 - evidence.get("relevance", 5)),
    )


def _rows(path: Path) -> list[Any]:
    with path.open(encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]
