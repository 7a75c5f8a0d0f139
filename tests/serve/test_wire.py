from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.answers import Fallback
from core.errors import ServerError
from core.filters import parse_filters
from core.records import Job
from serve.service import SearchResult
from serve.wire import Passages, filters_json, from_bytes, to_bytes
from tests.doubles.passages import passage

scalars = st.text(max_size=5) | st.integers(-9, 9) | st.booleans()
numbers = st.integers(-9, 9) | st.floats(-9, 9)
conditions = (
    scalars
    | st.floats(-9, 9)
    | st.fixed_dictionaries({"any": st.lists(scalars, min_size=1, max_size=3)})
    | st.dictionaries(st.sampled_from(["gt", "gte", "lt", "lte"]), numbers, min_size=1)
)


@settings(deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=4), conditions, max_size=3))
def test_filters_mean_the_same_after_the_wire(filters: dict[str, object]) -> None:
    parsed = parse_filters(filters)

    assert parse_filters(filters_json(parsed)) == parsed


def test_what_a_server_sends_amiss_is_named() -> None:
    with pytest.raises(ServerError, match=r"else than Job: job_id: Field required"):
        from_bytes(Job, b'{"state": "done"}')


def test_why_passages_are_not_reranked_is_told_over_the_wire() -> None:
    failed = Fallback(model="x/rerank", error="x/rerank: 503: down")
    found = SearchResult(passages=[passage("Tea.")], timings_ms={"total": 1.0}, fallbacks=[failed])

    assert from_bytes(Passages, to_bytes(found)).fallbacks == (failed,)
    older = b'{"passages": [], "timings_ms": {}}'
    assert from_bytes(Passages, older).fallbacks == ()
