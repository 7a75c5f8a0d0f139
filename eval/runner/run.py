"""Asks the questions of a suite; what is answered already is not asked again."""

from __future__ import annotations

import fcntl
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import orjson
from pydantic import TypeAdapter, ValidationError

from core.errors import ConflictError, RequestError
from eval.metrics.retrieval import KS, Located
from eval.runner.cases import ANSWERS, CASES, FOUND, INFO, NO_RESULTS, RunInfo
from serve.batch import Item, run_batch
from serve.requests import read_query
from serve.wire import to_bytes

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
    from pathlib import Path
    from typing import TypeAlias

    from core.answers import Answer
    from core.ids import CollectionName
    from eval.runner.cases import Case
    from eval.runner.documents import Documents
    from serve.answer.question import Question
    from serve.batch import Progress
    from serve.service import Service

    Ask: TypeAlias = Callable[[Question], Awaitable[Answer]]

_INFO: TypeAdapter[RunInfo] = TypeAdapter(RunInfo)
_SAME = ("suite_hash", "config_hash", "data_hash", "mode", "settings")
"""What a run that goes on has in common with the one that was cut short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How questions are asked."""

    collection: CollectionName
    fields: Mapping[str, object]
    """What a question does not say itself, as in the body of `POST /v1/query`."""
    within: bool = False
    """Whether each is asked of the documents only that it is about."""


def items_of(cases: Iterable[Case], asking: Asking, documents: Documents) -> list[Item]:
    """Return what is asked, a question for each case.

    Raises:
        RequestError: a question cannot be asked so; names it.
    """
    return [_item(case, asking, documents) for case in cases]


def _item(case: Case, asking: Asking, documents: Documents) -> Item:
    fields = {**asking.fields, **case.fields, "question": case.question}
    fields["collection"] = asking.collection
    given = case.fields.get("document_ids") or (case.about if asking.within else ())
    if named := cast("Sequence[object]", given):
        fields["document_ids"] = [documents.id_of(str(name)) or str(name) for name in named]
    try:
        return Item(id=case.id, question=read_query(fields))
    except RequestError as error:
        raise RequestError(f"question {case.id!r}: {error}") from error


async def ask_all(
    ask: Ask, items: Sequence[Item], directory: Path, *, at_once: int
) -> AsyncGenerator[Progress]:
    """Ask what `directory` has no answer of, and yield how far it is, first and after each.

    What abstained for one of `NO_RESULTS` is asked again.
    """
    _forget_outages(directory / ANSWERS)
    async for progress in run_batch(ask, items, directory / ANSWERS, at_once=at_once):
        yield progress


def with_search(service: Service, directory: Path) -> Ask:
    """Return what searches for a question and then asks it; what was found is kept.

    Answers say what they were made from in the order of the prompt; how good a ranking is shows
    only in that of the search.
    """

    async def ask(question: Question) -> Answer:
        most = max(*KS, question.top_k or 0)
        found = await service.search(replace(question, top_k=most))
        answer = await service.ask(question)
        places = [
            Located(document=each.document_id, span=each.span, pages=each.pages)
            for each in found.passages
        ]
        with (directory / FOUND).open("ab") as file:
            file.write(to_bytes({"id": answer.id, "passages": places}) + b"\n")
        return answer

    return ask


def begin(directory: Path, info: RunInfo) -> RunInfo:
    """Make `directory` ready for a run and return what it is: a new one, or one that goes on.

    Raises:
        ConflictError: another run lies there.
    """
    before = info_in(directory)
    if before is None:
        if (directory / ANSWERS).exists():
            raise ConflictError(f"{directory} has answers of no known run; name another directory")
        directory.mkdir(parents=True, exist_ok=True)
        _write(directory, info)
        return info
    if differing := [name for name in _SAME if getattr(before, name) != getattr(info, name)]:
        raise ConflictError(
            f"{directory} has another run ({', '.join(differing)} differ); name another directory"
        )
    _mend(directory / FOUND)
    return replace(info, started_at=before.started_at)


def end(directory: Path, info: RunInfo) -> RunInfo:
    """Write down that the run is over, and return what it was."""
    ended = replace(info, ended_at=now())
    _write(directory, ended)
    return ended


def goes_on(directory: Path, info: RunInfo) -> bool:
    """Tell whether `directory` has the same run, cut short."""
    found = info_in(directory)
    if found is None or found.ended_at or (directory / CASES).exists():
        return False
    return all(getattr(found, name) == getattr(info, name) for name in _SAME)


def info_in(directory: Path) -> RunInfo | None:
    """Return what `run.json` says; `None` where there is none."""
    path = directory / INFO
    if not path.is_file():
        return None
    try:
        return _INFO.validate_json(path.read_bytes())
    except ValidationError as error:
        raise RequestError(f"{path} cannot be read; name another directory") from error


def now() -> str:
    """Return this moment as ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _write(directory: Path, info: RunInfo) -> None:
    beside = directory / f"{INFO}.part"
    beside.write_bytes(orjson.dumps(asdict(info), option=orjson.OPT_INDENT_2))
    beside.replace(directory / INFO)


def _forget_outages(path: Path) -> None:
    """Take out the lines of questions that have no result, though they have an answer object."""
    if not path.exists():
        return
    with path.open("rb") as known:
        try:
            fcntl.flock(known, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # another run has it, which `run_batch` says
        if not any(map(_is_outage, known)):
            return
        known.seek(0)
        beside = path.with_name(f"{path.name}.part")
        with beside.open("wb") as kept:
            kept.writelines(line for line in known if not _is_outage(line))
        beside.replace(path)


def _is_outage(line: bytes) -> bool:
    """Tell whether a line is of an outage; what cannot be read is left to who reads it next."""
    try:
        return orjson.loads(line)["answer"]["abstained"]["reason"] in NO_RESULTS
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return False


def _mend(path: Path) -> None:
    """Take out what was half written when the run was cut short."""
    if not path.exists():
        return
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.rfind(b"\n") + 1])
