"""What the control collection promises, behind both doors."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from core.errors import RequestError, StoreError
from core.types import Record, RecordKind

if TYPE_CHECKING:
    from core.protocols import Store


def job(key: str, *, revision: int = 0, **data: object) -> Record:
    return job_with(key, data, revision=revision)


def job_with(key: str, data: dict[str, object], *, revision: int = 0) -> Record:
    return Record(kind=RecordKind.JOB, key=key, data=data, revision=revision)


async def test_a_record_comes_back_as_it_was_written(store: Store) -> None:
    data: dict[str, object] = {
        "n": None,
        "f": 3.0,
        "i": 2**53,
        "t": "ü\0\n",
        "l": [1, [2, "x"]],
        "o": {"a.b": True},
    }
    await store.records.put([job_with("a", data)])
    assert await store.records.get(RecordKind.JOB, ["a", "absent"]) == {
        "a": job_with("a", data, revision=1)
    }
    assert await store.records.get(RecordKind.DOCUMENT, ["a"]) == {}


async def test_a_record_is_replaced_as_a_whole(store: Store) -> None:
    await store.records.put([job("a", one=1, two=2)])
    await store.records.put([job("a", one=3, pair=(1, 2))])
    assert (await store.records.get(RecordKind.JOB, ["a"]))["a"].data == {"one": 3, "pair": [1, 2]}


async def test_a_conditional_write_needs_the_stored_revision(store: Store) -> None:
    records = store.records
    assert not await records.put_if(job("a", revision=1, by="nobody"))
    assert await records.put_if(job("a", by="first"))
    assert not await records.put_if(job("a", by="second"))
    assert not await records.put_if(job("a", revision=2, by="third"))
    assert await records.put_if(job("a", revision=1, by="fourth"))
    stored = (await records.get(RecordKind.JOB, ["a"]))["a"]
    assert (stored.revision, stored.data) == (2, {"by": "fourth"})


async def test_a_record_that_was_put_can_be_claimed(store: Store) -> None:
    await store.records.put([job("a", state="queued")])
    stored = (await store.records.get(RecordKind.JOB, ["a"]))["a"]
    assert await store.records.put_if(job("a", revision=stored.revision, state="running"))


async def test_of_many_claims_one_is_granted(store: Store) -> None:
    await store.records.put([job("a", state="queued")])
    async with asyncio.TaskGroup() as tasks:
        claims = [
            tasks.create_task(store.records.put_if(job("a", revision=1, by=str(n))))
            for n in range(10)
        ]
    granted = [n for n, claim in enumerate(claims) if claim.result()]
    assert len(granted) == 1
    stored = (await store.records.get(RecordKind.JOB, ["a"]))["a"]
    assert stored.data == {"by": str(granted[0])}


async def test_deleted_records_are_gone_and_absent_ones_do_not_matter(store: Store) -> None:
    await store.records.put([job("a"), job("b")])
    await store.records.delete(RecordKind.JOB, ["a", "absent"])
    await store.records.delete(RecordKind.JOB, [])
    assert set(await store.records.get(RecordKind.JOB, ["a", "b"])) == {"b"}
    assert await store.records.put_if(job("a"))


@pytest.mark.parametrize("limit", [1, 3, 10, 100])
async def test_pages_have_every_record_once(store: Store, limit: int) -> None:
    await store.records.put([job(str(n), collection="x") for n in range(10)])
    await store.records.put([job("other", collection="y")])
    await store.records.put([Record(kind=RecordKind.DOCUMENT, key="0", data={"collection": "x"})])
    keys: list[str] = []
    cursor: str | None = None
    while True:
        page, cursor = await store.records.list(
            RecordKind.JOB, where={"collection": "x"}, limit=limit, cursor=cursor
        )
        assert len(page) <= limit
        keys += [record.key for record in page]
        if cursor is None:
            break
    assert sorted(keys) == [str(n) for n in range(10)]


async def test_a_list_without_conditions_has_the_whole_kind(store: Store) -> None:
    assert await store.records.list(RecordKind.JOB) == ([], None)
    await store.records.put([job("a"), job("b")])
    page, cursor = await store.records.list(RecordKind.JOB)
    assert {record.key for record in page} == {"a", "b"}
    assert cursor is None


async def test_conditions_hold_together(store: Store) -> None:
    await store.records.put([job("a", x="1", y="1"), job("b", x="1", y="2")])
    page, _ = await store.records.list(RecordKind.JOB, where={"x": "1", "y": "2"})
    assert [record.key for record in page] == ["b"]


async def test_records_are_counted_by_kind_and_fields(store: Store) -> None:
    await store.records.put(
        [job("a", state="done"), job("b", state="done"), job("c", state="open")]
    )
    assert await store.records.count(RecordKind.JOB) == 3
    assert await store.records.count(RecordKind.JOB, where={"state": "done"}) == 2
    assert await store.records.count(RecordKind.DOCUMENT) == 0


async def test_a_cursor_that_no_list_gave_is_refused(store: Store) -> None:
    with pytest.raises(RequestError, match="cursor 'garbage'"):
        await store.records.list(RecordKind.JOB, cursor="garbage")


async def test_data_that_is_not_json_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="'a'"):
        await store.records.put([job("a", path="\udcff")])
    with pytest.raises(StoreError, match="'a'"):
        await store.records.put([job("a", what=object())])


async def test_a_field_that_is_a_path_is_refused(store: Store) -> None:
    with pytest.raises(RequestError, match="allowed"):
        await store.records.list(RecordKind.JOB, where={"a.b": "1"})


async def test_a_field_that_is_a_list_is_found_by_each_of_its_items(store: Store) -> None:
    await store.records.put([job("a", documents=["x", "y"]), job("b", documents=["y"])])
    for document, keys in {"x": {"a"}, "y": {"a", "b"}, "z": set[str]()}.items():
        page, _ = await store.records.list(RecordKind.JOB, where={"documents": document})
        assert {record.key for record in page} == keys


async def test_what_is_purged_is_older_and_of_that_kind_and_has_those_fields(store: Store) -> None:
    old: dict[str, object] = {"created_s": 1_700_000_000.25, "collection": "x"}
    await store.records.put(
        [
            job_with("old", old),
            job_with("elsewhere", old | {"collection": "y"}),
            job_with("of that moment", old | {"created_s": 1_700_000_000.5}),
            job("ageless", collection="x"),
            Record(kind=RecordKind.ANSWER, key="old", data=old),
        ]
    )
    before = 1_700_000_000.5
    assert await store.records.purge(RecordKind.JOB, where={"collection": "x"}, before=before) == 1
    page, _ = await store.records.list(RecordKind.JOB)
    assert {record.key for record in page} == {"elsewhere", "of that moment", "ageless"}
    assert await store.records.count(RecordKind.ANSWER) == 1


async def test_a_purge_ends_at_its_limit_and_says_how_many(store: Store) -> None:
    await store.records.put([job(str(n), collection="x") for n in range(7)])
    purges = [await store.records.purge(RecordKind.JOB, limit=3) for _ in range(4)]
    assert purges == [3, 3, 1, 0]
    assert await store.records.count(RecordKind.JOB) == 0
