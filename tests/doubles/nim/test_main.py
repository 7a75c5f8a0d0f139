from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.doubles.nim.asking import FLASH, turn

ROOT = Path(__file__).parents[3]


@pytest.fixture
def by_hand() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.doubles.nim", "--port", "0", "--faults", "1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - it is ours
        yield process
        process.kill()


def test_stand_in_started_by_hand_says_where_it_is_and_what_it_did(
    by_hand: subprocess.Popen[str],
) -> None:
    assert by_hand.stdout
    url = by_hand.stdout.readline().removeprefix("export NVIDIA_BASE_URL=").strip()
    assert by_hand.stdout.readline().startswith("export NVIDIA_API_KEY=nvapi-")
    listed = httpx.get(f"{url}/models").json()["data"]
    assert FLASH in {entry["id"] for entry in listed}
    assert by_hand.stdout.readline() == "200 GET /v1/models\n"
    with pytest.raises(httpx.ConnectError):
        httpx.post(url.replace("127.0.0.1", "127.0.0.2"), json=turn())
    by_hand.send_signal(signal.SIGINT)
    assert by_hand.stdout.read() == "1 requests\n"
    assert by_hand.wait() == 0
