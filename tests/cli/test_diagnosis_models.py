from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cli.diagnosis_models import LearnedState, ModelsState, learned_state, models_state
from core.models import Models
from core.nim.health import Health, ModelHealth
from core.settings import Settings
from tests.doubles.clock import VirtualClock
from tests.doubles.memory_records import MemoryRecords
from tests.doubles.nim.asking import EMBED, FLASH, RERANK

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Ibid

KEY = "a-secret-of-ours"
MINE = """
[endpoints.box]
base_url = "http://ann:s3cret@127.0.0.1:1/v1"

[endpoints.chat]
base_url = "http://ann:s3cret@127.0.0.1:1/v1"

[models."my/model"]
endpoint = "box"
window = 32_768
max_output = 4_096
licence = { name = "for fun only", commercial = false }
"""


def _state(
    *, health: Health | None = None, embedders: tuple[str, ...] = (), **settings: object
) -> ModelsState:
    made = Settings.model_validate(settings)
    return models_state(made, Models(made, MemoryRecords()), health=health, embedders=embedders)


def test_without_a_key_sentences_are_quoted_and_embedded_in_process() -> None:
    models = _state()

    assert models.answering.asked == ()
    assert models.embedding.asked == ("all-MiniLM-L6-v2-int8",)
    assert models.reranking.asked == ()
    assert {w.because for w in (models.answering, models.embedding, models.reranking)} == {
        "NVIDIA_API_KEY is not set"
    }
    assert models.keys == {"NVIDIA_API_KEY": "not set"}
    assert models.licences == ()


def test_with_a_key_the_candidates_of_the_catalogue_are_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NVIDIA_API_KEY", KEY)
    models = _state()

    assert models.answering.asked[0] == "deepseek-ai/deepseek-v4-flash"
    assert models.embedding.asked[:2] == (EMBED, "nvidia/nemotron-3-embed-1b")
    assert models.reranking.asked[0] == RERANK
    assert "NVIDIA_API_KEY is set" in models.answering.because
    assert models.keys == {"NVIDIA_API_KEY": "set"}


async def test_an_id_that_is_gone_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NVIDIA_API_KEY", KEY)
    settings = Settings()
    health = Health(MemoryRecords(), clock=VirtualClock())
    catalog = Models(settings, MemoryRecords()).catalog
    await health.retire(catalog.card(FLASH), "deepseek-ai/deepseek-v4-flash", "410")
    await health.retire(catalog.card(EMBED), EMBED, "404")

    models = _state(health=health)

    assert models.answering.asked[0] == FLASH
    assert models.embedding.asked[0] == "nvidia/nemotron-3-embed-1b"


def test_the_settings_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NVIDIA_API_KEY", KEY)
    models = _state(model="extractive", embedder="all-MiniLM-L6-v2", rerank=False)

    assert models.answering.because == "model is 'extractive'"
    assert models.embedding.because == "embedder is 'all-MiniLM-L6-v2'"
    assert models.reranking.because == "rerank is false"
    assert (models.answering.asked, models.reranking.asked) == ((), ())


def test_a_model_that_is_named_is_asked_alone_and_its_key_is_missed() -> None:
    models = _state(model="google/gemma-4-31b-it", embedder="nim:baai/bge-m3")

    assert models.answering.asked == ("google/gemma-4-31b-it",)
    assert models.answering.because == "model names it; NVIDIA_API_KEY is not set"
    assert models.embedding.asked == ("baai/bge-m3",)


def test_a_non_commercial_licence_is_told_with_what_to_use_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NVIDIA_API_KEY", KEY)
    [licence] = _state().licences

    assert licence.startswith(f"{EMBED} (NVIDIA: non-commercial use only)")
    assert "IBID_EMBEDDER=nim:nvidia/nemotron-3-embed-1b" in licence


def test_the_licence_of_what_made_a_collection_is_told_too() -> None:
    assert len(_state(embedders=(f"nim:{EMBED}", "all-MiniLM-L6-v2-int8")).licences) == 1


def test_a_model_of_ones_own_needs_no_key_and_no_password_is_shown(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(MINE)
    models = _state(model="my/model", catalog=tmp_path / "mine.toml")

    assert models.answering.because == "model names it; no key is needed"
    assert models.licences == ("my/model (for fun only)",)
    assert models.endpoints[0] == "http://…@127.0.0.1:1/v1"


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("IBID_MODEL", "google/gemma", "no model 'google/gemma'; did you mean"),
        ("IBID_CATALOG", "nowhere.toml", "cannot be read"),
        ("IBID_EMBEDDER", "nobody", "there is no embedder 'nobody'"),
        ("NVIDIA_API_KEY_FILE", "nowhere", "NVIDIA_API_KEY_FILE names 'nowhere'"),
        ("NVIDIA_API_KEY", f"{KEY} twice", "NVIDIA_API_KEY is no key"),
    ],
)
def test_the_doctor_tells_what_keeps_models_from_being_asked(
    ibid: Ibid, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, told: str
) -> None:
    monkeypatch.setenv(setting, value)
    as_json, as_text = ibid("doctor", "--json"), ibid("doctor")

    assert as_json.exit_code == as_text.exit_code == 1
    assert told in json.loads(as_json.stdout)["models"]["wrong"]
    assert told in " ".join(as_text.stdout.split())
    assert KEY not in as_json.output + as_text.output


def test_the_doctor_tells_who_is_asked_and_the_limits(
    ibid: Ibid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NVIDIA_API_KEY", KEY)
    monkeypatch.setenv("IBID_REQUESTS_PER_MINUTE", "17")
    result = ibid("doctor")
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]

    assert result.exit_code == 0
    assert any(line.startswith("answering deepseek-ai/deepseek-v4-flash, then") for line in lines)
    assert "key NVIDIA_API_KEY is set" in lines
    assert any("17 requests a minute and 4 at once" in line for line in lines)
    assert KEY not in result.output


def test_all_that_was_learned_is_told() -> None:
    known = ModelHealth(
        base_url="http://ann:s3cret@127.0.0.1:1/v1",
        model="x/y",
        window=131_072,
        window_at="2026-11-21T12:00:00+00:00",
        refused=("seed", "stop"),
        ratios={"en": (1.2,)},
    )

    assert learned_state(known) == LearnedState(
        model="x/y",
        base_url="http://…@127.0.0.1:1/v1",
        retired_at=None,
        retired_because="",
        window=131_072,
        window_at="2026-11-21T12:00:00+00:00",
        refused=("seed", "stop"),
        refused_at=None,
        open_until=None,
        calibration={"en": 1.26},
    )
