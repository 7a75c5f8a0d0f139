"""What comes with status 200, or inside a stream, and is no answer."""

from __future__ import annotations

import orjson
import pytest

from core.errors import (
    ContextOverflowError,
    ModelGoneError,
    ProviderError,
    RateLimitedError,
    ReplyError,
    UnavailableError,
)
from core.nim.replies import Reply, refusal, stream_error


def _refused(status: int, body: object, headers: dict[str, str] | None = None) -> ProviderError:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return refusal(Reply(status=status, headers=headers or {}, body=content), model="x/y")


def test_a_page_with_status_200_is_not_an_answer() -> None:
    error = _refused(200, b"<html>Sign in to the network</html>", {"Content-Type": "text/html"})
    assert isinstance(error, ReplyError)
    assert "text/html" in str(error)


def test_an_answer_without_choices_is_not_an_answer() -> None:
    assert isinstance(_refused(200, {"id": "c", "choices": []}), ReplyError)


def test_an_error_with_status_200_is_what_it_says() -> None:
    body = {"error": {"message": "Too many", "code": 429}}
    assert isinstance(_refused(200, body), RateLimitedError)


IN_STREAM: dict[str, tuple[object, type[ProviderError]]] = {
    "vllm-old": (
        {"error": {"object": "error", "message": "engine died", "code": 500}},
        UnavailableError,
    ),
    "vllm-now": (
        {"error": {"message": "engine died", "type": "InternalServerError", "code": 500}},
        UnavailableError,
    ),
    "problem": ({"status": 500, "title": "Internal Server Error"}, UnavailableError),
    "flat": ({"object": "error", "message": "engine died", "type": "Error"}, UnavailableError),
    "string": ({"error": "engine died"}, UnavailableError),
    "beside-choices": ({"choices": [], "error": {"message": "engine died"}}, UnavailableError),
    "limited": (
        {"error": {"message": "slow down", "type": "rate_limit_error"}},
        RateLimitedError,
    ),
    "overflow": (
        {"error": {"message": "This model's maximum context length is 8192 tokens.", "code": 400}},
        ContextOverflowError,
    ),
    "gone": ({"status": 410, "title": "Gone", "detail": "end of life"}, ModelGoneError),
}


@pytest.mark.parametrize(("event", "kind"), IN_STREAM.values(), ids=IN_STREAM)
def test_an_error_inside_a_stream_is_an_error(event: object, kind: type[ProviderError]) -> None:
    assert isinstance(stream_error(event, model="x/y"), kind)


@pytest.mark.parametrize(
    "event",
    [
        {"choices": [{"delta": {"content": "Status 500 means"}}]},
        {"choices": [{"delta": {"content": "error"}}], "error": None},
        {"choices": [], "usage": {"prompt_tokens": 1}},
        {"object": "list", "data": [{"index": 0, "embedding": [0.1]}]},
        {"type": "ping"},
        "a string",
        None,
    ],
)
def test_what_is_no_error_is_left_alone(event: object) -> None:
    assert stream_error(event, model="x/y") is None
