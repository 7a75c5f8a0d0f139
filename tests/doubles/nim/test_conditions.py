from __future__ import annotations

import json
import socket
from contextlib import suppress
from datetime import timedelta

import httpx
import pytest

from tests.doubles.clock import START, ScaledClock, VirtualClock
from tests.doubles.nim.asking import EMBED, FLASH, GLM, RERANK, chat, embed, joined, turn
from tests.doubles.nim.broken import Stall
from tests.doubles.nim.conditions import TRANSIENT, Conditions
from tests.doubles.nim.faults import InferenceError
from tests.doubles.nim.model import Kind
from tests.doubles.nim.script import Say, Well
from tests.doubles.nim.standin import NimStandin


def test_dead_models_stay_listed(nim: NimStandin, http: httpx.Client) -> None:
    listed = {entry["id"] for entry in http.get(f"{nim.url}/models").json()["data"]}
    assert {FLASH, EMBED, RERANK, "deepseek-ai/deepseek-v4-pro"} <= listed


def test_model_is_gone_once_the_clock_says_so() -> None:
    clock = VirtualClock()
    with NimStandin(clock=clock) as nim, httpx.Client() as http:
        nim.retire(GLM, at=START + timedelta(hours=6))
        assert chat(http, nim, turn("Hello", GLM)).status_code == 200
        clock.advance(6 * 3600)
        assert chat(http, nim, turn("Hello", GLM)).status_code == 410


def test_rate_limit_holds_for_a_minute_and_for_each_key() -> None:
    clock = VirtualClock()
    conditions = Conditions(requests_per_minute=3)
    with NimStandin(conditions, clock=clock) as nim, httpx.Client() as http:
        nim.script(FLASH, Well(), InferenceError(), Well(), Well())
        assert [chat(http, nim, turn()).status_code for _ in range(4)] == [200, 500, 200, 429]
        assert nim.unplayed(FLASH) == 1
        url, other = f"{nim.url}/chat/completions", {"authorization": "Bearer another"}
        assert http.post(url, json=turn(), headers=other).status_code == 200
        clock.advance(59)
        assert chat(http, nim, turn()).status_code == 429
        clock.advance(1)
        assert [chat(http, nim, turn()).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_keys_are_checked_and_logged() -> None:
    conditions = Conditions(keys=frozenset({"nvapi-good"}))
    with NimStandin(conditions) as nim, httpx.Client() as http:
        statuses = [
            http.get(f"{nim.url}/models", headers=headers).status_code
            for headers in (
                {},
                {"authorization": "Bearer nvapi-bad"},
                {"authorization": "Bearer nvapi-good"},
            )
        ]
        assert statuses == [401, 403, 200]
        assert [asked.key for asked in nim.log] == ["", "nvapi-bad", "nvapi-good"]


def test_body_that_is_too_large_is_refused() -> None:
    with NimStandin(Conditions(max_body_bytes=1000)) as nim, httpx.Client() as http:
        assert chat(http, nim, turn("a" * 2000)).status_code == 413


def test_slots_are_all_that_is_worked_on_at_a_time() -> None:
    with NimStandin(Conditions(slots=1)) as nim, httpx.Client() as http:
        nim.script(FLASH, Stall(after=0))
        with http.stream("POST", f"{nim.url}/chat/completions", json=turn(stream=True)):
            assert "ResourceExhausted" in chat(http, nim, turn()).text
            assert nim.log.peak_in_flight == 2
        assert nim.log.wait_until_quiet()
        assert chat(http, nim, turn()).status_code == 200


def test_leaving_ends_what_hangs() -> None:
    with httpx.Client() as http:
        with NimStandin() as nim:
            nim.script(FLASH, Stall(after=0))
            url = f"{nim.url}/chat/completions"
            response = http.send(
                http.build_request("POST", url, json=turn(stream=True)), stream=True
            )
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            response.read()
        address = httpx.URL(nim.url)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address.host, address.port or 0))


def test_chance_strikes_as_often_as_told_and_the_same_for_one_seed() -> None:
    pool = [fault for fault in TRANSIENT[Kind.EMBEDDING] if not isinstance(fault, Stall)]
    conditions = Conditions(faults=0.2, seed=7, pool={Kind.EMBEDDING: tuple(pool)})

    def faults() -> list[str]:
        with NimStandin(conditions) as nim, httpx.Client() as http:
            for _ in range(200):
                with suppress(httpx.TransportError):
                    embed(http, nim, "a", model="baai/bge-m3")
            return [asked.fault for asked in nim.log]

    drawn = faults()
    assert 20 <= sum(map(bool, drawn)) <= 60
    assert len(set(drawn)) > 10
    assert drawn == faults()


def test_connections_are_kept_alive(nim: NimStandin) -> None:
    with httpx.Client() as http:
        for _ in range(3):
            chat(http, nim, turn())
    assert nim.log.connections == 1


def test_log_keeps_what_was_asked(nim: NimStandin, http: httpx.Client) -> None:
    chat(http, nim, turn("Hello", temperature=0.5, stream=True))
    embed(http, nim, "one", "two")
    first, second = nim.log
    assert first.body["temperature"] == 0.5
    assert first.streamed
    assert json.loads(first.raw) == first.body
    assert second.body["input"] == ["one", "two"]
    assert nim.log.of(EMBED) == nim.log.to("/v1/embeddings") == [second]


def test_pieces_come_at_the_pace_that_is_set() -> None:
    with (
        NimStandin(Conditions(chunk_s=1), clock=ScaledClock(100)) as nim,
        httpx.Client(timeout=30) as http,
    ):
        nim.script(FLASH, Say("one two three"))
        begun = nim.clock.monotonic()
        assert joined(chat(http, nim, turn("Hello", stream=True))) == "one two three"
        assert nim.clock.monotonic() - begun >= 5
