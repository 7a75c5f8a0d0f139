"""Answers that were made elsewhere, as answers of ours."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from core.answers import (
    AbstainReason,
    Abstention,
    Answer,
    Citation,
    Claim,
    Route,
    Usage,
    Verdict,
)
from core.errors import RequestError
from core.ids import ChunkId, DocumentId
from core.text import sentences, trimmed
from core.types import Span
from eval.metrics.scores import CaseId
from eval.runner.cases import ANSWERS
from eval.runner.rows import RECORDED
from eval.suites.lines import problem
from serve.answer.routing.refusals import refuses
from serve.wire import to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from eval.runner.cases import Case
    from eval.runner.documents import Documents

MODES = {"rag": "retrieval", "full": "long_context"}
"""LaRA's names of the ways to an answer."""
_DETAIL = 500
"""Characters of a refusal that are kept as its reason."""
_MARKER = re.compile(r"\s?\[(\d{1,4})\]")
_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)


def _as_text(given: object) -> object:
    return str(given) if isinstance(given, int) else given


class _Cited(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    doc_id: Annotated[str, BeforeValidator(_as_text)] = ""
    document_id: str = ""
    quote: str = ""
    text: str = ""
    start: int | None = None
    end: int | None = None
    page: int | None = None
    """Counted from 0."""


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: Annotated[str, BeforeValidator(_as_text)]
    answer: dict[str, object] | str | None = None
    prediction: str | bool | None = None
    """LaRA's; `true` and `false` stand for what failed."""
    citations: list[_Cited] = Field(default_factory=list[_Cited])
    abstained: bool = False
    error: object = None
    model: str = ""
    mode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which of several answers to a question counts."""

    model: str = ""
    """Empty: there is one model only."""
    mode: str = ""
    """`rag` or `full`, as LaRA has them; empty: there is one only."""
    routes: Mapping[str, str] = field(default_factory=dict[str, str])
    """The strategy of each question, by its id; empty: `mode` says."""

    def takes(self, line: _Line) -> bool:
        """Tell whether a line counts."""
        if self.model and line.model != self.model:
            return False
        strategy = MODES.get(line.mode, line.mode)
        if self.routes:
            return self.routes.get(line.id) == strategy
        return not self.mode or self.mode in {line.mode, strategy}


async def take_recorded(
    path: Path, directory: Path, cases: Sequence[Case], documents: Documents, *, chosen: Chosen
) -> list[str]:
    """Write the answers of `path` to `directory`, and return what a reader has to know of them.

    A line is `{"id", "answer"}` with an answer object of ours, or with a text, its `citations` and
    `[1]` markers; LaRA's `prediction` is a text, too. A text that says that the documents do not
    hold it is taken for an abstention. An answer object is taken as it is, but for the ids of
    documents, which are the suite's where source or title tell them.

    Raises:
        RequestError: a line cannot be read, or a question has several answers; names the line.
    """
    wanted = {case.id: case for case in cases}
    seen: dict[str, int] = {}
    others = 0
    beside = directory / f"{ANSWERS}.part"
    with beside.open("wb") as file:
        for number, line in _lines(path):
            if not chosen.takes(line):
                continue
            case = wanted.get(CaseId(line.id))
            if case is None:
                others += 1
                continue
            if line.id in seen:
                raise RequestError(_twice(path, number, seen[line.id], line.id))
            seen[line.id] = number
            outcome = await _outcome(line, case, documents)
            file.write(to_bytes({"id": line.id, **outcome}) + b"\n")
    beside.replace(directory / ANSWERS)
    return list(_notes(len(wanted), len(seen), others))


async def _outcome(line: _Line, case: Case, documents: Documents) -> dict[str, object]:
    if line.error is not None:
        return {"error": line.error}
    if isinstance(line.answer, dict):
        try:
            return {"answer": _ours(_ANSWER.validate_python(line.answer), documents)}
        except ValidationError as error:
            raise RequestError(f"the answer to {line.id!r}: {problem(error)}") from error
    text = line.answer if line.answer is not None else line.prediction
    if isinstance(text, bool):
        return {"error": "it was not answered"}
    return {"answer": await _theirs(line, text or "", case, documents)}


def _ours(answer: Answer, documents: Documents) -> Answer:
    """Return an answer object with the suite's documents in place of those of another store."""
    ids: dict[DocumentId, DocumentId] = {}
    for each in answer.citations:
        path = PurePath(each.source)
        names = (each.document_id, each.source, path.name, path.stem, each.title)
        found = next((d for name in names if (d := documents.id_of(name))), None)
        if found is not None:
            ids[each.document_id] = found
    return replace(
        answer,
        citations=tuple(
            replace(each, document_id=ids.get(each.document_id, each.document_id))
            for each in answer.citations
        ),
        evidence=tuple(
            replace(each, document_id=_known(each.document_id, ids, documents))
            for each in answer.evidence
        ),
    )


def _known(
    document: DocumentId, ids: Mapping[DocumentId, DocumentId], documents: Documents
) -> DocumentId:
    return ids.get(document) or documents.id_of(document) or document


async def _theirs(line: _Line, text: str, case: Case, documents: Documents) -> Answer:
    declined = line.abstained or not text.strip() or refuses(text)
    why = Abstention(reason=AbstainReason.NO_EVIDENCE, detail=text[:_DETAIL])
    citations = [await _citation(n, c, documents) for n, c in enumerate(line.citations, start=1)]
    strategy = MODES.get(line.mode, line.mode) or RECORDED
    return Answer(
        id=f"ans_{hashlib.sha256(f'{line.id} {line.model} {line.mode}'.encode()).hexdigest()[:24]}",
        question=case.question,
        answer=None if declined else text,
        abstained=why if declined else None,
        generated=True,
        claims=() if declined else tuple(_claims(text, len(citations))),
        citations=() if declined else tuple(citations),
        route=Route(
            strategy=strategy,
            tier=RECORDED,
            model=line.model or RECORDED,
            context_tokens=0,
            reserve_tokens=0,
            window=0,
            reason="the answer was recorded",
        ),
        usage=Usage(cost_usd=None),
    )


async def _citation(number: int, given: _Cited, documents: Documents) -> Citation:
    """Return a citation; without offsets it is where its quote stands first, else nowhere."""
    name = given.doc_id or given.document_id
    document = documents.id_of(name) or DocumentId(name)
    quote = given.quote or given.text
    span = Span(given.start or 0, given.end or 0)
    if given.start is None or given.end is None:
        at = (await documents.text(document) or "").find(quote)
        span = Span(at, at + len(quote)) if at >= 0 else Span(0, 0)
    pages = () if given.page is None else (given.page + 1,)
    return Citation(
        n=number,
        document_id=document,
        title=documents.title_of(document),
        source=name,
        pages=pages or documents.pages_of(document, span),
        span=span,
        quote=quote,
        chunk_id=ChunkId(""),
        score=0.0,
        verdict=Verdict.UNCHECKED,
        checked_by=(),
    )


def _claims(text: str, citations: int) -> Iterator[Claim]:
    """Yield the sentences of `text`; without any marker each cites all that is cited."""
    marked = any(int(found[1]) <= citations for found in _MARKER.finditer(text))
    every = tuple(range(1, citations + 1))
    for sentence in sentences(text):
        span = trimmed(sentence, text)
        said = span.slice(text)
        numbers = dict.fromkeys(int(found[1]) for found in _MARKER.finditer(said))
        if bare := _MARKER.sub("", said).strip():
            yield Claim(
                text=bare,
                start=span.start,
                end=span.end,
                citations=tuple(n for n in numbers if 0 < n <= citations) if marked else every,
                verdict=Verdict.UNCHECKED,
                score=0.0,
            )


def _lines(path: Path) -> Iterator[tuple[int, _Line]]:
    try:
        with path.open("rb") as file:
            for number, given in enumerate(file, start=1):
                if given.strip():
                    yield number, _parsed(path, number, given)
    except OSError as error:
        raise RequestError(f"{path} cannot be read: {error.strerror}") from error


def _parsed(path: Path, number: int, given: bytes) -> _Line:
    try:
        return _Line.model_validate_json(given)
    except ValidationError as error:
        raise RequestError(f"{path}, line {number}: {problem(error)}") from error


def _twice(path: Path, number: int, first: int, identity: str) -> str:
    return (
        f"{path}, line {number}: a second answer to {identity!r} (line {first}); of several models "
        f"choose with --model, of several ways with --way or --routes-from"
    )


def _notes(wanted: int, answered: int, others: int) -> Iterator[str]:
    if answered < wanted:
        yield f"{wanted - answered} of {wanted} questions have no recorded answer and score as such"
    if others:
        yield f"{others} recorded answers are to no question of the suite"
