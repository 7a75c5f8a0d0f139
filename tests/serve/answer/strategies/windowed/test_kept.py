from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.errors import NotFoundError
from core.ids import DocumentId, version_id
from core.records import CollectionRecord, DocumentRecord, NoteRecord, PlaceRecord, WindowRecord
from core.types import RecordKind
from retrieval.pack import Evidence
from serve.answer.strategies.windowed.kept import KeptWindows
from tests.doubles.blocks import HERE, blocks
from tests.doubles.clock import VirtualClock
from tests.doubles.memory_records import MemoryRecords

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from core.ids import CollectionName

DAY_S = 86_400


@dataclass
class Shelf:
    """Has documents until they are deleted."""

    there: set[DocumentId]
    gone: bool = False
    content: bytes = b"1"
    """Of the visible version of each."""
    asked: Callable[[], None] = field(default=lambda: None)
    """Is called whenever it is asked what is there, when that is known."""

    async def collection(self, name: CollectionName) -> CollectionRecord:
        if self.gone:
            raise NotFoundError("collection", name)
        return CollectionRecord(name=name, index="", embedder="", dimensions=1, created_at="")

    async def documents(
        self,
        collection: CollectionName,  # noqa: ARG002 - there is one
        ids: Sequence[DocumentId],
    ) -> Mapping[DocumentId, DocumentRecord]:
        found = {each: document(each, self.content) for each in ids if each in self.there}
        self.asked()
        return found


def document(name: DocumentId, content: bytes = b"1") -> DocumentRecord:
    return DocumentRecord(
        document_id=name,
        collection=HERE,
        version=version_id(name, content),
        source="a.md",
        title="A document",
        format="markdown",
        language="en",
        encoding="utf-8",
        bytes=4,
        sha256="",
        characters=4,
        tokens=1,
        chunks=1,
        embedder="x",
        parser=1,
        chunker=1,
        created_at="",
        updated_at="",
    )


def record(evidence: Sequence[Evidence], clock: VirtualClock, asked: str = "why") -> WindowRecord:
    found = [
        PlaceRecord(version=e.passage.version, start=e.passage.span.start, end=e.passage.span.end)
        for e in evidence
    ]
    return WindowRecord(
        collection=HERE,
        documents=tuple(dict.fromkeys(each.passage.document_id for each in evidence)),
        asked=asked,
        places=tuple(found),
        notes=(NoteRecord(text="It is old.", places=(found[0],)),),
        whole=True,
        model="x/1",
        created_s=clock.now().timestamp(),
    )


EVIDENCE = blocks([(9, "")], [(9, "")])
BOTH = {each.passage.document_id for each in EVIDENCE}


class House:
    def __init__(self, days: int = 30) -> None:
        self.clock, self.records, self.shelf = VirtualClock(), MemoryRecords(), Shelf(set(BOTH))
        self.kept = KeptWindows(self.records, self.shelf, days=days, clock=self.clock)

    async def count(self) -> int:
        return await self.records.count(RecordKind.WINDOW)


async def test_notes_are_found_by_what_was_asked() -> None:
    house = House()
    mine, other = record(EVIDENCE, house.clock), record(EVIDENCE, house.clock, asked="how")
    await house.kept.keep(mine)
    await house.kept.keep(other)
    assert await house.kept.noted(HERE, "why") == [mine]


async def test_notes_of_many_parts_are_all_found() -> None:
    house = House()
    many = [record(blocks([(n, "")]), house.clock) for n in range(1, 251)]
    for each in many:
        await house.kept.keep(each)
    assert len(await house.kept.noted(HERE, "why")) == 250


async def test_deleting_a_document_deletes_the_notes_of_parts_that_had_it() -> None:
    house = House()
    await house.kept.keep(record(EVIDENCE, house.clock))
    await house.kept.keep(record(EVIDENCE[:1], house.clock))
    await house.kept.forget(EVIDENCE[1].passage.document_id)
    assert [each.documents for each in await house.kept.noted(HERE, "why")] == [
        (EVIDENCE[0].passage.document_id,)
    ]


async def test_deleting_a_collection_deletes_its_notes() -> None:
    house = House()
    await house.kept.keep(record(EVIDENCE, house.clock))
    await house.kept.forget_collection(HERE)
    assert await house.count() == 0


async def test_notes_are_not_kept_of_what_was_deleted_before_they_were_written() -> None:
    house = House()
    house.shelf.there.discard(EVIDENCE[1].passage.document_id)
    await house.kept.keep(record(EVIDENCE, house.clock))
    house.shelf.there.update(BOTH)
    house.shelf.gone = True
    await house.kept.keep(record(EVIDENCE, house.clock))
    assert await house.count() == 0


async def test_notes_are_not_kept_of_what_is_deleted_while_they_are_written() -> None:
    house = House()
    house.shelf.asked = lambda: house.shelf.there.discard(EVIDENCE[1].passage.document_id)
    await house.kept.keep(record(EVIDENCE, house.clock))
    assert await house.count() == 0


async def test_notes_are_as_old_as_answers_may_be_and_then_purged() -> None:
    house = House(days=2)
    await house.kept.keep(record(EVIDENCE, house.clock))
    house.clock.advance(DAY_S)
    assert await house.kept.noted(HERE, "why")
    house.clock.advance(1.5 * DAY_S)
    assert await house.kept.noted(HERE, "why") == []
    await house.kept.keep(record(EVIDENCE[:1], house.clock))
    assert await house.count() == 1


async def test_where_no_answer_is_kept_no_notes_are() -> None:
    house = House(days=0)
    await house.kept.keep(record(EVIDENCE, house.clock))
    assert await house.count() == 0
    assert await house.kept.noted(HERE, "why") == []


async def test_notes_of_an_earlier_version_are_deleted_when_they_are_asked_for() -> None:
    house = House()
    await house.kept.keep(record(EVIDENCE, house.clock))
    await house.kept.keep(record(EVIDENCE, house.clock, asked="how"))
    house.shelf.content = b"2"
    assert await house.kept.noted(HERE, "why") == []
    assert await house.count() == 1


async def test_notes_of_an_earlier_version_are_not_kept() -> None:
    house = House()
    house.shelf.content = b"2"
    await house.kept.keep(record(EVIDENCE, house.clock))
    assert await house.count() == 0


async def test_notes_of_an_earlier_version_are_not_kept_where_it_is_replaced_meanwhile() -> None:
    house = House()

    def publish() -> None:
        house.shelf.content = b"2"

    house.shelf.asked = publish
    await house.kept.keep(record(EVIDENCE, house.clock))
    assert await house.count() == 0


async def test_notes_of_earlier_versions_are_purged_whatever_is_asked_an_hour_later() -> None:
    house = House()
    await house.kept.keep(record(EVIDENCE, house.clock))
    house.shelf.content = b"2"
    house.clock.advance(3_601)
    new = record(blocks([(9, "")], content=b"2"), house.clock, asked="how")
    await house.kept.keep(new)
    assert await house.count() == 1
    assert await house.kept.noted(HERE, "how") == [new]
