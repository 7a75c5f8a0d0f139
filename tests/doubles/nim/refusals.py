"""The bodies with which the service refuses, word for word as they were seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from tests.doubles.nim.wire import PROBLEM, Reply, bytes_reply, json_reply, with_headers

PLAIN = "text/plain; charset=utf-8"


class Overflow(StrEnum):
    """In which words a prompt is said to be too long."""

    VLLM_OLD = "vllm_old"
    VLLM_NEW = "vllm_new"
    HOSTED = "hosted"
    TRT_SUM = "trt_sum"
    TRT_LENGTH = "trt_length"
    OPAQUE = "opaque"
    """In none: a compatibility layer has rewritten them."""


class Strictness(StrEnum):
    """In which words an unknown parameter is refused."""

    VALIDATION = "validation"
    URN = "urn"
    MISTRAL = "mistral"


def problem(status: int, title: str, detail: str | None = None, **more: object) -> Reply:
    body = {"status": status, "title": title, **more}
    if detail is not None:
        body["detail"] = detail
    return json_reply(status, body, content_type=PROBLEM)


def error(status: int, message: str, kind: str, **more: object) -> Reply:
    body = {"message": message, "type": kind, "code": status, **more}
    return json_reply(status, {"error": body})


def overflow(shape: Overflow, *, limit: int, prompt: int, completion: int) -> Reply:
    """Return the 400 for a prompt of so many tokens that asks for so many more."""
    head = f"This model's maximum context length is {limit} tokens. However, "
    if shape is Overflow.VLLM_OLD:
        message = (
            f"{head}you requested {prompt + completion} tokens ({prompt} in the messages, "
            f"{completion} in the completion). Please reduce the length of the messages or "
            f"completion."
        )
        body = {"message": message, "type": "BadRequestError", "param": None, "code": 400}
        return json_reply(400, {"object": "error", **body})
    if shape is Overflow.VLLM_NEW:
        counted = min(prompt, limit + 1 - min(completion, limit))
        message = (
            f"{head}you requested {completion} output tokens and your prompt contains at least "
            f"{counted} input tokens, for a total of at least {limit + 1} tokens. Please reduce "
            f"the length of the input prompt or the number of requested output tokens. "
            f"(parameter=input_tokens, value={counted})"
        )
        return error(400, message, "BadRequestError", param="input_tokens")
    if shape is Overflow.HOSTED:
        message = (
            f"{head}your messages resulted in {prompt} tokens. "
            f"Please reduce the length of the messages."
        )
        return error(400, message, "Bad Request")
    if shape is Overflow.OPAQUE:
        return opaque()
    message = (
        f"Prompt length ({prompt}) exceeds maximum sequence length ({limit})"
        if shape is Overflow.TRT_LENGTH
        else f"The sum of prompt length ({float(prompt)}), query length (0) should not exceed "
        f"max_num_tokens ({limit})"
    )
    return error(400, message, "BadRequestError", param=None)


def opaque() -> Reply:
    urn = "urn:inference-service:problem-details:bad-request"
    return problem(400, "Bad Request", "Inference error", type=urn)


def input_too_long(length: int, limit: int) -> Reply:
    message = f"Input length {length} exceeds maximum allowed token size {limit}"
    return json_reply(400, {"error": message})


def bad_embedding_request(message: str) -> Reply:
    return json_reply(400, {"error": message})


def unsupported(strictness: Strictness, names: Sequence[str]) -> Reply:
    """Return the refusal of parameters that a schema does not have."""
    if strictness is Strictness.MISTRAL and "chat_template_kwargs" in names:
        message = "chat_template is not supported for Mistral tokenizers."
        return error(400, message, "BadRequestError", param=None)
    if strictness is Strictness.URN:
        return extra_forbidden(names)
    return validation(f"Unsupported parameter(s): {', '.join(names)}")


def validation(what: str) -> Reply:
    body = {"message": f"Validation: {what}", "type": "Bad Request", "code": 400}
    return json_reply(400, body)


def immutable(name: str, value: float, got: object) -> Reply:
    return validation(f"'{name}' is immutable for this model and must be {value}, got {got}")


def extra_forbidden(names: Sequence[str]) -> Reply:
    lines = (
        f"body -> {name}\n  Extra inputs are not permitted (type=extra_forbidden)" for name in names
    )
    urn = "urn:inference-service:problem-details:unprocessable-entity"
    return problem(422, "Unprocessable Entity", "\n".join(lines), type=urn)


def unprocessable(errors: Sequence[Mapping[str, object]]) -> Reply:
    return json_reply(422, {"detail": list(errors)})


def unauthorized() -> Reply:
    return problem(401, "Unauthorized", "Authentication failed")


def forbidden() -> Reply:
    return problem(403, "Forbidden", "Authorization failed")


def credits_expired(account: str) -> Reply:
    detail = f"Account '{account}': Cloud credits expired - Please contact NVIDIA representatives"
    return problem(402, "Payment Required", detail)


def not_entitled(function: str, account: str) -> Reply:
    detail = f"Function '{function}': Not found for account '{account}'"
    return problem(404, "Not Found", detail)


def page_not_found() -> Reply:
    return bytes_reply(404, b"404 page not found\n", content_type=PLAIN)


def gone(model: str, since: datetime) -> Reply:
    detail = (
        f"The model '{model}' has reached its end of life on "
        f"{since.isoformat().replace('+00:00', 'Z')} and is no longer available."
    )
    return problem(410, "Gone", detail, type="about:blank")


def too_many_requests(*, retry_after: str | None = None, detail: str | None = None) -> Reply:
    reply = problem(429, "Too Many Requests", detail)
    return with_headers(reply, {"retry-after": retry_after}) if retry_after else reply


def worker_limit(status: int) -> Reply:
    detail = "ResourceExhausted: Worker local total request limit reached (33/32)"
    return problem(status, "Service Unavailable", detail)


def gateway_timeout() -> Reply:
    """Return the 504 without a body that ends, and cancels, a request no worker took."""
    return with_headers(bytes_reply(504, b"", content_type=None), {"nvcf-status": "errored"})


def body_too_large(limit: int) -> Reply:
    return problem(413, "Payload Too Large", f"The body must be at most {limit} bytes")


def held(reply: Reply, seconds: float) -> Reply:
    return replace(reply, hold_s=reply.hold_s + seconds)
