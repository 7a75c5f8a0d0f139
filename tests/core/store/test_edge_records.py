from __future__ import annotations

from typing import TYPE_CHECKING

from qdrant_edge import EdgeConfig, EdgeSparseVectorParams, KeywordIndexParams, Point

from core.store.edge_records import EdgeRecords
from core.store.edge_shard import Shard
from core.store.records import RECORD_KEYWORDS, RECORD_NUMBERS, record_point_id, to_payload
from core.types import Record, RecordKind

if TYPE_CHECKING:
    from pathlib import Path

OLD = Record(kind=RecordKind.JOB, key="a", data={"created_s": 1.5, "documents": ["x"]})


async def test_a_store_that_is_older_than_an_index_gets_it_when_it_is_opened(
    data_dir: Path,
) -> None:
    path = data_dir / "control"
    config = EdgeConfig(sparse_vectors={"none": EdgeSparseVectorParams()})
    shard = Shard.create(path, config, fields={"kind": KeywordIndexParams()})
    shard.upsert([Point(record_point_id(OLD.kind, OLD.key), {}, to_payload(OLD, revision=1))])
    shard.close()

    records = EdgeRecords.open(path)
    found, _ = await records.list(RecordKind.JOB, where={"documents": "x"})
    purged = await records.purge(RecordKind.JOB, before=2.0)
    records.close()
    again = Shard.load(path)
    indexed = set(again.info().payload_schema)
    again.close()

    assert ([record.key for record in found], purged) == (["a"], 1)
    assert indexed == {*RECORD_KEYWORDS, *RECORD_NUMBERS}
