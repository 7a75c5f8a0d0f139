"""Reads suites: a directory with `questions.jsonl`, or a file of questions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar, cast

import orjson
from pydantic import BaseModel, ValidationError

from core.errors import RequestError
from core.types import Span
from eval.metrics.scores import CaseId
from eval.runner.cases import Case, Gold, GoldEvidence
from eval.suites.evidence import located
from eval.suites.lines import (
    REQUEST,
    DocumentLine,
    EvidenceLine,
    QuestionLine,
    passed_over,
    problem,
    unknown_keys,
)
from eval.suites.suite import Suite, SuiteDocument
from serve.requests import read_query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from core.types import MetadataValue
    from eval.metrics.slices import Facets

QUESTIONS, CORPUS = "questions.jsonl", "corpus.jsonl"
_LEAST_RELEVANT = 5
"""Cranfield's grade of what is not relevant."""

_L = TypeVar("_L", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A line that could be read."""

    number: int
    line: QuestionLine
    bytes: bytes


def load_suite(path: Path) -> Suite:
    """Return the suite that lies at `path`.

    A directory has `questions.jsonl` and, for documents of its own, `corpus.jsonl`; of a file every
    line is a question: as little as `{"question": …}`, or a string. Evidence without offsets gets
    those of its text, where that stands in its document.

    Raises:
        RequestError: it cannot be read; names the file and the line.
    """
    questions = path / QUESTIONS if path.is_dir() else path
    if not questions.is_file():
        raise RequestError(
            f"there is no suite at {str(path)!r}; a directory with {QUESTIONS}, or a JSONL file "
            f"of questions, is needed"
        )
    notes: list[tuple[int, str]] = []
    corpus = path / CORPUS
    documents = _documents(corpus, notes) if path.is_dir() and corpus.is_file() else {}
    said = [*passed_over(notes, CORPUS)]
    notes.clear()
    reads = list(_questions(questions, notes))
    cases = _cases(questions, reads, documents)
    return Suite(
        name=path.resolve().name if path.is_dir() else path.stem,
        cases=tuple(cases),
        documents=tuple(documents.values()),
        notes=(*said, *passed_over(notes, questions.name)),
    )


def _cases(
    path: Path, reads: Sequence[_Read], documents: Mapping[str, SuiteDocument]
) -> Iterator[Case]:
    seen: set[CaseId] = set()
    texts = _Texts(documents)
    for read in reads:
        try:
            case = _case(read, texts)
        except RequestError as error:
            raise RequestError(f"{path}, line {read.number}: {error}") from error
        if case.id in seen:
            raise RequestError(f"{path}, line {read.number}: the id {case.id!r} is there twice")
        seen.add(case.id)
        yield case
    if not seen:
        raise RequestError(f"{path} has no questions")


class _Texts:
    """The documents' texts; of files the one that was read last is kept."""

    def __init__(self, documents: Mapping[str, SuiteDocument]) -> None:
        self.documents = documents
        self._last: tuple[str, str | None] = ("", None)

    def of(self, document: str) -> str | None:
        """Return its text; `None` where it is not known here."""
        if document != self._last[0]:
            self._last = (document, self.documents[document].read())
        return self._last[1]


def _case(read: _Read, texts: _Texts) -> Case:
    line = read.line
    fields = {k: v for k, v in (line.model_extra or {}).items() if k in REQUEST}
    read_query({**fields, "question": line.question})
    evidence = [_evidence(each, texts) for each in line.evidence]
    right = [each for each in evidence if each.grade]
    answerable = line.answerable
    if answerable is None and (line.answers or line.facts or right):
        answerable = True
    gold = Gold(
        answerable=answerable,
        answers=tuple(line.answers),
        facts=tuple(map(tuple, line.facts)),
        tolerance=line.tolerance,
        evidence=tuple(evidence),
    )
    about = _about(line, right)
    identity = line.id or hashlib.sha256(read.bytes.strip()).hexdigest()[:16]
    return Case(
        id=CaseId(identity),
        question=line.question,
        fields=fields,
        gold=gold,
        about=about,
        facets=_facets(line, about, fields, answerable=answerable),
        drafted=line.drafted,
    )


def _evidence(line: EvidenceLine, texts: _Texts) -> GoldEvidence:
    if (line.start is None) != (line.end is None):
        raise RequestError("evidence has a start or an end, not both; give both, or neither")
    relevance = line.relevance
    found = GoldEvidence(
        document=line.doc_id,
        text=line.text,
        span=Span(line.start, line.end)
        if line.start is not None and line.end is not None
        else None,
        pages=() if line.page is None else (line.page + 1,),
        grade=1 if relevance is None else _LEAST_RELEVANT - relevance,
    )
    if not texts.documents:
        return found
    if line.doc_id not in texts.documents:
        raise RequestError(f"evidence names the document {line.doc_id!r}, which {CORPUS} lacks")
    text = texts.of(line.doc_id) if found.span or (found.text and not found.pages) else None
    return found if text is None else located(found, text)


def _about(line: QuestionLine, evidence: Sequence[GoldEvidence]) -> tuple[str, ...]:
    named = line.meta.get("doc_id")
    if isinstance(named, str):
        return (named,)
    return tuple(dict.fromkeys(each.document for each in evidence))


def _facets(
    line: QuestionLine,
    about: tuple[str, ...],
    fields: Mapping[str, object],
    *,
    answerable: bool | None,
) -> Facets:
    said = {
        "type": line.type,
        "length": line.meta.get("length"),
        "language": fields.get("language") or line.meta.get("language"),
        "answerable": None if answerable is None else ("yes" if answerable else "no"),
    }
    facets: dict[str, str | tuple[str, ...]] = {k: str(v) for k, v in said.items() if v}
    return {**facets, "document": about} if about else facets


def _questions(path: Path, notes: list[tuple[int, str]]) -> Iterator[_Read]:
    for number, given in _lines(path):
        line = _parsed(path, number, given, QuestionLine)
        for each in (line, *line.evidence):
            notes += [(number, key) for key in _unknown(path, number, each)]
        yield _Read(number=number, line=line, bytes=given)


def _documents(path: Path, notes: list[tuple[int, str]]) -> dict[str, SuiteDocument]:
    found: dict[str, SuiteDocument] = {}
    for number, given in _lines(path):
        line = _parsed(path, number, given, DocumentLine)
        notes += [(number, key) for key in _unknown(path, number, line)]
        document = SuiteDocument(
            id=line.doc_id, title=line.title, text=line.text, metadata=_storable(line.meta)
        )
        if (line.text is None) == (line.path is None):
            raise RequestError(f"{path}, line {number}: a document has a text or a path")
        if line.path is not None:
            file = (path.parent / line.path).resolve()
            if not file.is_file():
                raise RequestError(f"{path}, line {number}: there is no file {str(file)!r}")
            document = replace(document, path=file)
        if line.doc_id in found:
            raise RequestError(f"{path}, line {number}: {line.doc_id!r} is there twice")
        found[line.doc_id] = document
    return found


def _storable(meta: Mapping[str, object]) -> dict[str, MetadataValue]:
    return {k: v for k, v in meta.items() if isinstance(v, str | int | float)}


def _unknown(path: Path, number: int, line: BaseModel) -> list[str]:
    try:
        return unknown_keys(line)
    except RequestError as error:
        raise RequestError(f"{path}, line {number}: {error}") from error


def _parsed(path: Path, number: int, given: bytes, shape: type[_L]) -> _L:
    try:
        value: object = orjson.loads(given)
    except orjson.JSONDecodeError as error:
        raise RequestError(f"{path}, line {number}: is not JSON: {error}") from error
    if isinstance(value, str) and shape is QuestionLine:
        value = {"question": value}
    if not isinstance(value, dict):
        raise RequestError(f"{path}, line {number}: is not an object")
    try:
        return shape.model_validate(cast("dict[str, object]", value))
    except ValidationError as error:
        raise RequestError(f"{path}, line {number}: {problem(error)}") from error


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except OSError as error:
        raise RequestError(f"{path} cannot be read: {error.strerror}") from error
