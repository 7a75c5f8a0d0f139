from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from core.catalog.load import load_catalog
from core.store.edge import lock_store
from tests.doubles.nim.asking import EMBED, FLASH, GLM
from tests.doubles.nim.faults import Respond, TooManyRequests
from tests.doubles.nim.standin import NimStandin

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Ibid
    from tests.doubles.scripted_service import ScriptedService

KEY = "a-secret-of-ours"
"""Without what the keys of providers are told by."""
GUARD = "meta/llama-guard-4-12b"


@pytest.fixture
def nim(monkeypatch: pytest.MonkeyPatch) -> Iterator[NimStandin]:
    """Have the hosted models at a stand-in that is asked as often as one likes."""
    monkeypatch.setenv("NVIDIA_API_KEY", KEY)
    monkeypatch.setenv("IBID_REQUESTS_PER_MINUTE", "10000")
    with NimStandin() as running:
        monkeypatch.setenv("NVIDIA_BASE_URL", running.url)
        yield running


def _probed(ibid: Ibid) -> tuple[int, dict[str, dict[str, object]], dict[str, str | None], str]:
    """Return the exit code, every id with what became of it, who does what, and why not kept."""
    result = ibid("doctor", "--probe", "--json")
    found = json.loads(result.stdout)
    ids = {each["id"]: each for each in found["candidates"]}
    uses = {f"{use['kind']} {use['name']}": use["id"] for use in found["uses"]}
    return result.exit_code, ids, uses, found["not_kept"]


def test_every_id_of_the_catalogue_is_asked(ibid: Ibid, nim: NimStandin) -> None:
    code, ids, uses, not_kept = _probed(ibid)

    assert code == 0
    assert set(ids) == {model_id for card in load_catalog().candidates for model_id in card.ids}
    assert {asked.model for asked in nim.log} == set(ids)
    assert ids["deepseek-ai/deepseek-v4-flash"]["state"] == "retired"
    assert ids[FLASH] == {
        "model": "deepseek-ai/deepseek-v4-flash",
        "id": FLASH,
        "kind": "chat",
        "state": "alive",
        "reason": "",
        "window": 1_048_576,
        "effective_window": 1_048_576,
        "learned_window": None,
        "latency_ms": ids[FLASH]["latency_ms"],
    }
    assert uses["tier standard"] == FLASH
    assert uses["role embed"] == EMBED
    assert uses["language zh"] == GLM
    assert not_kept == ""


def test_what_no_model_answers_for_is_told_by_the_exit_code(ibid: Ibid, nim: NimStandin) -> None:
    nim.retire(GUARD)
    code, ids, uses, _ = _probed(ibid)

    assert code == 3
    assert ids[GUARD]["state"] == "retired"
    assert [use for use, who in uses.items() if who is None] == ["role guard"]


def test_the_table_says_the_same(ibid: Ibid, nim: NimStandin) -> None:
    nim.always(GUARD, TooManyRequests(detail="later"))
    result = ibid("doctor", "--probe")
    rows = [line.split() for line in result.stdout.splitlines()]

    assert result.exit_code == 3
    assert ["deepseek-ai/deepseek-v4-flash", "retired", "1,048,576"] in rows
    assert [FLASH, "alive", "1,048,576"] in [row[:3] for row in rows]
    assert [EMBED, "alive", "32,768", "4,096"] in [row[:4] for row in rows]
    assert [GUARD, "rate", "limited", "128,000"] in rows
    assert ["guard", "nobody"] in rows
    assert ["tier", "standard", FLASH] in rows
    assert f"{GUARD}: 429: later" in result.stdout
    assert "19 of 36 ids alive" in result.stdout


def test_what_was_learned_is_kept_for_the_doctor_to_tell(ibid: Ibid, nim: NimStandin) -> None:
    ibid("doctor", "--probe")
    found = json.loads(ibid("doctor", "--json").stdout)
    text = ibid("doctor").stdout

    learned = {each["model"]: each for each in found["learned"]}
    assert "end of life" in learned["deepseek-ai/deepseek-v4-flash"]["retired_because"]
    assert found["models"]["answering"]["asked"][0] == FLASH
    assert [line.split()[:4] for line in text.splitlines() if "z-ai/glm-5.1" in line] == [
        ["z-ai/glm-5.1", "gone", "(410)", "since"]
    ]


def test_the_next_command_still_says_that_nothing_was_ingested(ibid: Ibid, nim: NimStandin) -> None:
    ibid("doctor", "--probe")
    asked = ibid("ask", "How far?")

    assert asked.exit_code == 1
    assert "nothing has been ingested yet" in asked.stderr


def test_beside_a_server_it_asks_and_says_that_nothing_is_kept(
    ibid: Ibid, nim: NimStandin, service: ScriptedService, data_dir: Path
) -> None:
    code, ids, _, not_kept = _probed(ibid)

    assert (code, ids[FLASH]["state"]) == (0, "alive")
    assert not_kept.startswith("the server at http://127.0.0.1:")
    assert not (data_dir / "store").exists()
    assert "What was learned is not kept: the server at" in ibid("doctor", "--probe").stdout


def test_beside_another_process_it_asks_and_says_that_nothing_is_kept(
    ibid: Ibid, nim: NimStandin, data_dir: Path
) -> None:
    with lock_store(data_dir):
        code, ids, _, not_kept = _probed(ibid)

    assert (code, ids[FLASH]["state"]) == (0, "alive")
    assert "held by another ibid process" in not_kept


def test_where_the_store_cannot_be_reached_it_asks_all_the_same(
    ibid: Ibid, nim: NimStandin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QDRANT_URL", "http://127.0.0.1:1")
    code, ids, _, not_kept = _probed(ibid)

    assert (code, ids[FLASH]["state"]) == (0, "alive")
    assert not_kept


def test_without_a_key_nothing_is_asked_and_the_variable_is_named(ibid: Ibid) -> None:
    result = ibid("doctor", "--probe")

    assert result.exit_code == 3
    assert result.stdout == "36 ids not asked: NVIDIA_API_KEY is not set\n0 of 36 ids alive\n"


def test_a_model_that_a_setting_names_is_asked_too(
    ibid: Ibid, nim: NimStandin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IBID_MODEL", "mistralai/mistral-small-4-119b-2603")
    monkeypatch.setenv("IBID_EMBEDDER", "nim:baai/bge-m3")
    _, ids, uses, _ = _probed(ibid)

    assert uses["setting model"] == "mistralai/mistral-small-4-119b-2603"
    assert uses["setting embedder"] == "baai/bge-m3"
    assert ids["baai/bge-m3"]["kind"] == "embedding"


def test_a_reason_that_many_share_is_told_once(ibid: Ibid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NVIDIA_BASE_URL", "http://127.0.0.1:1/v1")
    result = ibid("doctor", "--probe")

    assert result.exit_code == 3
    assert result.stdout.count("the connection failed") == 2, "of chat, and of the others"
    assert "31 ids: the connection failed" in result.stdout


@pytest.mark.parametrize("form", [["--json"], []], ids=["json", "text"])
def test_no_key_is_shown_not_even_one_that_is_echoed(
    ibid: Ibid, nim: NimStandin, form: list[str]
) -> None:
    nim.always("*", Respond(403, {"detail": f"the key {KEY} may not"}))
    probed, told = ibid("doctor", "--probe", *form), ibid("doctor", *form)

    assert "the key … may not" in probed.output
    assert KEY not in probed.output + told.output
