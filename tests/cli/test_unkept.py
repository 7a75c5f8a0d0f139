from __future__ import annotations

from cli.unkept import NoRecords
from core.types import Record, RecordKind

JOB = Record(kind=RecordKind.JOB, key="a", data={"n": 1})


async def test_what_is_written_is_as_soon_gone() -> None:
    records = NoRecords()
    await records.put([JOB])

    assert await records.put_if(JOB), "there is none, so that none contradicts"
    assert not await records.put_if(Record(kind=JOB.kind, key=JOB.key, data={}, revision=1))
    assert await records.get(JOB.kind, [JOB.key]) == {}
    assert await records.list(JOB.kind) == ([], None)
    assert await records.count(JOB.kind) == 0
    assert await records.purge(JOB.kind) == 0
