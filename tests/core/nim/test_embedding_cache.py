import asyncio
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from core.clock import SystemClock
from core.errors import (
    KeyRefusedError,
    ModelGoneError,
)
from core.nim.batches import Bounds
from core.nim.embeddings import NimEmbedder
from core.nim.vector_cache import InputType, VectorCache
from tests.doubles.direct_upstream import DirectUpstream
from tests.doubles.embeddings import MODEL, are_of, batches_of, card_of, texts_of
from tests.doubles.nim.conditions import Conditions
from tests.doubles.nim.faults import (
    Forbidden,
    Gone,
)
from tests.doubles.nim.script import Well
from tests.doubles.nim.standin import NimStandin


async def test_what_was_asked_once_is_not_asked_again(
    nim: NimStandin, upstream: DirectUpstream, kept: VectorCache
) -> None:
    texts = [f"text {i}" for i in range(10)]
    first = NimEmbedder(card_of(nim), upstream, clock=SystemClock(), cache=kept)
    before = await first.embed_passages(texts)
    question = await first.embed_query("text 1")
    nim.log.clear()
    second = NimEmbedder(card_of(nim), upstream, clock=SystemClock(), cache=kept)
    after = await second.embed_passages([*texts, "new"])
    assert np.array_equal(after[:10], before)
    assert np.array_equal(await second.embed_query("text 1"), question)
    assert not np.array_equal(question, before[1])
    assert batches_of(nim) == [["new"]]


async def test_a_probe_asks_the_model_whatever_is_kept(
    nim: NimStandin, upstream: DirectUpstream, kept: VectorCache
) -> None:
    embedder = NimEmbedder(card_of(nim), upstream, clock=SystemClock(), cache=kept)
    for _ in range(2):
        await embedder.probe()
    assert len(nim.log) == 2
    nim.script(MODEL, Gone(model=MODEL))
    with pytest.raises(ModelGoneError):
        await embedder.probe()


async def test_batches_that_came_before_a_failure_are_not_paid_for_twice(
    nim: NimStandin, upstream: DirectUpstream, kept: VectorCache
) -> None:
    bounds = Bounds(texts=2, in_flight=2)
    embedder = NimEmbedder(card_of(nim), upstream, clock=SystemClock(), cache=kept, bounds=bounds)
    texts = [f"text {i}" for i in range(20)]
    nim.script(MODEL, Well(), Well(), Well(), Forbidden())
    with pytest.raises(KeyRefusedError):
        await embedder.embed_passages(texts)
    paid = {text for asked in nim.log if asked.status == 200 for text in texts_of(asked)}
    assert len(paid) >= 6
    nim.log.clear()
    assert are_of(await embedder.embed_passages(texts), texts)
    assert {text for batch in batches_of(nim) for text in batch} == set(texts) - paid


async def test_an_answer_that_nobody_waits_for_any_more_is_kept(
    upstream: DirectUpstream, kept: VectorCache
) -> None:
    with NimStandin(Conditions(latency_s=0.2)) as nim:
        embedder = NimEmbedder(card_of(nim), upstream, clock=SystemClock(), cache=kept)
        asking = asyncio.create_task(embedder.embed_passages(["text"]))
        while not len(nim.log):  # noqa: ASYNC110 - another thread's
            await asyncio.sleep(0.01)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await asyncio.to_thread(nim.log.wait_until_quiet)
        vectors: list[NDArray[np.float32]] = []
        while not vectors:
            vectors = [*kept.get(embedder.space(InputType.PASSAGE), ["text"]).values()]
            await asyncio.sleep(0.01)
        assert are_of(vectors, ["text"])


async def test_the_vectors_of_a_successor_are_those_of_the_model(
    nim: NimStandin, upstream: DirectUpstream, kept: VectorCache
) -> None:
    card = replace(card_of(nim), name="nvidia/of-old", successors=(MODEL,))
    embedder = NimEmbedder(card, upstream, clock=SystemClock(), cache=kept)
    upstream.retired.add("nvidia/of-old")
    assert are_of(await embedder.embed_passages(["text"]), ["text"])
    assert embedder.name == f"nim:nvidia/of-old@{nim.url}"
    upstream.retired.clear()
    assert are_of(await embedder.embed_passages(["text"]), ["text"])
    assert [asked.model for asked in nim.log] == [MODEL]
