"""What becomes of texts when the wire or the service fails: the real policy, over real HTTP."""

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import KeyRefusedError, ModelGoneError, NoRoomError, UnavailableError
from core.limits.limiter import Rates
from core.nim.batches import Bounds
from core.nim.embeddings import NimEmbedder
from tests.doubles.nim.conditions import Conditions
from tests.doubles.nim.faults import (
    Forbidden,
    Gone,
    InferenceError,
    TooManyRequests,
    UnsupportedParameter,
)
from tests.doubles.nim.words import vector
from tests.doubles.nim_upstream import KEY, WayToStandin, way_to_standin

MODEL, DIMENSIONS = "baai/bge-m3", 1024


def _embedder(way: WayToStandin, bounds: Bounds | None = None, *, name: str = MODEL) -> NimEmbedder:
    return NimEmbedder(way.card(name), way.upstream, clock=way.clock, bounds=bounds)


def _texts(count: int) -> list[str]:
    return [f"passage {i} of the book" for i in range(count)]


def _are_of(vectors: list[NDArray[np.float32]], texts: list[str]) -> bool:
    expected = np.stack([vector(text, DIMENSIONS, mark="text") for text in texts])
    return np.allclose(np.stack(vectors), expected, atol=1e-6)


@pytest.mark.parametrize("seed", [1, 2])
async def test_with_one_request_in_five_failing_every_vector_is_right(seed: int) -> None:
    texts = _texts(400)
    async with way_to_standin(Conditions(faults=0.2, seed=seed)) as way:
        embedder = _embedder(way, Bounds(texts=10, attempt_s=20))
        assert _are_of(await embedder.embed_passages(texts), texts)
        assert len({asked.fault for asked in way.nim.log if asked.fault}) >= 5


async def test_a_limited_endpoint_is_not_asked_more_often_than_it_allows() -> None:
    texts = _texts(1600)
    async with way_to_standin(Conditions(requests_per_minute=40), rates=Rates()) as way:
        embedder = _embedder(way, Bounds(texts=10))
        assert _are_of(await embedder.embed_passages(texts), texts)
        assert way.nim.log.statuses.count(429) <= 1
        assert way.nim.log.statuses.count(200) == 160


async def test_an_endpoint_limited_below_what_is_assumed_loses_nothing() -> None:
    texts = _texts(100)
    async with way_to_standin(Conditions(requests_per_minute=15), rates=Rates()) as way:
        embedder = _embedder(way, Bounds(texts=2))
        assert _are_of(await embedder.embed_passages(texts), texts)
        assert 1 <= way.nim.log.statuses.count(429) <= 20


async def test_an_outage_of_minutes_is_waited_out_by_a_job_that_was_under_way() -> None:
    async with way_to_standin() as way:
        embedder = _embedder(way)
        await embedder.embed_passages(["before"])
        way.nim.script(MODEL, *[InferenceError(503)] * 9)
        assert _are_of(await embedder.embed_passages(["after"]), ["after"])
        assert way.nim.unplayed(MODEL) == 0


async def test_an_endpoint_that_never_answered_is_given_up_soon() -> None:
    async with way_to_standin() as way:
        way.nim.always(MODEL, InferenceError(503))
        with pytest.raises(UnavailableError):
            await _embedder(way).embed_passages(["text"])
        assert len(way.nim.log) <= 5


async def test_a_question_does_not_wait_for_an_outage_to_pass() -> None:
    async with way_to_standin() as way:
        embedder = _embedder(way)
        await embedder.embed_query("before")
        way.nim.always(MODEL, InferenceError(503))
        with pytest.raises(UnavailableError):
            await embedder.embed_query("after")


async def test_a_renamed_model_goes_on_under_its_other_name() -> None:
    async with way_to_standin() as way:
        old, new = "nvidia/llama-3.2-nv-embedqa-1b-v2", "nvidia/llama-nemotron-embed-1b-v2"
        way.nim.models[new] = way.nim.models["nvidia/llama-nemotron-embed-vl-1b-v2"]
        embedder = _embedder(way, name=old)
        for _ in range(2):
            await embedder.embed_passages(["text"])
        asked = [asked.body["model"] for asked in way.nim.log]
        assert asked == [old, new, new]


async def test_a_retired_model_is_never_replaced_by_another() -> None:
    async with way_to_standin() as way:
        way.nim.script(MODEL, Gone(model=MODEL))
        with pytest.raises(ModelGoneError):
            await _embedder(way).embed_query("text")
        assert [asked.model for asked in way.nim.log] == [MODEL]


async def test_an_encoding_that_is_refused_is_dropped_once_and_for_all() -> None:
    async with way_to_standin() as way:
        way.nim.script(MODEL, UnsupportedParameter(names=("encoding_format",)))
        embedder = _embedder(way, Bounds(texts=1, in_flight=1))
        assert _are_of(await embedder.embed_passages(["a", "b"]), ["a", "b"])
        sent = ["encoding_format" in asked.body for asked in way.nim.log]
        assert sent == [True, False, False]


async def test_a_refused_key_stops_at_once_and_is_not_shown() -> None:
    async with way_to_standin() as way:
        way.nim.always(MODEL, Forbidden())
        with pytest.raises(KeyRefusedError) as caught:
            await _embedder(way).embed_passages(["text"])
        assert len(way.nim.log) == 1
        assert KEY not in f"{caught.value} {caught.value!r}"


async def test_what_our_own_limits_leave_no_time_for_is_not_waited_for() -> None:
    async with way_to_standin(rates=Rates(per_model=1, overall=1)) as way:
        embedder = _embedder(way, Bounds(texts=1, in_flight=1, job_s=30))
        with pytest.raises(NoRoomError):
            await embedder.embed_passages(["a", "b", "c"])
        assert len(way.nim.log) == 1
        await embedder.close()


async def test_retry_after_is_heeded() -> None:
    async with way_to_standin() as way:
        way.nim.script(MODEL, TooManyRequests(retry_after="20"))
        await _embedder(way).embed_query("text")
        first, second = way.nim.log.requests
        assert second.at - first.at >= 20
