"""The answers that are kept: stored when they are given, shown and checked again later."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from dataclasses import fields, replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import orjson
from pydantic import TypeAdapter, ValidationError

from core.answers import Answer
from core.errors import NotFoundError, StoreError
from core.kept import Kept, KeptAnswer
from core.records import AnswerRecord, read_record
from core.types import RecordKind
from serve.answer.prompt import RULES
from serve.answer.recheck import recheck
from serve.answer.redact import documents_of, without
from serve.answer.replay import report

if TYPE_CHECKING:
    from collections.abc import Set
    from datetime import datetime

    from core.clock import Clock
    from core.ids import CollectionName, DocumentId
    from core.kept import Replay
    from core.protocols import RecordStore
    from serve.answer.recheck import Shelf

_PURGE_EVERY_S = 3_600.0
_PURGED_AT_ONCE = 500
_PAGE = 50
_REPLY_WAITS_S = 0.005
_MOST_WRITES = 64
"""Answers that are being written; another one waits."""
_log = logging.getLogger(__name__)


class KeptAnswers:
    """Keeps every answer for some days.

    An answer is stored before it is handed over, if the disk lets it. That is one write of the
    control collection: 0.8 ms on a quiet disk, 90 of 100 within 2 ms. Beside a program that keeps
    the same disk busy it is 10 to 16 ms, more than an answer that only quotes should wait. So a
    reply waits 5 ms at most; what is then not yet on disk is written behind it, found meanwhile,
    waited for by `drain`, and lost with the power. Where the store refuses, the record is lost,
    which the log says; the answer is given all the same.
    """

    def __init__(
        self,
        records: RecordStore,
        shelf: Shelf,
        *,
        days: int,
        config_hash: str,
        clock: Clock,
    ) -> None:
        """Keep answers in `records`.

        Args:
            records: the control collection.
            shelf: what answers cite.
            days: how long; 0: no answer is kept.
            config_hash: of the settings that the answers are made with.
            clock: tells how old an answer is.
        """
        self._records, self._shelf = records, shelf
        self._days, self._config_hash, self._clock = days, config_hash, clock
        self._purged: float | None = None
        """When all that was too old was purged last, by the monotonic clock."""
        self._writes = set[asyncio.Task[None]]()
        self._unwritten: dict[str, AnswerRecord] = {}
        """By id: those that are being written."""

    async def keep(self, answer: Answer, collection: CollectionName) -> None:
        """Store `answer` as it was given, and purge what is too old."""
        record = self._record_of(answer, collection) if self._days else None
        while len(self._writes) >= _MOST_WRITES:
            await asyncio.wait(self._writes, return_when=asyncio.FIRST_COMPLETED)
        write = asyncio.create_task(self._write(record))
        self._writes.add(write)
        write.add_done_callback(self._writes.discard)
        await asyncio.wait([write], timeout=_REPLY_WAITS_S)

    async def drain(self) -> None:
        """Return when every answer that was given by now is on disk."""
        if self._writes:
            await asyncio.wait(self._writes)

    async def answer(self, answer_id: str) -> KeptAnswer:
        """Return an answer as it was given, but for what it says from deleted documents.

        Raises:
            NotFoundError: it was never given, or it is too old.
        """
        return _shown(await self._marked(await self._record(answer_id)))

    async def replay(self, answer_id: str) -> Replay:
        """Check the citations of an answer against today's documents.

        Raises:
            NotFoundError: the answer was never given, or it is too old.
        """
        record = await self._marked(await self._record(answer_id))
        found = await recheck(
            _read(record).citations,
            self._shelf,
            collection=record.collection,
            deleted=record.deleted_documents,
        )
        return report(record.answer_id, found, checked_at=_iso(self._clock.now()))

    async def forget(self, document: DocumentId) -> None:
        """Take what kept answers say from a document out of them, and mark them."""
        await self.drain()
        cursor: str | None = None
        while True:
            page, cursor = await self._records.list(
                RecordKind.ANSWER, where={"documents": document}, limit=_PAGE, cursor=cursor
            )
            records = [read_record(AnswerRecord, row) for row in page]
            await self._records.put([_without(each, {document}).to_record() for each in records])
            if cursor is None:
                return

    async def forget_collection(self, collection: CollectionName) -> None:
        """Delete the kept answers of a collection."""
        await self.drain()
        where = {"collection": collection}
        while await self._records.purge(RecordKind.ANSWER, where=where, limit=_PURGED_AT_ONCE):
            pass

    def _record_of(self, answer: Answer, collection: CollectionName) -> AnswerRecord | None:
        """Return what is stored of `answer`; `None` where it is no JSON."""
        moment = self._clock.now()
        try:
            given = orjson.dumps(answer).decode()
        except orjson.JSONEncodeError as error:
            _log.warning("answer %s is not kept: %s", answer.id, error)
            return None
        return AnswerRecord(
            answer_id=answer.id,
            collection=collection,
            documents=documents_of(answer),
            created_at=_iso(moment),
            created_s=moment.timestamp(),
            prompt_hash=_prompt_hash(answer),
            config_hash=self._config_hash,
            answer=given,
        )

    async def _write(self, record: AnswerRecord | None) -> None:
        try:
            if record is not None:
                await self._put(record)
            await self._purge()
        except StoreError as error:
            name = record.answer_id if record else "none"
            _log.warning("kept answers cannot be written (%s): %s", name, error)

    async def _put(self, record: AnswerRecord) -> None:
        self._unwritten[record.answer_id] = record
        try:
            # A document may have been deleted while a model wrote.
            written = await self._left(record)
            if written is None:
                return
            await self._records.put([written.to_record()])
            # Deletions forget again when they are done. What they do not find then is written
            # later than that, by any process that shares the store: here it sees them done.
            left = await self._left(written)
            if left is None:
                await self._records.delete(RecordKind.ANSWER, [record.answer_id])
            elif left != written:
                await self._records.put([left.to_record()])
        finally:
            if self._unwritten.get(record.answer_id) is record:
                del self._unwritten[record.answer_id]

    async def _purge(self) -> None:
        """Delete some of what is too old; at most once an hour, but until all of it is gone."""
        passed = self._clock.monotonic()
        if self._purged is not None and passed - self._purged < _PURGE_EVERY_S:
            return
        deleted = await self._records.purge(
            RecordKind.ANSWER, before=self._oldest_s(), limit=_PURGED_AT_ONCE
        )
        if deleted < _PURGED_AT_ONCE:
            self._purged = passed

    async def _record(self, answer_id: str) -> AnswerRecord:
        record = self._unwritten.get(answer_id)
        if record is None:
            rows = await self._records.get(RecordKind.ANSWER, [answer_id])
            record = read_record(AnswerRecord, rows[answer_id]) if answer_id in rows else None
        if record is None or record.created_s < self._oldest_s():
            raise NotFoundError(
                "answer", answer_id, hint=f"answers are kept for {self._days} days (`answer_days`)"
            )
        return record

    def _oldest_s(self) -> float:
        return (self._clock.now() - timedelta(days=self._days)).timestamp()

    async def _left(self, record: AnswerRecord) -> AnswerRecord | None:
        """Return what may be kept of `record` today; `None`: its collection is gone."""
        try:
            await self._shelf.collection(record.collection)
        except NotFoundError:
            return None
        return await self._marked(record)

    async def _marked(self, record: AnswerRecord) -> AnswerRecord:
        """Return `record` without what its answer says from documents that are not there."""
        there = await self._shelf.documents(record.collection, record.documents)
        return _without(record, {each for each in record.documents if each not in there})


def _without(record: AnswerRecord, deleted: Set[DocumentId]) -> AnswerRecord:
    """Return `record` without what its answer says from the documents `deleted`, and so marked."""
    known = record.deleted_documents
    new = [each for each in record.documents if each in deleted and each not in known]
    if not new:
        return record
    left = without(_read(record), frozenset(new))
    return replace(record, deleted_documents=(*known, *new), answer=orjson.dumps(left).decode())


def _read(record: AnswerRecord) -> Answer:
    try:
        return _answers().validate_json(record.answer)
    except ValidationError as error:
        said = error.errors()[0]["msg"]
        raise StoreError(f"the kept answer {record.answer_id!r} cannot be read: {said}") from error


def _shown(record: AnswerRecord) -> KeptAnswer:
    answer = _read(record)
    return KeptAnswer(
        **{each.name: getattr(answer, each.name) for each in fields(Answer)},
        kept=Kept(
            collection=record.collection,
            created_at=record.created_at,
            prompt_hash=record.prompt_hash,
            config_hash=record.config_hash,
            deleted_documents=record.deleted_documents,
        ),
    )


def _prompt_hash(answer: Answer) -> str | None:
    """Return a hash of the rules of an answer and of every prompt; `None`: there was no prompt."""
    told = [step.input for step in answer.steps if step.input]
    return hashlib.sha256(orjson.dumps([RULES, *told])).hexdigest() if told else None


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


@cache
def _answers() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)
