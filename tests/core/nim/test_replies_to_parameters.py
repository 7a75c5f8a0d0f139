"""Parameters that an endpoint does not take, in every form in which it has been seen to say so."""

from __future__ import annotations

import orjson
import pytest

from core.errors import ParameterError, ProviderError, RequestRefusedError
from core.nim.replies import Reply, refusal

PROBLEM_TYPE = "urn:inference-service:problem-details:unprocessable-entity"


def _refused(status: int, body: object) -> ProviderError:
    return refusal(Reply(status=status, body=orjson.dumps(body)), model="x/y")


PARAMETERS = {
    "hosted": (
        400,
        {
            "message": "Validation: Unsupported parameter(s): reasoning_budget",
            "type": "Bad Request",
            "code": 400,
        },
        {"reasoning_budget"},
    ),
    "hosted-two": (
        400,
        {
            "message": "Validation: Unsupported parameter(s): prompt_cache_key, reasoning",
            "type": "Bad Request",
            "code": 400,
        },
        {"prompt_cache_key", "reasoning"},
    ),
    "hosted-frozen": (
        400,
        {
            "error": {
                "message": "Validation: 'top_p' is immutable for this model and must be 0.95, got 1"
            }
        },
        {"top_p"},
    ),
    "problem-details": (
        422,
        {
            "type": PROBLEM_TYPE,
            "title": "Unprocessable Entity",
            "status": 422,
            "detail": "body -> n\n  Extra inputs are not permitted (type=extra_forbidden)",
        },
        {"n"},
    ),
    "mistral": (
        400,
        {"message": "chat_template is not supported for Mistral tokenizers.", "code": 400},
        {"chat_template_kwargs"},
    ),
    "fastapi": (
        422,
        {
            "detail": [
                {"type": "extra_forbidden", "loc": ["body", "stop"], "msg": "Extra inputs"},
                {"type": "less_than_equal", "loc": ["body", "temperature"], "msg": "at most 1"},
            ]
        },
        {"stop", "temperature"},
    ),
    "vllm": (
        400,
        {
            "object": "error",
            "message": "[{'type': 'extra_forbidden', 'loc': ('body', 'nvext'), "
            "'msg': 'Extra inputs are not permitted', 'input': {}}]",
            "code": 400,
        },
        {"nvext"},
    ),
    "openai": (
        400,
        {
            "error": {
                "message": "Unsupported parameter: 'max_tokens' is not supported with this model.",
                "param": "max_tokens",
                "code": "unsupported_parameter",
            }
        },
        {"max_tokens"},
    ),
}


@pytest.mark.parametrize(("status", "body", "names"), PARAMETERS.values(), ids=PARAMETERS)
def test_a_refused_parameter_is_named(status: int, body: object, names: set[str]) -> None:
    error = _refused(status, body)
    assert isinstance(error, ParameterError)
    assert error.parameters == names


def test_what_a_request_cannot_do_without_is_no_parameter_to_drop() -> None:
    error = _refused(
        422, {"detail": [{"type": "missing", "loc": ["body", "messages", 0], "msg": "required"}]}
    )
    assert isinstance(error, RequestRefusedError)
    assert "body.messages.0: required" in str(error)
