import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from core.clock import SystemClock
from core.errors import (
    ContextOverflowError,
    RequestRefusedError,
    SettingsError,
)
from core.nim.batches import Bounds
from core.nim.embeddings import NimEmbedder
from tests.doubles.direct_upstream import DirectUpstream
from tests.doubles.embeddings import DIMENSIONS, MODEL, are_of, batches_of, card_of, texts_of
from tests.doubles.nim.conditions import Conditions
from tests.doubles.nim.faults import (
    BodyTooLarge,
    InputTooLong,
    OpaqueBadRequest,
)
from tests.doubles.nim.script import Fault
from tests.doubles.nim.standin import NimStandin


async def test_vectors_are_of_length_one_and_in_the_order_of_the_texts(
    embedder: NimEmbedder,
) -> None:
    texts = [f"the text of number {i}" for i in range(30)]
    vectors = await embedder.embed_passages(texts)
    assert are_of(vectors, texts)
    assert {each.dtype for each in vectors} == {np.dtype(np.float32)}
    assert np.allclose(np.linalg.norm(np.stack(vectors), axis=1), 1, atol=1e-6)


async def test_questions_and_passages_are_told_apart(
    nim: NimStandin, embedder: NimEmbedder
) -> None:
    assert are_of([await embedder.embed_query("where is it?")], ["where is it?"], kind="query")
    await embedder.embed_passages(["where is it?"])
    assert [asked.body["input_type"] for asked in nim.log] == ["query", "passage"]
    assert {asked.body["truncate"] for asked in nim.log} == {"NONE"}


def test_it_is_named_after_its_card_and_its_server_and_knows_its_size(
    nim: NimStandin, embedder: NimEmbedder
) -> None:
    assert (embedder.name, embedder.dimensions) == (f"nim:{MODEL}@{nim.url}", DIMENSIONS)
    assert embedder.max_tokens < 2048
    assert embedder.passages_at_once == 4 * 4  # requests of four texts, four at once


def test_a_card_without_dimensions_is_refused(nim: NimStandin, upstream: DirectUpstream) -> None:
    with pytest.raises(SettingsError, match="has no dimensions in the catalogue"):
        NimEmbedder(replace(card_of(nim), dimensions=None), upstream, clock=SystemClock())


async def test_batches_are_bounded_by_count_and_by_tokens(
    nim: NimStandin, upstream: DirectUpstream
) -> None:
    bounds = Bounds(texts=3, tokens=100)
    embedder = NimEmbedder(card_of(nim), upstream, clock=SystemClock(), bounds=bounds)
    texts = ["a", "b", "c", "d", "word " * 60, "e", "word " * 70, "word " * 200, "f"]
    assert are_of(await embedder.embed_passages(texts), texts)
    expected = [texts[:3], texts[3:6], texts[6:7], texts[7:8], texts[8:]]
    assert batches_of(nim) == sorted(expected)


async def test_a_text_is_sent_once_and_an_empty_one_as_a_dot(
    nim: NimStandin, embedder: NimEmbedder
) -> None:
    texts = ["same", "", "same", " \n", "half \ud800 pair"]
    vectors = await embedder.embed_passages(texts)
    assert batches_of(nim) == [["same", ".", "half ? pair"]]
    assert are_of(vectors, ["same", ".", "same", ".", "half ? pair"])


async def test_no_texts_ask_nothing(nim: NimStandin, embedder: NimEmbedder) -> None:
    assert await embedder.embed_passages([]) == []
    assert len(nim.log) == 0


async def test_other_scripts_are_sent_as_they_are_and_not_as_escapes(
    nim: NimStandin, embedder: NimEmbedder
) -> None:
    await embedder.embed_passages(["日本語の本文です"])
    assert "日本語の本文です".encode() in nim.log.requests[0].raw


async def test_connections_are_kept_and_requests_bounded(upstream: DirectUpstream) -> None:
    with NimStandin(Conditions(latency_s=0.05)) as nim:
        bounds = Bounds(texts=1, in_flight=3)
        embedder = NimEmbedder(card_of(nim), upstream, clock=SystemClock(), bounds=bounds)
        await embedder.embed_passages([f"text {i}" for i in range(12)])
        assert nim.log.peak_in_flight == 3
        assert nim.log.connections == 3
        assert len(nim.log) == 12


async def test_what_is_too_long_by_count_is_asked_alone_and_cut_by_the_server(
    nim: NimStandin, embedder: NimEmbedder
) -> None:
    long = "word " * 4000
    vectors = await embedder.embed_passages(["short", long, "other"])
    asked = {tuple(texts_of(asked)): asked.body["truncate"] for asked in nim.log}
    assert asked == {("short", "other"): "NONE", (long,): "END"}
    assert are_of([vectors[0], vectors[2]], ["short", "other"])


async def test_a_text_that_was_counted_too_short_is_found_and_its_end_cut(
    nim: NimStandin, upstream: DirectUpstream
) -> None:
    nim.models[MODEL] = replace(nim.models[MODEL], window=20)
    family = replace(card_of(nim).family, factor=0.1, single_digits=False, short_runs=False)
    card = replace(card_of(nim), effective_window=20, window=20, family=family)
    embedder = NimEmbedder(card, upstream, clock=SystemClock(), bounds=Bounds(texts=8))
    texts = [f"text {i}" for i in range(7)] + ["word " * 30]
    assert are_of((await embedder.embed_passages(texts))[:7], texts[:7])
    by_end = [asked for asked in nim.log if asked.body["truncate"] == "END"]
    assert [texts_of(asked) for asked in by_end] == [texts[7:]]


async def test_a_model_that_takes_less_than_its_card_says_is_an_error_and_loses_no_ends(
    nim: NimStandin, embedder: NimEmbedder
) -> None:
    nim.script(MODEL, InputTooLong(length=548, limit=512))
    with pytest.raises(ContextOverflowError, match=r"takes 512 .* put effective_window = 512"):
        await embedder.embed_passages(["a", "b"])
    assert len(nim.log) == 1


async def test_a_long_question_is_cut_where_a_passage_would_be_refused(
    nim: NimStandin, embedder: NimEmbedder
) -> None:
    nim.script(MODEL, InputTooLong(length=548, limit=512))
    await embedder.embed_query("why?")
    assert [asked.body["truncate"] for asked in nim.log] == ["NONE", "END"]


@pytest.mark.parametrize("fault", [OpaqueBadRequest(), BodyTooLarge()], ids=["opaque", "413"])
async def test_a_batch_refused_for_its_size_is_asked_in_halves(
    nim: NimStandin, embedder: NimEmbedder, fault: Fault
) -> None:
    nim.script(MODEL, fault)
    texts = ["a", "b", "c", "d"]
    assert are_of(await embedder.embed_passages(texts), texts)
    assert batches_of(nim) == [["a", "b"], ["a", "b", "c", "d"], ["c", "d"]]


async def test_the_size_that_an_endpoint_takes_is_remembered(
    nim: NimStandin, upstream: DirectUpstream
) -> None:
    nim.models[MODEL] = replace(nim.models[MODEL], max_batch=3)
    bounds = Bounds(texts=12, in_flight=1)
    embedder = NimEmbedder(card_of(nim), upstream, clock=SystemClock(), bounds=bounds)
    first = [f"text {i}" for i in range(12)]
    assert are_of(await embedder.embed_passages(first), first)
    nim.log.clear()
    second = [f"more {i}" for i in range(12)]
    assert are_of(await embedder.embed_passages(second), second)
    assert nim.log.statuses == [200] * 4


async def test_one_text_that_is_refused_does_not_make_later_batches_small(
    nim: NimStandin, embedder: NimEmbedder
) -> None:
    await embedder.embed_passages(["a", "b", "c", "d"])
    nim.script(MODEL, *[OpaqueBadRequest()] * 4)
    with pytest.raises(RequestRefusedError):
        await embedder.embed_passages(["e", "f", "g", "h"])
    nim.log.clear()
    await embedder.embed_passages(["i", "j", "k", "l"])
    assert batches_of(nim) == [["i", "j", "k", "l"]]


def test_opening_an_embedder_imports_no_client() -> None:
    code = """
import sys
import core.nim.embeddings
import core.nim.reranking
print("langchain_core" in sys.modules)
"""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
