"""Decides what a request is answered with: conditions first, then faults, then the model."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast

import orjson

from core.clock import Clock
from core.types import JsonObject
from tests.doubles.nim import refusals
from tests.doubles.nim.chat import reply_to
from tests.doubles.nim.conditions import Chance, Conditions, SlidingWindow
from tests.doubles.nim.faults import ACCOUNT, FUNCTION
from tests.doubles.nim.log import Asked, Log
from tests.doubles.nim.model import Kind, NimModel
from tests.doubles.nim.requests import ChatRequest, EmbeddingRequest, RankingRequest, read
from tests.doubles.nim.retrieval import SUFFIXES, embedding_reply, ranking_reply
from tests.doubles.nim.script import Fault, Instead, Reads, Say, Spoil, Well
from tests.doubles.nim.utterance import Utterance
from tests.doubles.nim.wire import (
    RefusedError,
    Reply,
    Step,
    Wait,
    bytes_reply,
    json_reply,
    with_headers,
)

ANY = "*"
KNOWN = datetime(2026, 11, 21, tzinfo=UTC)
"""The day of the facts about models: what was retired by then is so, whatever the clock says."""
HOLD_S, HOLD_STREAM_S, MOST_HOLD_S = 60, 1200, 3600
"""How long a request is held open unless it says otherwise, if it accepts events, and at most."""


@dataclass(slots=True, kw_only=True)
class Pending:
    """An answer that is to be polled for."""

    reply: Reply
    model: str
    ready_at: float
    polls: int


class Desk:
    def __init__(self, models: tuple[NimModel, ...], conditions: Conditions, clock: Clock) -> None:
        self.models = {model.id: model for model in models}
        self.log = Log()
        self.scripts: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.standing: dict[str, Fault] = {}
        self.pending: dict[str, Pending] = {}
        self._conditions, self._clock = conditions, clock
        self._chance = Chance(conditions)
        self._window = SlidingWindow(conditions.requests_per_minute, clock)
        self._asked = 0

    def next_number(self) -> int:
        """Return the number of a request that has arrived."""
        self._asked += 1
        return self._asked

    def reply(self, asked: Asked, kind: Kind) -> Reply:
        """Return what is sent for `asked`, whose model it sets."""
        asked.model = self._name(asked, kind)
        try:
            self._check_conditions(asked)
            hold_s = _hold_s(asked)
        except RefusedError as refused:
            return self._finished(refused.reply, asked)
        fault = self._fault(asked, kind)
        asked.fault = "" if isinstance(fault, Well) else type(fault).__name__
        return self._finished(self._in_time(self._struck(asked, kind, fault), asked, hold_s), asked)

    def poll(self, asked: Asked, request_id: str) -> Reply:
        """Return the answer that was promised under `request_id`, or 202 again."""
        try:
            reply = self._polled(asked, request_id)
        except RefusedError as refused:
            reply = refused.reply
        return self._finished(reply, asked)

    def _polled(self, asked: Asked, request_id: str) -> Reply:
        if refused := self._refused_key(asked):
            return refused
        hold_s = _hold_s(asked)
        pending = self.pending.get(request_id)
        if pending is None:
            return refusals.page_not_found()
        asked.model = pending.model
        pending.polls -= 1
        missing = max(0.0, pending.ready_at - self._clock.monotonic())
        if pending.polls >= 0 or missing > hold_s:
            empty = refusals.held(bytes_reply(202, b"", content_type=None), min(missing, hold_s))
            return with_headers(empty, {"nvcf-reqid": request_id})
        del self.pending[request_id]
        return refusals.held(pending.reply, missing)

    def listing(self, asked: Asked) -> Reply:
        """Return the models that are listed, which says nothing of whether they live."""
        if refused := self._refused_key(asked):
            return self._finished(refused, asked)
        data = [
            {"id": m.id, "object": "model", "created": 735_790_403, "owned_by": m.id.split("/")[0]}
            for m in self.models.values()
            if m.listed
        ]
        return self._finished(json_reply(200, {"object": "list", "data": data}), asked)

    def nowhere(self, asked: Asked) -> Reply:
        """Return the 404 of a path that is not there."""
        return self._finished(refusals.page_not_found(), asked)

    def _name(self, asked: Asked, kind: Kind) -> str:
        if kind is Kind.RERANKING and asked.path.endswith("/reranking"):
            place = asked.path.split("/")[-2]
            named = (m.id for m in self.models.values() if m.path_name == place)
            return next(named, place)
        name = str(asked.body.get("model", ""))
        stem, _, suffix = name.rpartition("-")
        return stem if kind is Kind.EMBEDDING and suffix in SUFFIXES else name

    def _check_conditions(self, asked: Asked) -> None:
        if len(asked.raw) > self._conditions.max_body_bytes:
            raise RefusedError(refusals.body_too_large(self._conditions.max_body_bytes))
        if refused := self._refused_key(asked):
            raise RefusedError(refused)
        if not self._window.admits(asked.key):
            raise RefusedError(refusals.too_many_requests())
        slots = self._conditions.slots
        if slots is not None and self.log.in_flight > slots:
            raise RefusedError(refusals.worker_limit(503))

    def _refused_key(self, asked: Asked) -> Reply | None:
        if self._conditions.keys is None or asked.key in self._conditions.keys:
            return None
        return refusals.forbidden() if asked.key else refusals.unauthorized()

    def _fault(self, asked: Asked, kind: Kind) -> Fault:
        for name in (asked.model, ANY):
            if self.scripts[name]:
                return self.scripts[name].popleft()
        standing = self.standing.get(asked.model) or self.standing.get(ANY)
        return standing or self._chance.fault(kind) or Well()

    def _struck(self, asked: Asked, kind: Kind, fault: Fault) -> Reply:
        if isinstance(fault, Instead):
            return fault.reply()
        try:
            reply = self._answer(asked, kind, fault)
        except RefusedError as refused:
            return refused.reply
        return fault.spoil(reply) if isinstance(fault, Spoil) else reply

    def _answer(self, asked: Asked, kind: Kind, fault: Fault) -> Reply:
        model = self._model(asked.model, kind)
        match kind:
            case Kind.CHAT:
                request = read(ChatRequest, asked.raw)
                return reply_to(request, model, _given(fault, request))
            case Kind.EMBEDDING:
                return embedding_reply(read(EmbeddingRequest, asked.raw), model)
            case Kind.RERANKING:
                return ranking_reply(read(RankingRequest, asked.raw), model)

    def _model(self, name: str, kind: Kind) -> NimModel:
        model = self.models.get(name)
        if model is None or model.kind is not kind:
            raise RefusedError(refusals.page_not_found())
        if model.retired and model.retired <= max(KNOWN, self._clock.now()):
            raise RefusedError(refusals.gone(model.id, model.retired))
        if not model.entitled:
            raise RefusedError(refusals.not_entitled(FUNCTION, ACCOUNT))
        return model

    def _in_time(self, reply: Reply, asked: Asked, hold_s: float) -> Reply:
        """Return `reply`, or the 202 that stands for it where it takes too long."""
        held = replace(reply, hold_s=reply.hold_s + self._conditions.latency_s)
        later = reply.later
        if later is None and reply.work_s > hold_s:
            empty = bytes_reply(202, b"", content_type=None)
            held = replace(empty, hold_s=hold_s, later=replace(reply, work_s=0.0))
        elif later is None:
            return replace(held, hold_s=held.hold_s + reply.work_s)
        promised = held.later
        assert promised
        self.pending[_request_id(asked)] = Pending(
            reply=self._paced(promised),
            model=asked.model,
            ready_at=self._clock.monotonic() + reply.work_s,
            polls=reply.polls,
        )
        return held

    def _finished(self, reply: Reply, asked: Asked) -> Reply:
        status = reply.status or 0
        state = (
            "pending-evaluation" if status == 202 else "errored" if status >= 400 else "fulfilled"
        )
        named = with_headers(reply, {"nvcf-reqid": _request_id(asked), "nvcf-status": state})
        return self._paced(named)

    def _paced(self, reply: Reply) -> Reply:
        pause = self._conditions.chunk_s
        if not (pause and reply.streamed):
            return reply
        steps: list[Step] = []
        for step in reply.steps:
            steps += [Wait(pause), step]
        return replace(reply, steps=tuple(steps), said=0)


def _given(fault: Fault, request: ChatRequest) -> Utterance | None:
    """Return what the model is to say; `None`: what it says by itself."""
    if isinstance(fault, Say):
        return fault.utterance
    return fault.utterance(request) if isinstance(fault, Reads) else None


def body_of(raw: bytes) -> JsonObject:
    """Return the JSON object, or an empty one where it is none."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {}
    return cast("JsonObject", value) if isinstance(value, dict) else {}


def _request_id(asked: Asked) -> str:
    return f"{asked.number:08x}-0000-4000-8000-000000000000"


def _hold_s(asked: Asked) -> float:
    """Return how long the client would have the request held open; raises where that is wrong."""
    given = asked.headers.get("nvcf-poll-seconds")
    if given is None:
        events = "text/event-stream" in asked.headers.get("accept", "")
        return HOLD_STREAM_S if events else HOLD_S
    if not given.isdecimal() or int(given) < 1:
        raise RefusedError(refusals.problem(400, "Bad Request", "NVCF-POLL-SECONDS must be >= 1"))
    if int(given) > MOST_HOLD_S:
        detail = f"NVCF-POLL-SECONDS must be <= {MOST_HOLD_S}"
        raise RefusedError(refusals.problem(400, "Bad Request", detail))
    return float(given)
