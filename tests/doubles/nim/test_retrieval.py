from __future__ import annotations

import base64
from typing import cast

import httpx
import numpy as np
import pytest

from tests.doubles.nim.asking import EMBED, RERANK, Json, embed, vectors
from tests.doubles.nim.broken import MissingVector, NoChoices, NotNumbers, Shuffled, WrongDimensions
from tests.doubles.nim.standin import NimStandin


@pytest.mark.parametrize(
    ("model", "dimensions"),
    [(EMBED, 4096), ("nvidia/nemotron-3-embed-1b", 2048), ("baai/bge-m3", 1024)],
)
def test_vectors_have_length_one_and_the_models_dimensions(
    nim: NimStandin, http: httpx.Client, model: str, dimensions: int
) -> None:
    made = np.array(vectors(embed(http, nim, "one text", "第二段文字", "🙂", model=model)))
    assert made.shape == (3, dimensions)
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)


def test_query_is_nearest_to_the_passage_that_shares_its_words(
    nim: NimStandin, http: httpx.Client
) -> None:
    passages = ("Paris is the capital of France.", "Bees make honey.", "柏林是德国的首都。")
    stored = np.array(vectors(embed(http, nim, *passages)))
    for question, best in (("Who makes honey?", 1), ("France's capital", 0), ("德国的首都", 2)):
        asked = vectors(embed(http, nim, question, input_type="query"))[0]
        assert int(np.argmax(stored @ np.array(asked))) == best


def test_query_and_passage_of_one_text_differ(nim: NimStandin, http: httpx.Client) -> None:
    passage = vectors(embed(http, nim, "one text"))
    assert passage == vectors(embed(http, nim, "one text"))
    assert passage != vectors(embed(http, nim, "one text", input_type="query"))
    by_suffix = embed(http, nim, "one text", model=f"{EMBED}-query", input_type=None)
    assert vectors(by_suffix) == vectors(embed(http, nim, "one text", input_type="query"))


def test_base64_carries_the_same_numbers(nim: NimStandin, http: httpx.Client) -> None:
    plain = vectors(embed(http, nim, "one text"))[0]
    coded = cast("str", vectors(embed(http, nim, "one text", encoding_format="base64"))[0])
    assert np.allclose(np.frombuffer(base64.b64decode(coded), "<f4"), plain)


@pytest.mark.parametrize(
    ("texts", "more", "said"),
    [
        (("a",), {"input_type": None}, "'input_type' parameter is required for asymmetric models"),
        (("a", ""), {}, "must not be empty"),
        ((), {}, "must not be empty"),
        (("a",) * 513, {}, "exceeds maximum allowed batch size 512"),
        (("a",), {"dimensions": 512}, "does not take 'dimensions' 512"),
        (("1 " * 40_000,), {}, "exceeds maximum allowed token size 32768"),
    ],
    ids=["input_type", "empty text", "no text", "batch", "dimensions", "length"],
)
def test_embedding_request_that_does_not_fit_is_refused(
    nim: NimStandin, http: httpx.Client, texts: tuple[str, ...], more: Json, said: str
) -> None:
    body = {"model": EMBED, "input": texts, "input_type": "passage"} | more
    refused = http.post(f"{nim.url}/embeddings", json=body)
    assert refused.status_code == 400
    assert said in refused.json()["error"]


def test_truncation_forgets_the_end_or_the_start(nim: NimStandin, http: httpx.Client) -> None:
    model = "nvidia/llama-nemotron-embed-vl-1b-v2"
    long = " start" * 2000 + " middle" + " finish" * 2000
    start = np.array(vectors(embed(http, nim, long, model=model, truncate="END"))[0])
    finish = np.array(vectors(embed(http, nim, long, model=model, truncate="START"))[0])
    word = np.array(vectors(embed(http, nim, "start", model=model))[0])
    assert start @ word > 0.9 > finish @ word


def test_dynamic_dimensions_are_taken(nim: NimStandin, http: httpx.Client) -> None:
    model = "nvidia/llama-nemotron-embed-vl-1b-v2"
    assert len(vectors(embed(http, nim, "a", model=model, dimensions=512))[0]) == 512


def test_spoiled_vectors_are_spoiled_as_told(nim: NimStandin, http: httpx.Client) -> None:
    plain = embed(http, nim, "one", "two").json()["data"]
    nim.script(EMBED, Shuffled(), MissingVector(), WrongDimensions(), NotNumbers(), NoChoices())
    assert embed(http, nim, "one", "two").json()["data"] == plain[::-1]
    assert embed(http, nim, "one", "two").json()["data"] == plain[:1]
    assert {len(v) for v in vectors(embed(http, nim, "one", "two"))} == {3}
    assert vectors(embed(http, nim, "one"))[0][:2] == [None, None]
    assert embed(http, nim, "one").json()["data"] == []


@pytest.mark.parametrize(
    "path", ["ranking", "retrieval/nvidia/llama-nemotron-rerank-vl-1b-v2/reranking"]
)
def test_ranking_is_best_first_and_below_zero_for_what_misses(
    nim: NimStandin, http: httpx.Client, path: str
) -> None:
    passages = [{"text": "Bees make honey."}, {"text": "Paris is the capital of France."}]
    body = {"model": RERANK, "query": {"text": "capital of France"}, "passages": passages}
    ranked = http.post(f"{nim.url}/{path}", json=body).json()["rankings"]
    assert [entry["index"] for entry in ranked] == [1, 0]
    assert ranked[0]["logit"] > 0 > ranked[1]["logit"]


def test_hosted_reranking_path_of_a_retired_model_is_gone(
    nim: NimStandin, http: httpx.Client
) -> None:
    body = {"model": "x", "query": {"text": "a"}, "passages": [{"text": "b"}]}
    path = "retrieval/nvidia/llama-3_2-nv-rerankqa-1b-v2/reranking"
    assert http.post(f"{nim.url}/{path}", json=body).status_code == 410


def test_ranking_takes_512_passages(nim: NimStandin, http: httpx.Client) -> None:
    for count, status in ((512, 200), (513, 422)):
        passages = [{"text": "a"}] * count
        body = {"model": RERANK, "query": {"text": "a"}, "passages": passages}
        assert http.post(f"{nim.url}/ranking", json=body).status_code == status


def test_passage_that_is_too_long_is_refused_unless_it_may_be_cut(
    nim: NimStandin, http: httpx.Client
) -> None:
    body = {"model": RERANK, "query": {"text": "a"}, "passages": [{"text": " word" * 9000}]}
    assert http.post(f"{nim.url}/ranking", json=body).status_code == 400
    cut = body | {"truncate": "END"}
    assert http.post(f"{nim.url}/ranking", json=cut).status_code == 200
