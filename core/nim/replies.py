"""What a refusal means: one function of status, headers and body.

Several gateways and servers answer, each in its own form; what they say counts for more than the
status they say it with, because some of them rewrite the status on the way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from core.errors import (
    ContextOverflowError,
    CreditsError,
    KeyRefusedError,
    ModelGoneError,
    ParameterError,
    RateLimitedError,
    ReplyError,
    RequestRefusedError,
    UnavailableError,
)
from core.nim.bodies import (
    field_of,
    json_of,
    located_parameters,
    retry_after_s,
    status_within,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.errors import ProviderError

MOST_BYTES = 64 * 2**20
"""Of one reply: several times as many as the longest answer or the largest batch of vectors has."""
_MOST_SHOWN = 300
_SECRETS = re.compile(r"(?i)\b(nvapi-|sk-|bearer\s+)[^\s\"',;]+")

_LIMITS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"maximum context length (?:is|of) (\d+)",
        r"max_num_tokens \((\d+)",
        r"maximum sequence length \((\d+)",
        r"maximum allowed token size (\d+)",
        r"model'?s context length \((\d+)",
        r"maximum model length of (\d+)",
        r"maximum input length of (\d+)",
    )
)
_OVERFLOW = re.compile(
    r"context_length_exceeded|exceeds? (?:the )?(?:maximum|model'?s) (?:context|sequence|input)"
    r"|maximum (?:context|sequence|model|input) length|maximum allowed token size"
    r"|should not exceed max_num_tokens|longer than the model'?s context length",
    re.IGNORECASE,
)
_OVERLOADED = re.compile(
    r"ResourceExhausted|DEGRADED function cannot be invoked|Inference connection error",
    re.IGNORECASE,
)
_NO_CREDITS = re.compile(r"cloud credits expired|insufficient_quota", re.IGNORECASE)
_OPAQUE = re.compile(r"^(?:(?:bad request: )?inference error|bad request|)$", re.IGNORECASE)

_NAMED = tuple(
    re.compile(pattern)
    for pattern in (
        r"body -> (\w+)",
        r"'loc': \('body', '(\w+)'",
        r"'(\w+)' is immutable",
        r"(?i:unsupported|unknown|unrecognized|unexpected)"
        r" (?:request )?(?i:parameter|argument|field|property)(?: supplied)?:? [`'\"]?(\w+)",
        r"[`'\"](\w+)[`'\"] (?:is|was) (?:unsupported|unexpected|not supported|not permitted)",
    )
)
_LISTED = re.compile(r"Unsupported parameter\(s\): ([\w., ]+)")
_NO_TEMPLATE = re.compile(r"chat_template is not supported")
_PARAMETER_CODES = frozenset(
    {"unsupported_parameter", "unknown_parameter", "unsupported_value", "invalid_value"}
)
_PLAIN = frozenset({401, 402, 403, 404, 410, 429})
"""Statuses that mean one thing, whatever is said with them."""
_PASSING = frozenset({408, 409, 425})
"""Refusals of the moment, not of the request."""
_ESSENTIAL = frozenset({"model", "messages", "input", "query", "passages", "prompt", "stream"})
"""Without these there is no request: refusing one is refusing the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An HTTP response that is not what was asked for."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names in any case."""
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """A refusal, whatever its form was."""

    model: str
    status: int
    text: str
    """What it says, in one line; empty: nothing."""
    code: str = ""
    parameter: str = ""
    parameters: frozenset[str] = frozenset()
    """Found as data; those in the text are yet to be found."""
    retry_after_s: float | None = None

    @property
    def reason(self) -> str:
        """The status and the text, fit to be shown."""
        text = _SECRETS.sub(r"\1…", self.text)
        # Cut between words: the rest of a key that the endpoint echoes would not be known for one.
        shown = text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN].rpartition(" ")[0] + " …"
        return f"{self.status}: {shown}" if shown else str(self.status)


def too_long(most_bytes: int, *, model: str) -> ReplyError:
    """Return the error that says that a reply went on and on."""
    return ReplyError(f"its reply has more than {most_bytes:,} bytes; no more is read", model=model)


def refusal(reply: Reply, *, model: str) -> ProviderError:
    """Return the error that `reply` stands for; it is for the caller to raise."""
    content = json_of(reply.body)
    if reply.status < 400:
        return stream_error(content, model=model) or _not_an_answer(reply, model=model)
    headers = {name.lower(): value for name, value in reply.headers.items()}
    text = reply.body.decode("utf-8", "replace") if content is None else text_of(content)
    return _error(
        _Said(
            model=model,
            status=reply.status,
            text=" ".join(text.split()),
            code=field_of(content, "code"),
            parameter=field_of(content, "param"),
            parameters=located_parameters(content),
            retry_after_s=retry_after_s(headers),
        )
    )


def stream_error(event: object, *, model: str) -> ProviderError | None:
    """Return the error that the JSON of a stream's event stands for; `None`: it is not one.

    A whole body that came with status 200 can be looked at in the same way.
    """
    if not isinstance(event, dict):
        return None
    said = cast("dict[str, object]", event)
    if said.get("choices") is not None and not said.get("error"):
        return None
    status = status_within(said)
    if not said.get("error") and said.get("object") != "error" and status is None:
        return None
    return _error(
        _Said(
            model=model,
            status=status or 500,
            text=text_of(said),
            code=field_of(said, "code"),
            parameter=field_of(said, "param"),
            parameters=located_parameters(said),
        )
    )


def _error(said: _Said) -> ProviderError:
    """Return what is meant; the texts that mean one thing under any status come first."""
    if _NO_CREDITS.search(said.text) or _NO_CREDITS.search(said.code):
        return _no_credits(said)
    if said.status in _PLAIN:
        return _by_status(said)
    return _by_text(said) or _by_status(said)


def _by_text(said: _Said) -> ProviderError | None:
    if _OVERLOADED.search(said.text):
        return _unavailable(said)
    if _OVERFLOW.search(said.text) or _OVERFLOW.search(said.code):
        return ContextOverflowError(
            said.reason, model=said.model, status=said.status, limit=_limit(said.text)
        )
    if said.status in {400, 422} and (parameters := _parameters(said) - _ESSENTIAL):
        return ParameterError(
            said.reason, model=said.model, status=said.status, parameters=parameters
        )
    return None


def _by_status(said: _Said) -> ProviderError:
    match said.status:
        case 401 | 403:
            advice = "check the key and what its account may use, or make another key"
            return KeyRefusedError(f"{said.reason}; {advice}", model=said.model, status=said.status)
        case 402:
            return _no_credits(said)
        case 404 | 410:
            return ModelGoneError(said.reason, model=said.model, status=said.status)
        case 429:
            return RateLimitedError(
                said.reason, model=said.model, status=429, retry_after_s=said.retry_after_s
            )
        case status if status >= 500 or status in _PASSING:
            return _unavailable(said)
        case _:
            return _refused(said)


def _refused(said: _Said) -> RequestRefusedError:
    opaque = said.status == 400 and bool(_OPAQUE.match(said.text))
    return RequestRefusedError(said.reason, model=said.model, status=said.status, opaque=opaque)


def _no_credits(said: _Said) -> CreditsError:
    advice = "nothing more is asked with this key until its account has credits"
    return CreditsError(f"{said.reason}; {advice}", model=said.model, status=said.status)


def _unavailable(said: _Said) -> UnavailableError:
    return UnavailableError(
        said.reason, model=said.model, status=said.status, retry_after_s=said.retry_after_s
    )


def _not_an_answer(reply: Reply, *, model: str) -> ProviderError:
    if reply.status == 202:
        return UnavailableError("202: still pending", model=model, status=202)
    if 300 <= reply.status < 400:
        return UnavailableError(
            f"{reply.status}: sent elsewhere instead of answered", model=model, status=reply.status
        )
    headers = {name.lower(): value for name, value in reply.headers.items()}
    kind = headers.get("content-type", "").partition(";")[0] or "of no type"
    return ReplyError(
        f"{reply.status}: {len(reply.body)} bytes ({kind}) that are no answer",
        model=model,
        status=reply.status,
    )


def _limit(text: str) -> int | None:
    found = (pattern.search(text) for pattern in _LIMITS)
    return next((int(match[1]) for match in found if match), None)


def _parameters(said: _Said) -> frozenset[str]:
    names = set(said.parameters)
    if listed := _LISTED.search(said.text):
        names |= {name for name in re.split(r"[,\s.]+", listed[1]) if name}
    for pattern in _NAMED:
        names |= set(pattern.findall(said.text))
    if _NO_TEMPLATE.search(said.text):
        names.add("chat_template_kwargs")
    if said.parameter and said.code in _PARAMETER_CODES:
        names.add(said.parameter)
    return frozenset(names)
