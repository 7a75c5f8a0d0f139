"""Faults that refuse, or put off: `standin.script(model, TooManyRequests(), Accepted(), …)`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from tests.doubles.nim import refusals
from tests.doubles.nim.refusals import Overflow, Strictness
from tests.doubles.nim.script import Instead, Spoil
from tests.doubles.nim.wire import Reply, bytes_reply, json_reply, with_headers

ACCOUNT = "nca-standin"
FUNCTION = "2f1b0f6c-0000-4000-8000-000000000000"
HTML = b"<!doctype html><html><title>Sign in</title><body>Sign in to the network</body></html>"


@dataclass(frozen=True, slots=True)
class Respond(Instead):
    """Any response."""

    status: int
    body: object = None
    """`None`: empty; bytes: as they are; anything else: as JSON."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def reply(self) -> Reply:
        if self.body is None or isinstance(self.body, bytes):
            made = bytes_reply(self.status, self.body or b"", content_type=None)
        else:
            made = json_reply(self.status, self.body)
        return replace(made, headers={**made.headers, **self.headers})


@dataclass(frozen=True, slots=True)
class ContextOverflow(Instead):
    """400: the prompt is too long, whatever its length is."""

    shape: Overflow = Overflow.HOSTED
    limit: int = 4096
    prompt: int = 5000
    completion: int = 1000

    def reply(self) -> Reply:
        return refusals.overflow(
            self.shape, limit=self.limit, prompt=self.prompt, completion=self.completion
        )


@dataclass(frozen=True, slots=True)
class OpaqueBadRequest(Instead):
    """400 `Inference error`: whatever was wrong, the worker has hidden it."""

    def reply(self) -> Reply:
        return refusals.opaque()


@dataclass(frozen=True, slots=True)
class InputTooLong(Instead):
    """400: a text to embed is too long."""

    length: int = 548
    limit: int = 512

    def reply(self) -> Reply:
        return refusals.input_too_long(self.length, self.limit)


@dataclass(frozen=True, slots=True)
class UnsupportedParameter(Instead):
    """400 or 422, in the words of `strictness`."""

    names: tuple[str, ...] = ("reasoning_budget",)
    strictness: Strictness = Strictness.VALIDATION

    def reply(self) -> Reply:
        return refusals.unsupported(self.strictness, self.names)


@dataclass(frozen=True, slots=True)
class ImmutableParameter(Instead):
    """400: the parameter has one value and no other."""

    name: str = "top_p"
    value: float = 0.95
    got: float = 1

    def reply(self) -> Reply:
        return refusals.immutable(self.name, self.value, self.got)


@dataclass(frozen=True, slots=True)
class Unprocessable(Instead):
    """422 with FastAPI's list of details."""

    name: str = "reasoning_budget"

    def reply(self) -> Reply:
        message = "Extra inputs are not permitted"
        details = {"type": "extra_forbidden", "loc": ["body", self.name], "msg": message}
        return refusals.unprocessable([details])


@dataclass(frozen=True, slots=True)
class Unauthorized(Instead):
    """401."""

    def reply(self) -> Reply:
        return refusals.unauthorized()


@dataclass(frozen=True, slots=True)
class Forbidden(Instead):
    """403."""

    def reply(self) -> Reply:
        return refusals.forbidden()


@dataclass(frozen=True, slots=True)
class CreditsExpired(Instead):
    """402."""

    def reply(self) -> Reply:
        return refusals.credits_expired(ACCOUNT)


@dataclass(frozen=True, slots=True)
class NotEntitled(Instead):
    """404: listed, but not for this account."""

    def reply(self) -> Reply:
        return refusals.not_entitled(FUNCTION, ACCOUNT)


@dataclass(frozen=True, slots=True)
class PageNotFound(Instead):
    """404 in plain text: an unknown id or path."""

    def reply(self) -> Reply:
        return refusals.page_not_found()


@dataclass(frozen=True, slots=True)
class Gone(Instead):
    """410: retired."""

    model: str = "deepseek-ai/deepseek-v4-pro"
    since: datetime = datetime(2026, 8, 7, 9, tzinfo=UTC)

    def reply(self) -> Reply:
        return refusals.gone(self.model, self.since)


@dataclass(frozen=True, slots=True)
class BodyTooLarge(Instead):
    """413."""

    limit: int = 5 * 2**20

    def reply(self) -> Reply:
        return refusals.body_too_large(self.limit)


@dataclass(frozen=True, slots=True)
class TooManyRequests(Instead):
    """429."""

    retry_after: str | None = None
    """Seconds, or an HTTP date; the hosted service sends none."""
    detail: str | None = None

    def reply(self) -> Reply:
        return refusals.too_many_requests(retry_after=self.retry_after, detail=self.detail)


@dataclass(frozen=True, slots=True)
class InferenceError(Instead):
    """500, or another of the kind."""

    status: int = 500

    def reply(self) -> Reply:
        detail = "Inference connection error while making inference request"
        return refusals.problem(self.status, "Internal Server Error", detail)


@dataclass(frozen=True, slots=True)
class BadGateway(Instead):
    """502 with a proxy's page."""

    def reply(self) -> Reply:
        page = b"<html><head><title>502 Bad Gateway</title></head></html>"
        return bytes_reply(502, page, content_type="text/html")


@dataclass(frozen=True, slots=True)
class WorkerLimit(Instead):
    """The worker's slots are taken; under which status is not known."""

    status: int = 503

    def reply(self) -> Reply:
        return refusals.worker_limit(self.status)


@dataclass(frozen=True, slots=True)
class Degraded(Instead):
    """The function is out of service; under which status is not known."""

    status: int = 400

    def reply(self) -> Reply:
        detail = f"Function id '{FUNCTION}': DEGRADED function cannot be invoked"
        return refusals.problem(self.status, "Bad Request", detail)


@dataclass(frozen=True, slots=True)
class GatewayTimeout(Instead):
    """504 with nothing in it, once the gateway has waited; the work is dropped."""

    after_s: float = 302.0

    def reply(self) -> Reply:
        return refusals.held(refusals.gateway_timeout(), self.after_s)


@dataclass(frozen=True, slots=True)
class Overloaded(Instead):
    """529."""

    def reply(self) -> Reply:
        return refusals.problem(529, "Site is overloaded")


@dataclass(frozen=True, slots=True)
class JsonList(Instead):
    """500 with a list where an object belongs."""

    status: int = 500

    def reply(self) -> Reply:
        return json_reply(self.status, [{"error": "Inference error"}])


@dataclass(frozen=True, slots=True)
class HtmlPage(Instead):
    """200 with the page of a captive portal."""

    def reply(self) -> Reply:
        return bytes_reply(200, HTML, content_type="text/html; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Accepted(Spoil):
    """202 with nothing in it; the answer is to be polled for."""

    polls: int = 1
    """How many polls are answered with 202 before the answer comes."""
    with_id: bool = True

    def spoil(self, reply: Reply) -> Reply:
        empty = bytes_reply(202, b"", content_type=None)
        if not self.with_id:
            return with_headers(empty, {"nvcf-reqid": ""})
        return replace(empty, later=reply, polls=self.polls)


@dataclass(frozen=True, slots=True)
class Slow(Spoil):
    """The answer takes so long; what is not held open till then is answered with 202."""

    seconds: float

    def spoil(self, reply: Reply) -> Reply:
        return replace(reply, work_s=reply.work_s + self.seconds)
