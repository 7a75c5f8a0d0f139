"""Kept answers over the embedded store, the documents of a library with them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from core.answers import Answer, Citation, Claim, Consulted, Route, Step, Verdict
from core.errors import NotFoundError, StoreError
from core.ids import ChunkId, CollectionName, DocumentId, VersionId
from core.kept import CitationStatus
from core.records import CollectionRecord, DocumentRecord
from core.store.edge import EdgeStore
from core.types import Record, RecordKind, Span
from serve.answer.kept import KeptAnswers
from serve.wire import to_bytes
from tests.doubles.clock import START, VirtualClock
from tests.doubles.memory_records import MemoryRecords
from tests.doubles.scripted_service import MOMENT

HERE = CollectionName("default")
MOON = DocumentId("doc_moon")
DAY_S = 86_400


class Texts:
    """A shelf of texts, that remembers what was read of them."""

    def __init__(self, **texts: str) -> None:
        self.texts = {DocumentId(f"doc_{name}"): text for name, text in texts.items()}
        self.read: list[Span] = []
        self.collections = {HERE, CollectionName("other")}

    async def collection(self, name: CollectionName) -> CollectionRecord:
        if name not in self.collections:
            raise NotFoundError("collection", name)
        return CollectionRecord(
            name=name, index=name, embedder="e", dimensions=1, created_at=MOMENT
        )

    async def documents(
        self, collection: CollectionName, ids: Sequence[DocumentId]
    ) -> dict[DocumentId, DocumentRecord]:
        found = {i: record_of(i, self.texts[i]) for i in ids if i in self.texts}
        return {i: record for i, record in found.items() if record.collection == collection}

    async def text(
        self, collection: CollectionName, document: DocumentId, span: Span | None = None
    ) -> tuple[Span, str]:
        assert span is not None, "never the whole at once"
        assert collection == HERE
        self.read.append(span)
        return span, span.slice(self.texts[document])


def record_of(document: DocumentId, text: str) -> DocumentRecord:
    return DocumentRecord(
        document_id=document,
        collection=HERE,
        version=VersionId("ver_1"),
        source=document,
        title=document,
        format="text",
        language="en",
        encoding="utf-8",
        bytes=len(text),
        sha256="",
        characters=len(text),
        tokens=1,
        chunks=1,
        embedder="e",
        parser=1,
        chunker=1,
        created_at=MOMENT,
        updated_at=MOMENT,
    )


def answer(name: str = "ans_1", *, quote: str = "The moon is small.", start: int = 0) -> Answer:
    citation = Citation(
        n=1,
        document_id=MOON,
        title="Moon",
        source="moon.txt",
        pages=(1,),
        span=Span(start, start + len(quote)),
        quote=quote,
        chunk_id=ChunkId("c"),
        score=1.0,
        verdict=Verdict.SUPPORTED,
        checked_by=("quote",),
    )
    claim = Claim(
        text=quote, start=0, end=len(quote), citations=(1,), verdict=Verdict.SUPPORTED, score=1.0
    )
    return Answer(
        id=name,
        question="How is the moon?",
        answer=f"{quote} [1]",
        data={"n": 2**60 + 1, "share": 3.0, "none": None, "text": "ü\0\n"},
        generated=False,
        claims=(claim,),
        citations=(citation,),
        evidence=(Consulted(document_id=MOON, chunk_id=ChunkId("c"), span=Span(0, 18)),),
        route=Route(
            strategy="retrieval",
            tier="standard",
            model="extractive",
            context_tokens=1,
            reserve_tokens=0,
            window=9,
            reason="",
        ),
    )


@pytest.fixture
async def store(data_dir: Path) -> AsyncIterator[EdgeStore]:
    opened = EdgeStore(data_dir)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def shelf() -> Texts:
    return Texts(moon="The moon is small. It is far.")


def keeping(store: EdgeStore, shelf: Texts, clock: VirtualClock, *, days: int = 30) -> KeptAnswers:
    return KeptAnswers(store.records, shelf, days=days, config_hash="config", clock=clock)


async def keep(kept: KeptAnswers, answer: Answer, collection: CollectionName) -> None:
    """Keep `answer`, and wait until it is on disk, however busy that is."""
    await kept.keep(answer, collection)
    await kept.drain()


@pytest.fixture
def kept(store: EdgeStore, shelf: Texts, clock: VirtualClock) -> KeptAnswers:
    return keeping(store, shelf, clock)


async def test_an_answer_comes_back_as_it_was_given_from_a_store_opened_anew(
    data_dir: Path, shelf: Texts, clock: VirtualClock
) -> None:
    first = EdgeStore(data_dir)
    await keep(keeping(first, shelf, clock), answer(), HERE)
    await first.close()
    second = EdgeStore(data_dir)
    shown = await keeping(second, shelf, clock).answer("ans_1")
    await second.close()

    given = asdict(shown)
    beside = given.pop("kept")
    assert given == asdict(answer())
    assert to_bytes(shown).startswith(to_bytes(answer())[:-1])
    assert beside == {
        "collection": HERE,
        "created_at": START.isoformat(timespec="seconds"),
        "prompt_hash": None,
        "config_hash": "config",
        "deleted_documents": (),
    }


async def test_the_same_prompts_have_the_same_hash_and_others_another(kept: KeptAnswers) -> None:
    def told(name: str, prompt: str) -> Answer:
        step = Step(kind="answer", model=name, input=prompt, output=name)
        return replace(answer(name), steps=(step,))

    for name, prompt in {"a": "How?", "b": "How?", "c": "Why?"}.items():
        await keep(kept, told(name, prompt), HERE)

    a, b, c = [(await kept.answer(name)).kept.prompt_hash for name in "abc"]
    assert a == b
    assert a != c
    assert None not in {a, c}


async def test_an_answer_is_kept_for_its_days_and_then_purged(
    store: EdgeStore, kept: KeptAnswers, clock: VirtualClock
) -> None:
    await keep(kept, answer("old"), HERE)
    clock.advance(30 * DAY_S)
    assert (await kept.answer("old")).id == "old"

    clock.advance(1)
    with pytest.raises(NotFoundError, match="no answer 'old'; answers are kept for 30 days"):
        await kept.answer("old")
    with pytest.raises(NotFoundError):
        await kept.replay("old")
    assert await store.records.count(RecordKind.ANSWER) == 1
    await keep(kept, answer("new"), HERE)

    assert set(await store.records.get(RecordKind.ANSWER, ["old", "new"])) == {"new"}


async def test_after_a_purge_the_next_one_is_an_hour_later(
    store: EdgeStore, clock: VirtualClock, shelf: Texts
) -> None:
    kept = keeping(store, shelf, clock, days=1)
    await keep(kept, answer("a"), HERE)
    clock.advance(DAY_S - 1_800)
    await keep(kept, answer("b"), HERE)
    clock.advance(1_801)
    await keep(kept, answer("c"), HERE)
    assert await store.records.count(RecordKind.ANSWER) == 3, "half an hour is not enough"
    clock.advance(1_800)
    await keep(kept, answer("d"), HERE)

    assert set(await store.records.get(RecordKind.ANSWER, list("abcd"))) == set("bcd")


async def test_many_old_answers_are_purged_by_and_by(
    store: EdgeStore, kept: KeptAnswers, clock: VirtualClock
) -> None:
    await keep(kept, answer("old"), HERE)
    [row] = (await store.records.get(RecordKind.ANSWER, ["old"])).values()
    await store.records.put([replace(row, key=f"old{n}") for n in range(1_100)])
    clock.advance(31 * DAY_S)

    left: list[int] = []
    for n in range(4):
        await keep(kept, answer(f"new{n}"), HERE)
        left.append(await store.records.count(RecordKind.ANSWER))

    assert left == [602, 103, 3, 4]


async def test_without_days_no_answer_is_kept_and_older_ones_go(
    store: EdgeStore, kept: KeptAnswers, clock: VirtualClock, shelf: Texts
) -> None:
    await keep(kept, answer("before"), HERE)
    clock.advance(1)
    none = keeping(store, shelf, clock, days=0)
    await keep(none, answer(), HERE)

    assert await store.records.count(RecordKind.ANSWER) == 0
    with pytest.raises(NotFoundError, match="kept for 0 days"):
        await none.answer("ans_1")


async def test_a_quote_that_stands_where_it_stood_is_all_that_is_read(
    kept: KeptAnswers, shelf: Texts, clock: VirtualClock
) -> None:
    await keep(kept, answer(), HERE)
    shelf.texts[MOON] = "The moon is small. It is as far as it was, and this is new."

    replay = await kept.replay("ans_1")

    assert [each.status for each in replay.citations] == [CitationStatus.HOLDS]
    assert shelf.read == [Span(0, 18)]
    assert replay.checked_at == clock.now().isoformat(timespec="seconds")


async def test_of_a_long_text_no_more_than_a_window_is_read_at_once(
    kept: KeptAnswers, shelf: Texts
) -> None:
    await keep(kept, answer(), HERE)
    shelf.texts[MOON] = "x" * 900_000 + "The moon is small." + "x" * 900_000

    [today] = (await kept.replay("ans_1")).citations

    assert (today.status, today.span) == (CitationStatus.MOVED, Span(900_000, 900_018))
    assert max(map(len, shelf.read)) < 2**18 + 18


async def test_a_text_that_became_shorter_than_the_quote_has_changed(
    kept: KeptAnswers, shelf: Texts
) -> None:
    await keep(kept, answer(start=11), HERE)
    for text in ("The", ""):
        shelf.texts[MOON] = text
        [today] = (await kept.replay("ans_1")).citations
        assert (today.status, today.span) == (CitationStatus.CHANGED, None)


async def test_what_a_deleted_document_said_leaves_the_store(
    store: EdgeStore, kept: KeptAnswers, shelf: Texts
) -> None:
    for n in range(120):
        await keep(kept, answer(f"ans_{n}"), HERE)
    del shelf.texts[MOON]

    await kept.forget(MOON)

    rows = await store.records.get(RecordKind.ANSWER, [f"ans_{n}" for n in range(120)])
    assert len(rows) == 120
    assert not [row.key for row in rows.values() if "is small" in str(row.data)]
    assert (await kept.answer("ans_7")).kept.deleted_documents == (MOON,)


async def test_a_document_that_is_there_again_does_not_bring_its_quotes_back(
    kept: KeptAnswers, shelf: Texts
) -> None:
    await keep(kept, answer(), HERE)
    await kept.forget(MOON)

    [today] = (await kept.replay("ans_1")).citations
    shown = await kept.answer("ans_1")

    assert (today.status, today.span) == (CitationStatus.GONE, None)
    assert (shown.citations[0].quote, shown.kept.deleted_documents) == ("", (MOON,))


async def test_an_answer_from_a_document_deleted_while_it_was_made_is_kept_without_it(
    store: EdgeStore, kept: KeptAnswers, shelf: Texts
) -> None:
    del shelf.texts[MOON]

    await keep(kept, answer(), HERE)

    [row] = (await store.records.get(RecordKind.ANSWER, ["ans_1"])).values()
    assert "is small" not in str(row.data)
    assert (await kept.answer("ans_1")).kept.deleted_documents == (MOON,)


async def test_the_answers_of_a_collection_go_with_it(store: EdgeStore, kept: KeptAnswers) -> None:
    await keep(kept, answer("here"), HERE)
    await keep(kept, answer("there"), CollectionName("other"))

    await kept.forget_collection(HERE)

    assert set(await store.records.get(RecordKind.ANSWER, ["here", "there"])) == {"there"}


class FullDisk(MemoryRecords):
    async def put(self, records: Sequence[Record]) -> None:
        raise StoreError(f"the disk is full, and {records[0].key} is one more")


async def test_a_store_that_refuses_costs_the_record_and_not_the_answer(
    shelf: Texts, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    kept = KeptAnswers(FullDisk(), shelf, days=30, config_hash="c", clock=clock)

    await keep(kept, answer(), HERE)
    await keep(kept, replace(answer(), question="\ud800"), HERE)

    told = [record.getMessage() for record in caplog.records]
    full = "the disk is full, and ans_1 is one more"
    assert told[0] == f"kept answers cannot be written (ans_1): {full}"
    assert told[1].startswith("answer ans_1 is not kept: ")
    assert {record.levelno for record in caplog.records} == {logging.WARNING}
    with pytest.raises(NotFoundError):
        await kept.answer("ans_1")


class SlowDisk(MemoryRecords):
    """Writes nothing until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.turns = asyncio.Event()

    async def put(self, records: Sequence[Record]) -> None:
        await self.turns.wait()
        await super().put(records)


async def test_an_answer_does_not_wait_for_a_slow_disk_and_is_found_meanwhile(
    shelf: Texts, clock: VirtualClock
) -> None:
    disk = SlowDisk()
    kept = KeptAnswers(disk, shelf, days=30, config_hash="c", clock=clock)

    await kept.keep(answer(), HERE)
    before = await disk.count(RecordKind.ANSWER)
    shown = await kept.answer("ans_1")
    replay = await kept.replay("ans_1")
    disk.turns.set()
    await kept.drain()

    assert (before, shown.answer, replay.broken) == (0, answer().answer, 0)
    assert await disk.count(RecordKind.ANSWER) == 1
    assert await kept.answer("ans_1") == shown


async def test_what_is_forgotten_is_not_written_afterwards(
    shelf: Texts, clock: VirtualClock
) -> None:
    disk = SlowDisk()
    kept = KeptAnswers(disk, shelf, days=30, config_hash="c", clock=clock)
    await kept.keep(answer(), HERE)

    forgetting = asyncio.create_task(kept.forget(MOON))
    await asyncio.sleep(0)
    disk.turns.set()
    await forgetting

    [row] = (await disk.get(RecordKind.ANSWER, ["ans_1"])).values()
    assert "is small" not in str(row.data)


async def test_an_answer_whose_collection_is_gone_is_not_kept(
    shelf: Texts, clock: VirtualClock
) -> None:
    disk = MemoryRecords()
    kept = KeptAnswers(disk, shelf, days=30, config_hash="c", clock=clock)
    shelf.collections.remove(HERE)

    await keep(kept, answer(), HERE)

    assert await disk.count(RecordKind.ANSWER) == 0


async def test_a_deletion_that_is_done_before_an_answer_is_on_disk_is_seen_behind_it(
    shelf: Texts, clock: VirtualClock
) -> None:
    disk = SlowDisk()
    kept = KeptAnswers(disk, shelf, days=30, config_hash="c", clock=clock)
    await kept.keep(answer("here"), HERE)
    await kept.keep(answer("there"), CollectionName("other"))

    # As another process that shares the store does it: it waits for no write of this one.
    del shelf.texts[MOON]
    shelf.collections.remove(CollectionName("other"))
    disk.turns.set()
    await kept.drain()

    rows = await disk.get(RecordKind.ANSWER, ["here", "there"])
    assert set(rows) == {"here"}
    assert "is small" not in str(rows["here"].data)


async def test_only_so_many_answers_wait_for_a_slow_disk(shelf: Texts, clock: VirtualClock) -> None:
    disk = SlowDisk()
    kept = KeptAnswers(disk, shelf, days=30, config_hash="c", clock=clock)
    given = [asyncio.create_task(kept.keep(answer(f"ans_{n}"), HERE)) for n in range(70)]

    waiting = set(given)
    while len(waiting) > 6:
        _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.sleep(0.05)
    done = sum(task.done() for task in given)
    disk.turns.set()
    await asyncio.wait(given)
    await kept.drain()

    assert done == 64
    assert await disk.count(RecordKind.ANSWER) == 70


async def test_what_cannot_be_read_of_a_kept_answer_is_an_error_of_the_store(
    store: EdgeStore, kept: KeptAnswers
) -> None:
    await keep(kept, answer(), HERE)
    [row] = (await store.records.get(RecordKind.ANSWER, ["ans_1"])).values()
    damaged = Record(kind=row.kind, key=row.key, data={**row.data, "answer": "{}"})
    await store.records.put([damaged])

    with pytest.raises(StoreError, match="the kept answer 'ans_1' cannot be read"):
        await kept.answer("ans_1")
