"""Every row of what has been observed on the wire (facts/nim.md 1.3 and 1.4) is a case here."""

from __future__ import annotations

import orjson
import pytest

from core.errors import (
    ContextOverflowError,
    CreditsError,
    KeyRefusedError,
    ModelGoneError,
    ProviderError,
    RateLimitedError,
    RequestRefusedError,
    UnavailableError,
)
from core.nim.replies import Reply, refusal

END_OF_LIFE = (
    "The model 'x/y' has reached its end of life on 2026-08-07T09:00:00Z "
    "and is no longer available."
)


def _refused(status: int, body: object, headers: dict[str, str] | None = None) -> ProviderError:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return refusal(Reply(status=status, headers=headers or {}, body=content), model="x/y")


OVERFLOWS = {
    "vllm-old": (
        {
            "object": "error",
            "message": "This model's maximum context length is 131072 tokens. However, you "
            "requested 200000 tokens (199000 in the messages, 1000 in the completion). Please "
            "reduce the length of the messages or completion.",
            "type": "BadRequestError",
            "param": None,
            "code": 400,
        },
        131072,
    ),
    "vllm-new": (
        {
            "error": {
                "message": "This model's maximum context length is 262144 tokens. However, you "
                "requested 1024 output tokens and your prompt contains at least 261121 input "
                "tokens, for a total of at least 262145 tokens. Please reduce the length of the "
                "input prompt or the number of requested output tokens. "
                "(parameter=input_tokens, value=261121)",
                "type": "BadRequestError",
                "param": "input_tokens",
                "code": 400,
            }
        },
        262144,
    ),
    "hosted": (
        {
            "error": {
                "message": "This model's maximum context length is 196608 tokens. However, your "
                "messages resulted in 199906 tokens. Please reduce the length of the messages.",
                "type": "Bad Request",
                "code": 400,
            }
        },
        196608,
    ),
    "trt-llm-sum": (
        {
            "error": "The sum of prompt length (9351.0), query length (0) should not exceed "
            "max_num_tokens (8192)"
        },
        8192,
    ),
    "trt-llm-prompt": (
        {"message": "Prompt length (5056) exceeds maximum sequence length (2048)"},
        2048,
    ),
    "embedding": (
        {"error": "Input length 548 exceeds maximum allowed token size 512"},
        512,
    ),
    "openai-code": (
        {"error": {"message": "Your input is too long.", "code": "context_length_exceeded"}},
        None,
    ),
}


@pytest.mark.parametrize(("body", "limit"), OVERFLOWS.values(), ids=OVERFLOWS)
@pytest.mark.parametrize("status", [400, 422, 500])
def test_an_overflow_is_told_by_its_text_with_its_limit(
    status: int, body: object, limit: int | None
) -> None:
    error = _refused(status, body)
    assert isinstance(error, ContextOverflowError)
    assert error.limit == limit


def test_an_opaque_400_is_refused_and_may_be_an_overflow() -> None:
    error = _refused(
        400,
        {"type": "urn:x", "title": "Bad Request", "status": 400, "detail": "Inference error"},
    )
    assert isinstance(error, RequestRefusedError)
    assert error.opaque


def test_a_400_that_says_why_is_no_overflow() -> None:
    error = _refused(400, {"detail": "roles must alternate", "status": 400})
    assert isinstance(error, RequestRefusedError)
    assert not error.opaque
    assert "roles must alternate" in str(error)


@pytest.mark.parametrize(
    ("status", "detail"), [(401, "Authentication failed"), (403, "Authorization failed")]
)
def test_a_refused_key_says_what_to_do(status: int, detail: str) -> None:
    error = _refused(status, {"status": status, "title": "Unauthorized", "detail": detail})
    assert isinstance(error, KeyRefusedError)
    assert detail in str(error)
    assert "check the key" in str(error)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (
            402,
            {
                "status": 402,
                "title": "Payment Required",
                "detail": "Account 'a': Cloud credits expired - Please contact NVIDIA "
                "representatives",
            },
        ),
        (429, {"error": {"message": "You exceeded your quota.", "code": "insufficient_quota"}}),
    ],
)
def test_credits_that_are_gone_are_told_from_a_rate_limit(status: int, body: object) -> None:
    assert isinstance(_refused(status, body), CreditsError)


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (404, {"detail": "Function 'f-1': Not found for account 'a-1'"}, "Not found for account"),
        (404, b"404 page not found\n", "404 page not found"),
        (
            410,
            {"type": "about:blank", "title": "Gone", "status": 410, "detail": END_OF_LIFE},
            "2026-08-07",
        ),
    ],
)
def test_a_model_that_is_gone_says_why(status: int, body: object, told: str) -> None:
    error = _refused(status, body)
    assert isinstance(error, ModelGoneError)
    assert told in str(error)


def test_a_422_of_one_string_without_a_parameter_is_refused() -> None:
    error = _refused(422, {"detail": "the JSON cannot be read"})
    assert isinstance(error, RequestRefusedError)


def test_too_large_a_body_is_refused() -> None:
    error = _refused(413, b"<html>Request Entity Too Large</html>")
    assert isinstance(error, RequestRefusedError)
    assert error.status == 413


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-3"}, None),
        (
            {
                "Retry-After": "Sat, 21 Nov 2026 12:01:30 GMT",
                "Date": "Sat, 21 Nov 2026 12:00:00 GMT",
            },
            90.0,
        ),
        ({"Retry-After": "Sat, 21 Nov 2026 12:01:30 GMT"}, None),
        ({"X-Should-Retry": "false"}, 60.0),
        ({"X-Should-Retry": "false", "Retry-After": "300"}, 300.0),
        ({"X-Should-Retry": "true"}, None),
    ],
)
def test_a_rate_limit_says_how_long_to_wait(headers: dict[str, str], wait_s: float | None) -> None:
    error = _refused(429, {"status": 429, "title": "Too Many Requests"}, headers)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after_s == wait_s


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, {"detail": "Inference connection error while making inference request"}),
        (500, ["a list"]),
        (500, b""),
        (502, b"<html>Bad Gateway</html>"),
        (503, {"status": 503, "title": "Service Unavailable"}),
        (504, b""),
        (529, {"error": {"type": "overloaded_error", "message": "Overloaded"}}),
        (400, {"detail": "ResourceExhausted: Worker local total request limit reached (33/32)"}),
        (400, {"detail": "Function id 'f-1': DEGRADED function cannot be invoked"}),
        (408, b""),
        (202, b""),
        (302, b""),
    ],
)
def test_what_may_do_better_later_is_unavailable(status: int, body: object) -> None:
    error = _refused(status, body)
    assert isinstance(error, UnavailableError)
    assert error.status == status


def test_an_unavailable_endpoint_says_how_long_to_wait() -> None:
    error = _refused(503, b"", {"Retry-After": "20"})
    assert isinstance(error, UnavailableError)
    assert error.retry_after_s == 20.0


@pytest.mark.parametrize("secret", ["nvapi-Abc_123-xyz", "sk-proj-a1b2", "Bearer abc.def"])
def test_a_key_that_is_echoed_is_not_shown(secret: str) -> None:
    error = _refused(401, {"detail": f"Incorrect API key provided: '{secret}' is unknown"})
    assert secret not in str(error)
    assert secret.rsplit(maxsplit=1)[-1] not in str(error)
    assert "is unknown" in str(error)


@pytest.mark.parametrize("at", range(240, 300, 7))
def test_no_part_of_a_word_is_left_where_a_body_is_cut(at: int) -> None:
    body = ("word " * 60)[:at].rstrip() + " mykey-abcdefghijklmnopqrstuvwxyz and more " + "x " * 90
    shown = str(_refused(400, {"detail": body}))
    assert "mykey-abcdefghijklmnopqrstuvwxyz" in shown or "mykey" not in shown


def test_a_long_body_is_cut_short() -> None:
    assert len(str(_refused(400, {"detail": "word " * 10_000}))) < 400


def test_a_body_that_is_nested_without_end_is_read() -> None:
    body = b'{"error":' * 500 + b'"deep"' + b"}" * 500
    assert isinstance(_refused(500, body), UnavailableError)
