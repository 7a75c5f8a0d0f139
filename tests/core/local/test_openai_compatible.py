import traceback
from collections.abc import AsyncIterator, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import SecretStr

from core.errors import EmbedderError, SettingsError
from core.local.openai_compatible import Endpoint, OpenAiCompatibleEmbedder
from tests.doubles.embedding_server import EmbeddingServer, embedding_server, vector


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    with embedding_server() as running:
        yield running


@pytest.fixture
async def embedder(server: EmbeddingServer) -> AsyncIterator[OpenAiCompatibleEmbedder]:
    opened = await OpenAiCompatibleEmbedder.connect(_endpoint(server))
    server.requests.clear()
    yield opened
    await opened.close()


def _endpoint(server: EmbeddingServer) -> Endpoint:
    return Endpoint(
        base_url=server.base_url,
        model="small",
        api_key=SecretStr("k-1"),
        max_tokens=50,
        batch_texts=3,
        batch_characters=100,
        attempts=3,
        backoff_s=0,
    )


def _expected(text: str) -> NDArray[np.float64]:
    exact = np.array(vector(text))
    return exact / np.linalg.norm(exact)


async def test_dimensions_are_learned_from_the_server(embedder: OpenAiCompatibleEmbedder) -> None:
    assert (embedder.dimensions, embedder.name, embedder.max_tokens) == (8, "openai:small", 50)


async def test_vectors_keep_the_order_of_the_texts(embedder: OpenAiCompatibleEmbedder) -> None:
    texts = [f"text {i}" for i in range(20)]
    vectors = await embedder.embed_passages(texts)
    assert np.allclose(np.stack(vectors), np.stack([_expected(text) for text in texts]))
    assert np.allclose(await embedder.embed_query("text 7"), vectors[7])


async def test_batches_are_bounded_by_count_and_characters(
    server: EmbeddingServer, embedder: OpenAiCompatibleEmbedder
) -> None:
    texts = ["a", "b", "c", "d", "e" * 99, "f", "word " * 30, "h"]
    await embedder.embed_passages(texts)
    batches = sorted(server.batches)
    assert batches == [["a", "b", "c"], ["d", "e" * 99], ["f"], ["h"], ["word " * 30]]


async def test_no_texts_ask_nothing(
    server: EmbeddingServer, embedder: OpenAiCompatibleEmbedder
) -> None:
    assert await embedder.embed_passages([]) == []
    assert server.requests == []


async def test_the_key_is_sent_and_never_shown(
    server: EmbeddingServer, embedder: OpenAiCompatibleEmbedder
) -> None:
    server.failures = [(401, "wrong key")]
    with pytest.raises(EmbedderError, match="answered 401: wrong key") as caught:
        await embedder.embed_query("x")
    assert set(server.keys) == {"Bearer k-1"}
    assert "k-1" not in str(caught.value)
    assert "k-1" not in repr(_endpoint(server))
    assert len(server.requests) == 1


async def test_empty_and_broken_text_is_sent_as_text(
    server: EmbeddingServer, embedder: OpenAiCompatibleEmbedder
) -> None:
    await embedder.embed_passages(["", "half \ud800 pair"])
    assert server.batches == [[" ", "half ? pair"]]


async def test_text_is_cut_to_what_the_model_reads(
    server: EmbeddingServer, embedder: OpenAiCompatibleEmbedder
) -> None:
    await embedder.embed_query("word " * 500)
    assert embedder.count_tokens(server.batches[0][0]) == 50


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_busy_server_is_asked_again(
    server: EmbeddingServer, embedder: OpenAiCompatibleEmbedder, status: int
) -> None:
    server.failures, server.retry_after = [(status, "busy")] * 2, "0"
    assert np.allclose(await embedder.embed_query("x"), _expected("x"))
    assert len(server.requests) == 3


async def test_a_server_that_stays_busy_is_given_up(
    server: EmbeddingServer, embedder: OpenAiCompatibleEmbedder
) -> None:
    server.failures = [(503, "down for the day")] * 3
    with pytest.raises(EmbedderError, match="answered 503: down for the day"):
        await embedder.embed_passages(["x"])
    assert len(server.requests) == 3


async def test_a_server_that_is_not_there_is_named() -> None:
    endpoint = Endpoint(base_url="http://127.0.0.1:9/v1", model="m", attempts=2, backoff_s=0)
    with pytest.raises(
        EmbedderError, match=r"cannot reach the embedder at 'http://127.0.0.1:9/v1'"
    ):
        await OpenAiCompatibleEmbedder.connect(endpoint)


@pytest.mark.parametrize(
    ("base_url", "shown"),
    [
        (
            "http://ann:s3cret@127.0.0.1:9/v1",
            "cannot reach the embedder at 'http://…@127.0.0.1:9/v1'",
        ),
        ("http://ann:s3/cret@127.0.0.1:9", "endpoint 'http://…@127.0.0.1:9' is not a URL"),
        ("ann:s3cret@127.0.0.1:9/v1", "endpoint '…@127.0.0.1:9/v1' is not a URL"),
        ("ftp://ann:s3cret@127.0.0.1:9", "endpoint 'ftp://…@127.0.0.1:9' is not a URL"),
        ("http://", "endpoint 'http://' is not a URL; set IBID_EMBEDDER_BASE_URL"),
    ],
)
async def test_a_password_in_the_url_is_never_shown(base_url: str, shown: str) -> None:
    endpoint = Endpoint(base_url=base_url, model="m", attempts=1)
    with pytest.raises((EmbedderError, SettingsError)) as caught:
        await OpenAiCompatibleEmbedder.connect(endpoint)
    assert shown in str(caught.value)
    assert "cret" not in "".join(traceback.format_exception(caught.value, chain=True))


async def test_a_refusal_does_not_show_the_password_in_the_url(server: EmbeddingServer) -> None:
    server.failures = [(401, "wrong key")]
    url = server.base_url.replace("http://", "http://ann:s3cret@")
    with pytest.raises(EmbedderError, match="answered 401") as caught:
        await OpenAiCompatibleEmbedder.connect(Endpoint(base_url=url, model="m"))
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("<html>", "another form"),
        ('{"data": []}', "0 vectors for 1 texts"),
        ('{"data": [{"index": 1, "embedding": [1.0]}]}', "1 vectors for 1 texts"),
        ('{"data": [{"index": 0, "embedding": [0, 0]}]}', "no direction"),
        ('{"data": [{"index": 0, "embedding": [1, 1]}]}', "2 dimensions, and has 8"),
    ],
)
async def test_an_answer_out_of_form_is_refused(
    server: EmbeddingServer, embedder: OpenAiCompatibleEmbedder, answer: str, message: str
) -> None:
    server.answer = answer
    with pytest.raises(EmbedderError, match=message):
        await embedder.embed_query("x")


async def test_another_path_is_an_error_not_a_wait(server: EmbeddingServer) -> None:
    endpoint = Endpoint(base_url=server.base_url + "/typo", model="m")
    with pytest.raises(EmbedderError, match="answered 404"):
        await OpenAiCompatibleEmbedder.connect(endpoint)
