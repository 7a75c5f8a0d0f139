"""One Edge shard: the engine's calls, typed, with its errors translated.

Every call of the engine holds the GIL from beginning to end, so a thread would not free the event
loop: calls are made where they stand and kept short, and what is long (the build) has a process.
The engine's `flush` waits for a hundred files, 30 to 400 ms; what is acknowledged need only be in
its log, which it replays when it is opened, and which is put on disk here without the GIL.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, assert_never

from qdrant_edge import (
    CountRequest,
    EdgeShard,
    FieldCondition,
    Filter,
    MatchAny,
    QueryRequest,
    RangeFloat,
    ScrollRequest,
    UpdateOperation,
)

from core.errors import StoreError
from core.store.files import sync_files
from core.store.payload import Either, Match, Range

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

    from qdrant_edge import (
        EdgeConfig,
        PayloadSchemaParams,
        PayloadSchemaType,
        Point,
        Query,
        Record,
        ScoredPoint,
        ShardInfo,
    )

    from core.store.payload import Condition, Where

UPSERT_BATCH = 128
"""Points in one call: 3 to 10 ms."""
_SCROLL_PAGE = 512
_FLUSH_AFTER = 20_000
"""Points in the log after which it is emptied: replaying them takes 2 s."""


class Shard:
    """An open shard."""

    def __init__(self, engine: EdgeShard, path: Path) -> None:
        self._engine = engine
        self._logged = 0
        self.path = path

    @classmethod
    def create(
        cls, path: Path, config: EdgeConfig, *, fields: Mapping[str, PayloadSchemaParams]
    ) -> Shard:
        """Create a shard in a new directory, on disk when this returns."""
        with _translated(f"cannot create an index in {str(path)!r}"):
            path.mkdir(parents=True)
            shard = cls(EdgeShard.create(str(path), config), path)
            for field, schema in fields.items():
                shard.index_field(field, schema)
            shard._engine.flush()
        return shard

    @classmethod
    def load(cls, path: Path) -> Shard:
        """Open the shard that is in a directory."""
        with _translated(f"cannot open the index in {str(path)!r}; restore a backup"):
            return cls(EdgeShard.load(str(path)), path)

    def index_field(self, path: str, schema: PayloadSchemaParams | PayloadSchemaType) -> None:
        """Index a payload field; does nothing where it is."""
        with _translated(f"cannot index the field {path!r}"):
            self._engine.update(UpdateOperation.create_field_index(path, schema))

    def upsert(self, points: Sequence[Point]) -> None:
        """Store points; on disk after `persist`."""
        with _translated(f"cannot store {len(points)} points"):
            self._engine.update(UpdateOperation.upsert_points(list(points)))
        self._logged += len(points)

    def delete(self, where: Where) -> None:
        """Delete points; on disk after `persist`."""
        with _translated("cannot delete points"):
            self._engine.update(UpdateOperation.delete_points_by_filter(to_filter(where)))

    def delete_ids(self, ids: Sequence[str]) -> None:
        """Delete points; on disk after `persist`."""
        with _translated(f"cannot delete {len(ids)} points"):
            self._engine.update(UpdateOperation.delete_points(list(ids)))

    def query(self, query: Query, where: Where, *, limit: int) -> list[ScoredPoint]:
        """Return the best points, best first: their ids and scores.

        Reading their payloads would take longer than finding them.
        """
        with _translated("cannot search"):
            return self._engine.query(
                QueryRequest(
                    limit=limit,
                    query=query,
                    filter=to_filter(where),
                    with_payload=False,
                    with_vector=False,
                )
            )

    def scroll(
        self,
        where: Where,
        *,
        limit: int = _SCROLL_PAGE,
        start: str | None = None,
        with_payload: bool = True,
    ) -> tuple[list[Record], str | None]:
        """Return points by id, and the id that the next page starts at."""
        with _translated("cannot read points"):
            records, following = self._engine.scroll(
                ScrollRequest(
                    offset=start,
                    limit=limit,
                    filter=to_filter(where),
                    with_payload=with_payload,
                    with_vector=False,
                )
            )
        return records, None if following is None else str(following)

    def retrieve(
        self,
        ids: Sequence[str],
        *,
        with_payload: bool | list[str] = True,
        with_vectors: bool | list[str] = False,
    ) -> list[Record]:
        """Return the points that are there, with all of the payload and vectors, some, or none."""
        with _translated(f"cannot read {len(ids)} points"):
            return self._engine.retrieve(
                list(ids), with_payload=with_payload, with_vector=with_vectors
            )

    def count(self, where: Where) -> int:
        """Return how many points there are."""
        with _translated("cannot count points"):
            return self._engine.count(CountRequest(exact=True, filter=to_filter(where)))

    def info(self) -> ShardInfo:
        """Return what the engine says of itself."""
        with _translated("cannot read the state of the index"):
            return self._engine.info()

    async def persist(self) -> None:
        """Put on disk what was written before the call; the loop goes on meanwhile."""
        with _translated(f"cannot write to {str(self.path)!r}"):
            if self._logged > _FLUSH_AFTER:
                self._engine.flush()
                self._logged = 0
            else:
                await asyncio.to_thread(sync_files, self.path / "wal")

    def close(self) -> None:
        """Flush and release the files."""
        with _translated(f"cannot close {str(self.path)!r}"):
            self._engine.close()


def to_filter(where: Where) -> Filter:
    """Return the conditions in the engine's words."""
    return Filter(
        must=[_condition(condition) for condition in where.must],
        must_not=[_condition(condition) for condition in where.must_not],
    )


def _condition(condition: Condition) -> FieldCondition | Filter:
    match condition:
        case Match(path=path, values=values):
            return FieldCondition(path, match=MatchAny(list(values)))
        case Range(path=path, gt=gt, gte=gte, lt=lt, lte=lte):
            return FieldCondition(path, range=RangeFloat(gt=gt, gte=gte, lt=lt, lte=lte))
        case Either(conditions=conditions):
            return Filter(should=[_condition(option) for option in conditions])
        case _:
            assert_never(condition)


@contextmanager
def _translated(failed: str) -> Generator[None]:
    try:
        yield
    except Exception as error:  # the engine raises `Exception` itself
        raise StoreError(f"{failed}: {error}") from error
