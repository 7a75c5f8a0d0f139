from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import Settings, load_settings, origins

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("QDRANT_URL", "QDRANT_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_environment_wins_over_the_file(
    empty_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_directory / "ibid.toml").write_text('top_k = 3\nport = 9000\nqdrant_url = "http://q"\n')
    monkeypatch.setenv("IBID_TOP_K", "7")

    settings = load_settings()

    assert (settings.top_k, settings.port, settings.qdrant_url) == (7, 9000, "http://q")
    assert {n: o for n, o in origins(settings).items() if n in {"top_k", "port", "host"}} == {
        "top_k": "environment",
        "port": "ibid.toml",
        "host": "default",
    }


def test_the_established_name_of_a_setting_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QDRANT_URL", "http://localhost:6333")

    assert load_settings().qdrant_url == "http://localhost:6333"
    assert origins(load_settings())["qdrant_url"] == "environment"


def test_a_wrong_value_is_named_without_showing_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBID_TOP_K", "many")
    monkeypatch.setenv("QDRANT_API_KEY", "s3cret")

    with pytest.raises(SettingsError, match="top_k") as raised:
        load_settings()

    assert "s3cret" not in str(raised.value)


def test_an_unknown_setting_in_the_file_is_refused(empty_directory: Path) -> None:
    (empty_directory / "ibid.toml").write_text("top_kk = 3\n")

    with pytest.raises(SettingsError, match="top_kk"):
        load_settings()


def test_a_broken_file_is_named(empty_directory: Path) -> None:
    (empty_directory / "ibid.toml").write_text("top_k = \n")

    with pytest.raises(SettingsError, match=r"ibid\.toml"):
        load_settings()


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in DOCS.read_text(encoding="utf-8")
