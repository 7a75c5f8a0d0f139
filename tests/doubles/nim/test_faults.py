from __future__ import annotations

import json

import httpx
import pytest

from tests.doubles.nim.asking import (
    EMBED,
    FLASH,
    SUPER,
    chat,
    chunks,
    embed,
    events,
    joined,
    message,
    turn,
)
from tests.doubles.nim.broken import (
    ALL,
    Drop,
    ErrorShape,
    Garbage,
    NoChoices,
    NoFinish,
    OnlyThought,
    Stall,
    StreamError,
)
from tests.doubles.nim.faults import (
    Accepted,
    BadGateway,
    BodyTooLarge,
    ContextOverflow,
    CreditsExpired,
    Degraded,
    Forbidden,
    GatewayTimeout,
    Gone,
    HtmlPage,
    ImmutableParameter,
    InferenceError,
    InputTooLong,
    JsonList,
    NotEntitled,
    OpaqueBadRequest,
    Overloaded,
    PageNotFound,
    Respond,
    Slow,
    TooManyRequests,
    Unauthorized,
    Unprocessable,
    UnsupportedParameter,
    WorkerLimit,
)
from tests.doubles.nim.log import Ending
from tests.doubles.nim.refusals import Overflow, Strictness
from tests.doubles.nim.script import Fault, Say, Well
from tests.doubles.nim.standin import NimStandin

REFUSALS: list[tuple[Fault, int, str, str]] = [
    (ContextOverflow(Overflow.VLLM_NEW), 400, "(parameter=input_tokens, value=", "json"),
    (OpaqueBadRequest(), 400, "Inference error", "problem+json"),
    (InputTooLong(), 400, "Input length 548 exceeds maximum allowed token size 512", "json"),
    (UnsupportedParameter(), 400, "Unsupported parameter(s): reasoning_budget", "json"),
    (UnsupportedParameter(("n",), Strictness.URN), 422, "urn:inference-service", "problem+json"),
    (ImmutableParameter(), 400, "'top_p' is immutable", "json"),
    (Unprocessable(), 422, '"loc":["body","reasoning_budget"]', "json"),
    (Unauthorized(), 401, "Authentication failed", "problem+json"),
    (Forbidden(), 403, "Authorization failed", "problem+json"),
    (CreditsExpired(), 402, "Cloud credits expired", "problem+json"),
    (NotEntitled(), 404, "Not found for account 'nca-standin'", "problem+json"),
    (PageNotFound(), 404, "404 page not found", "text/plain"),
    (Gone(), 410, "end of life on 2026-08-07T09:00:00Z", "problem+json"),
    (BodyTooLarge(), 413, "Payload Too Large", "problem+json"),
    (TooManyRequests(), 429, "Too Many Requests", "problem+json"),
    (InferenceError(), 500, "Inference connection error while making", "problem+json"),
    (BadGateway(), 502, "<title>502 Bad Gateway", "text/html"),
    (WorkerLimit(), 503, "Worker local total request limit reached (33/32)", "problem+json"),
    (Degraded(), 400, "DEGRADED function cannot be invoked", "problem+json"),
    (Overloaded(), 529, "overloaded", "problem+json"),
    (JsonList(), 500, '[{"error"', "json"),
    (HtmlPage(), 200, "<!doctype html>", "text/html"),
]


@pytest.mark.parametrize("seen", REFUSALS, ids=lambda seen: f"{type(seen[0]).__name__}-{seen[1]}")
@pytest.mark.parametrize("path", ["chat/completions", "embeddings", "ranking"])
def test_scripted_refusal_comes_as_it_was_seen(
    nim: NimStandin, http: httpx.Client, seen: tuple[Fault, int, str, str], path: str
) -> None:
    fault, status, said, content_type = seen
    nim.script("any/model", fault)
    refused = http.post(f"{nim.url}/{path}", json={"model": "any/model", "stream": True})
    assert refused.status_code == status
    assert said in refused.text
    assert content_type in refused.headers["content-type"]
    assert [asked.fault for asked in nim.log] == [type(fault).__name__]


def test_too_many_requests_says_when_to_come_back_only_if_told(
    nim: NimStandin, http: httpx.Client
) -> None:
    nim.script(FLASH, TooManyRequests(), TooManyRequests(retry_after="7"))
    assert "retry-after" not in chat(http, nim, turn()).headers
    assert chat(http, nim, turn()).headers["retry-after"] == "7"


def test_gateway_timeout_is_empty_and_comes_late(nim: NimStandin, http: httpx.Client) -> None:
    nim.script(FLASH, GatewayTimeout(after_s=30))
    begun = nim.clock.monotonic()
    late = chat(http, nim, turn())
    assert nim.clock.monotonic() - begun >= 30
    assert (late.status_code, late.content) == (504, b"")
    assert late.headers["nvcf-status"] == "errored"
    assert late.headers["nvcf-reqid"]


def test_script_is_played_once_in_order_and_for_its_model(
    nim: NimStandin, http: httpx.Client
) -> None:
    nim.script(FLASH, InferenceError(), Well(), Respond(418, {"a": 1}, {"x-odd": "yes"}))
    assert chat(http, nim, turn("Hello", SUPER)).status_code == 200
    assert chat(http, nim, turn()).status_code == 500
    assert chat(http, nim, turn()).status_code == 200
    odd = chat(http, nim, turn())
    assert (odd.status_code, odd.json(), odd.headers["x-odd"]) == (418, {"a": 1}, "yes")
    assert chat(http, nim, turn()).status_code == 200
    assert nim.log.statuses == [200, 500, 200, 418, 200]


def test_what_always_happens_waits_for_the_script_to_end(
    nim: NimStandin, http: httpx.Client
) -> None:
    nim.always(FLASH, Forbidden())
    nim.script("*", Well())
    assert [chat(http, nim, turn()).status_code for _ in range(3)] == [200, 403, 403]
    nim.always(FLASH, None)
    assert chat(http, nim, turn()).status_code == 200


@pytest.mark.parametrize("fault", [Drop(after=2), Drop(after=2, reset=True)], ids=["end", "reset"])
def test_dropped_stream_breaks_after_its_first_pieces(
    nim: NimStandin, http: httpx.Client, fault: Fault
) -> None:
    nim.script(FLASH, Say("one two three four"), fault)
    chat(http, nim, turn())
    pieces: list[bytes] = []
    request = http.build_request("POST", f"{nim.url}/chat/completions", json=turn(stream=True))
    response = http.send(request, stream=True)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        pieces.extend(response.iter_raw())
    received = b"".join(pieces)
    assert received.count(b"data: ") == 3
    assert b'finish_reason":"' not in received
    assert nim.log.wait_until_quiet()
    assert nim.log.requests[-1].ending is Ending.CUT


@pytest.mark.parametrize("fault", [Drop(), Drop(after=None)], ids=["half", "none"])
def test_dropped_answer_is_never_whole(nim: NimStandin, http: httpx.Client, fault: Fault) -> None:
    nim.script(EMBED, fault)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        embed(http, nim, "text")


@pytest.mark.parametrize("after", [2, None], ids=["in the stream", "before it"])
def test_stalled_request_is_given_up_by_the_client_only(
    nim: NimStandin, http: httpx.Client, after: int | None
) -> None:
    nim.script(FLASH, Stall(after=after))
    body = turn(stream=True)
    with pytest.raises(httpx.ReadTimeout):
        http.post(f"{nim.url}/chat/completions", json=body, timeout=0.5)
    assert nim.log.wait_until_quiet()
    assert nim.log.requests[-1].ending is Ending.CANCELLED


def test_stall_that_ends_loses_nothing(nim: NimStandin, http: httpx.Client) -> None:
    plain = joined(chat(http, nim, turn(stream=True)))
    nim.script(FLASH, Stall(after=2, seconds=10))
    assert joined(chat(http, nim, turn(stream=True))) == plain


def test_garbage_is_an_event_that_cannot_be_read(nim: NimStandin, http: httpx.Client) -> None:
    nim.script(FLASH, Garbage(after=1))
    bad = events(chat(http, nim, turn(stream=True)))[2]
    with pytest.raises(ValueError, match="Unterminated string"):
        json.loads(bad)


@pytest.mark.parametrize(
    ("shape", "path"),
    [
        (ErrorShape.OBJECT, ("error", "object")),
        (ErrorShape.PLAIN, ("error", "code")),
        (ErrorShape.PROBLEM, ("status",)),
    ],
    ids=list(ErrorShape),
)
def test_error_in_a_stream_follows_text_and_is_no_chunk(
    nim: NimStandin, http: httpx.Client, shape: ErrorShape, path: tuple[str, ...]
) -> None:
    nim.script(FLASH, StreamError(shape, after=2))
    said = [json.loads(text) for text in events(chat(http, nim, turn(stream=True)))[:-1]]
    assert [("choices" in chunk) for chunk in said] == [True, True, True, False]
    found = said[-1]
    for name in path:
        found = found[name]
    assert found == {"object": "error", "code": 500, "status": 500}[path[-1]]


@pytest.mark.parametrize("done", [True, False])
def test_unfinished_stream_may_hold_the_whole_text(
    nim: NimStandin,
    http: httpx.Client,
    done: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    plain = joined(chat(http, nim, turn(stream=True)))
    nim.script(FLASH, NoFinish(after=ALL, done=done))
    ended = chat(http, nim, turn(stream=True))
    assert joined(ended) == plain
    assert all(chunk["choices"][0]["finish_reason"] is None for chunk in chunks(ended))
    assert (events(ended)[-1] == "[DONE]") is done


def test_empty_answers_look_whole(nim: NimStandin, http: httpx.Client) -> None:
    nim.script(FLASH, NoChoices(), NoChoices(), OnlyThought(), OnlyThought())
    assert chat(http, nim, turn()).json()["choices"] == []
    assert [c["choices"] for c in chunks(chat(http, nim, turn(stream=True)))] == [[]]
    only = chat(http, nim, turn())
    assert (message(only)["content"], only.json()["choices"][0]["finish_reason"]) == (
        None,
        "length",
    )
    last = chunks(chat(http, nim, turn(stream=True)))[-1]
    assert last["choices"][0]["finish_reason"] == "length"


def test_accepted_answer_is_had_by_polling(nim: NimStandin, http: httpx.Client) -> None:
    plain = chat(http, nim, turn()).json()
    nim.script(FLASH, Accepted(polls=2))
    accepted = chat(http, nim, turn())
    assert (accepted.status_code, accepted.content) == (202, b"")
    place = nim.polling_url.format(request_id=accepted.headers["nvcf-reqid"])
    first, second, third, gone = (http.get(place) for _ in range(4))
    assert [r.status_code for r in (first, second, third, gone)] == [202, 202, 200, 404]
    assert first.headers["nvcf-reqid"] == accepted.headers["nvcf-reqid"]
    assert third.json() == plain


def test_accepted_stream_is_polled_as_a_stream(nim: NimStandin, http: httpx.Client) -> None:
    nim.script(FLASH, Accepted(polls=0))
    accepted = chat(http, nim, turn(stream=True))
    polled = http.get(nim.polling_url.format(request_id=accepted.headers["nvcf-reqid"]))
    assert events(polled)[-1] == "[DONE]"


def test_accepted_without_an_id_cannot_be_polled(nim: NimStandin, http: httpx.Client) -> None:
    nim.script(FLASH, Accepted(with_id=False))
    accepted = chat(http, nim, turn())
    assert accepted.status_code == 202
    assert "nvcf-reqid" not in accepted.headers


def test_slow_answer_is_held_as_long_as_the_client_says(
    nim: NimStandin, http: httpx.Client
) -> None:
    nim.script(FLASH, Slow(80), Slow(80))
    assert chat(http, nim, turn()).status_code == 202
    url, patient = f"{nim.url}/chat/completions", {"NVCF-POLL-SECONDS": "3600"}
    assert http.post(url, json=turn(), headers=patient).status_code == 200


def test_slow_answer_is_polled_for_until_it_is_there(nim: NimStandin, http: httpx.Client) -> None:
    nim.script(FLASH, Slow(100))
    accepted = chat(http, nim, turn())
    place = nim.polling_url.format(request_id=accepted.headers["nvcf-reqid"])
    assert http.get(place, headers={"NVCF-POLL-SECONDS": "1"}).status_code == 202
    assert http.get(place, headers={"NVCF-POLL-SECONDS": "3601"}).status_code == 400
    assert http.get(place, headers={"NVCF-POLL-SECONDS": "3600"}).status_code == 200
    assert nim.clock.monotonic() >= nim.log.requests[0].at + 100


@pytest.mark.parametrize("seconds", ["3601", "0", "soon"])
def test_poll_seconds_out_of_range_are_refused(
    nim: NimStandin, http: httpx.Client, seconds: str
) -> None:
    headers = {"NVCF-POLL-SECONDS": seconds}
    refused = http.post(f"{nim.url}/chat/completions", json=turn(), headers=headers)
    assert refused.status_code == 400
    assert "NVCF-POLL-SECONDS must be" in refused.text
