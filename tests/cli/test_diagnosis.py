from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Ibid

NOWHERE = "127.0.0.1:1"


@pytest.mark.parametrize("form", [["--json"], []], ids=["json", "text"])
def test_the_doctor_shows_no_password_and_no_key(
    ibid: Ibid, monkeypatch: pytest.MonkeyPatch, form: list[str]
) -> None:
    monkeypatch.setenv("QDRANT_URL", f"http://ann:s3cret@{NOWHERE}")
    monkeypatch.setenv("QDRANT_API_KEY", "k3y")
    monkeypatch.setenv("IBID_EMBEDDER_BASE_URL", f"http://ann:s3/cret@{NOWHERE}/v1")

    result = ibid("doctor", *form)

    assert result.exit_code == 1, "there is no such server"
    assert f"http://…@{NOWHERE}" in result.stdout
    assert f"http://…@{NOWHERE}/v1" in result.stdout
    assert "cret" not in result.output
    assert "k3y" not in result.output
    assert "Traceback" not in result.output


def test_a_path_with_an_at_sign_is_shown_whole(ibid: Ibid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBID_DATA_DIR", "ann@home/data")

    assert json.loads(ibid("doctor", "--json").stdout)["settings"]["data_dir"]["value"] == (
        "ann@home/data"
    )


@pytest.mark.parametrize(
    ("url", "key", "told"),
    [
        ("http://10.0.0.1:1", "k3y", True),
        ("http://10.0.0.1:1", "", False),
        ("https://10.0.0.1:1", "k3y", False),
        ("http://127.0.0.1:1", "k3y", False),
        ("", "k3y", False),
    ],
)
def test_a_key_that_goes_over_the_network_in_clear_is_told_by_the_doctor_alone(
    ibid: Ibid, monkeypatch: pytest.MonkeyPatch, url: str, key: str, *, told: bool
) -> None:
    monkeypatch.setenv("QDRANT_URL", url)
    monkeypatch.setenv("QDRANT_API_KEY", key)

    found = json.loads(ibid("doctor", "--json").stdout)
    other = ibid("collections", "list")

    assert found["store"]["warning"].startswith("the key goes over the network") is told
    assert ("unencrypted" in ibid("doctor").stdout) is told
    assert "insecure" not in other.output
