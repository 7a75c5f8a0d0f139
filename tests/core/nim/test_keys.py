from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from core.errors import SettingsError
from core.nim.keys import Keys, fingerprint

if TYPE_CHECKING:
    from pathlib import Path


def _secret(keys: Keys, name: str = "SOME_KEY") -> str | None:
    key = keys.get(name)
    return key.get_secret_value() if key else None


@pytest.mark.parametrize("environment", [{}, {"SOME_KEY": ""}, {"SOME_KEY": " \n"}])
def test_no_key_is_none(environment: dict[str, str]) -> None:
    assert Keys(environment).get("SOME_KEY") is None


def test_a_variable_is_read_without_the_space_around_it() -> None:
    assert _secret(Keys({"SOME_KEY": " nvapi-1\n"})) == "nvapi-1"


def test_a_variable_that_changes_counts_at_once() -> None:
    environment = {"SOME_KEY": "nvapi-1"}
    keys = Keys(environment)
    assert _secret(keys) == "nvapi-1"
    environment["SOME_KEY"] = "nvapi-2"
    assert _secret(keys) == "nvapi-2"


def test_without_a_mapping_the_process_environment_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOME_KEY", "nvapi-3")
    assert _secret(Keys()) == "nvapi-3"


def test_a_file_goes_before_the_variable(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("nvapi-file\n")
    assert _secret(Keys({"SOME_KEY": "nvapi-1", "SOME_KEY_FILE": str(file)})) == "nvapi-file"


def test_a_file_that_is_replaced_gives_the_new_key(tmp_path: Path) -> None:
    file, new = tmp_path / "key", tmp_path / "new"
    file.write_text("nvapi-aaaa")
    keys = Keys({"SOME_KEY_FILE": str(file)})
    assert _secret(keys) == "nvapi-aaaa"
    new.write_text("nvapi-bbbb")
    os.utime(new, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
    new.replace(file)
    assert _secret(keys) == "nvapi-bbbb"


def test_a_file_that_is_rewritten_in_place_gives_the_new_key(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("nvapi-aaaa")
    keys = Keys({"SOME_KEY_FILE": str(file)})
    assert _secret(keys) == "nvapi-aaaa"
    file.write_text("nvapi-bbbb")
    os.utime(file, ns=(1, file.stat().st_mtime_ns + 1))
    assert _secret(keys) == "nvapi-bbbb"


@pytest.mark.parametrize("left", [None, ""])
def test_the_last_key_holds_while_its_file_is_being_replaced(
    tmp_path: Path, left: str | None
) -> None:
    file = tmp_path / "key"
    file.write_text("nvapi-aaaa")
    keys = Keys({"SOME_KEY_FILE": str(file)})
    assert _secret(keys) == "nvapi-aaaa"
    file.unlink()
    if left is not None:
        file.write_text(left)
    assert _secret(keys) == "nvapi-aaaa"


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"two words", b"one\ntwo"])
def test_a_file_without_a_key_is_a_wrong_setting_that_shows_no_content(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match="SOME_KEY_FILE") as caught:
        Keys({"SOME_KEY_FILE": str(file)}).get("SOME_KEY")
    assert "two" not in str(caught.value)


def test_a_variable_that_is_no_key_is_a_wrong_setting_that_does_not_show_it() -> None:
    with pytest.raises(SettingsError, match="SOME_KEY is no key") as caught:
        Keys({"SOME_KEY": "nvapi-ключ"}).get("SOME_KEY")
    assert "nvapi" not in str(caught.value)


def test_a_fingerprint_tells_keys_apart_and_shows_nothing_of_them() -> None:
    one, other = SecretStr("nvapi-1"), SecretStr("nvapi-2")
    assert fingerprint(one) == fingerprint(SecretStr("nvapi-1"))
    assert fingerprint(one) != fingerprint(other)
    assert "nvapi" not in fingerprint(one)
