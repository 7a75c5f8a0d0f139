from dataclasses import replace
from pathlib import Path

import pytest
from langchain_nvidia_ai_endpoints import _telemetry
from pydantic import SecretStr

from core.catalog.load import load_catalog
from core.clock import SystemClock
from core.errors import (
    KeyRefusedError,
    ModelGoneError,
    ProviderError,
    RateLimitedError,
    ReplyError,
    RequestRefusedError,
    UnavailableError,
)
from core.nim.batches import Bounds
from core.nim.embeddings import NimEmbedder
from tests.doubles.direct_upstream import DirectUpstream
from tests.doubles.embeddings import KEY, MODEL, are_of, card_of
from tests.doubles.nim.broken import (
    Drop,
    Garbage,
    MissingVector,
    NoChoices,
    NotNumbers,
    Shuffled,
    Stall,
    WrongDimensions,
)
from tests.doubles.nim.faults import (
    Accepted,
    GatewayTimeout,
    Gone,
    HtmlPage,
    InferenceError,
    PageNotFound,
    TooManyRequests,
    Unauthorized,
)
from tests.doubles.nim.script import Fault, Instead, Spoil
from tests.doubles.nim.standin import NimStandin


@pytest.mark.parametrize(
    ("without", "sent"),
    [
        ("encoding_format", {"model", "input", "input_type", "truncate"}),
        ("truncate", {"model", "input", "input_type", "encoding_format"}),
    ],
)
async def test_a_parameter_that_is_refused_is_not_sent(
    nim: NimStandin, upstream: DirectUpstream, without: str, sent: set[str]
) -> None:
    upstream.without = frozenset({without})
    embedder = NimEmbedder(card_of(nim), upstream, clock=SystemClock())
    assert are_of(await embedder.embed_passages(["text"]), ["text"])
    assert nim.log.requests[0].body.keys() == sent


async def test_questions_are_not_embedded_as_passages_where_input_type_is_refused(
    nim: NimStandin, upstream: DirectUpstream
) -> None:
    upstream.without = frozenset({"input_type"})
    card = card_of(nim, "baai/bge-m3")
    embedder = NimEmbedder(card, upstream, clock=SystemClock())
    with pytest.raises(RequestRefusedError, match="takes no 'input_type'"):
        await embedder.embed_passages(["text"])
    assert len(nim.log) == 0
    card = replace(card, refuses=card.refuses | {"input_type"})
    symmetric = NimEmbedder(card, upstream, clock=SystemClock())
    assert len(await symmetric.embed_passages(["text"])) == 1
    assert "input_type" not in nim.log.requests[0].body


@pytest.mark.parametrize(
    ("fault", "error", "message"),
    [
        (MissingVector(), ReplyError, "1 results for 2 texts"),
        (NoChoices(), ReplyError, "0 results for 2 texts"),
        (WrongDimensions(), ReplyError, "vectors of 3 dimensions, and its card says 2048"),
        (NotNumbers(), ReplyError, "another form"),
        (HtmlPage(), ReplyError, "not JSON"),
        (Garbage(), ReplyError, "not JSON"),
        (Unauthorized(), KeyRefusedError, "401"),
        (Gone(), ModelGoneError, "410"),
        (PageNotFound(), ModelGoneError, "404"),
        (TooManyRequests(), RateLimitedError, "429"),
        (InferenceError(503), UnavailableError, "503"),
        (GatewayTimeout(after_s=0), UnavailableError, "504"),
        (Drop(), UnavailableError, "the connection failed"),
        (Drop(after=None), UnavailableError, "(?i)closed connection"),
        (Drop(reset=True), UnavailableError, "the connection failed"),
        (Accepted(with_id=False), UnavailableError, "202"),
    ],
    ids=lambda value: repr(value)[:25] if isinstance(value, Instead | Spoil) else None,
)
async def test_what_is_no_answer_is_an_error_of_its_kind_and_shows_no_key(
    nim: NimStandin,
    embedder: NimEmbedder,
    fault: Fault,
    error: type[ProviderError],
    message: str,
) -> None:
    nim.script(MODEL, fault)
    with pytest.raises(error, match=message) as caught:
        await embedder.embed_passages(["a", "b"])
    assert KEY not in str(caught.value)
    assert {asked.key for asked in nim.log} == {KEY}


async def test_vectors_in_another_order_are_put_in_the_order_of_the_texts(
    nim: NimStandin, embedder: NimEmbedder
) -> None:
    nim.script(MODEL, Shuffled())
    assert are_of(await embedder.embed_passages(["a", "b", "c"]), ["a", "b", "c"])


@pytest.mark.parametrize("after", [None, 3], ids=["before the answer", "within the answer"])
async def test_an_endpoint_that_says_nothing_more_is_not_waited_for(
    nim: NimStandin, upstream: DirectUpstream, after: int | None
) -> None:
    nim.script(MODEL, Stall(after=after))
    bounds = Bounds(attempt_s=0.3)
    embedder = NimEmbedder(card_of(nim), upstream, clock=SystemClock(), bounds=bounds)
    with pytest.raises(UnavailableError, match=r"no answer within 0.3 s"):
        await embedder.embed_passages(["text"])


async def test_an_endpoint_that_is_not_there_is_unavailable(
    nim: NimStandin, upstream: DirectUpstream
) -> None:
    card = load_catalog(base_url="http://127.0.0.1:9/v1").card(MODEL)
    embedder = NimEmbedder(card, upstream, clock=SystemClock())
    with pytest.raises(UnavailableError, match="Connection refused"):
        await embedder.embed_query("text")


async def test_an_answer_that_is_promised_is_asked_for_and_each_time_counted(
    nim: NimStandin, upstream: DirectUpstream, embedder: NimEmbedder
) -> None:
    nim.script(MODEL, Accepted(polls=1))
    assert are_of(await embedder.embed_passages(["text"]), ["text"])
    assert nim.log.statuses == [202, 202, 200]
    assert [asked.method for asked in nim.log] == ["POST", "GET", "GET"]
    assert {asked.key for asked in nim.log} == {KEY}
    assert upstream.counted == 2


async def test_no_key_is_sent_where_none_is_given_whatever_the_machine_has(
    nim: NimStandin, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data_dir / "netrc").write_text("machine 127.0.0.1 login me password not-for-you")
    monkeypatch.setenv("NETRC", str(data_dir / "netrc"))
    monkeypatch.setenv("NVIDIA_API_KEY", "nvapi-of-the-machine")
    await NimEmbedder(card_of(nim), DirectUpstream(), clock=SystemClock()).embed_query("text")
    keyed = DirectUpstream(api_key=SecretStr(KEY))
    await NimEmbedder(card_of(nim), keyed, clock=SystemClock()).embed_query("text")
    authorizations = [asked.headers.get("authorization") for asked in nim.log]
    assert authorizations == [None, f"Bearer {KEY}"]


async def test_a_key_that_cannot_be_one_is_refused_without_being_shown(nim: NimStandin) -> None:
    upstream = DirectUpstream(api_key=SecretStr("nvapi-secret\n"))
    embedder = NimEmbedder(card_of(nim), upstream, clock=SystemClock())
    with pytest.raises(KeyRefusedError, match="characters that no key has") as caught:
        await embedder.embed_query("text")
    assert "secret" not in str(caught.value)
    assert len(nim.log) == 0


async def test_nothing_is_reported_to_nvidia(
    nim: NimStandin, upstream: DirectUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", nim.origin)
    monkeypatch.setenv("no_proxy", "")
    hosted = load_catalog().card(MODEL)
    with pytest.raises(UnavailableError):
        await NimEmbedder(hosted, upstream, clock=SystemClock()).embed_query("text")
    assert nim.log.connections == 1
    assert _telemetry._STATE is None  # pyright: ignore[reportPrivateUsage] - nowhere else to be seen
