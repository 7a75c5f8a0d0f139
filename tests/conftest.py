"""What every test gets."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, settings

from tests.doubles.disk import quick_directory

# How fast a machine is, and what else runs on it, is no property of the code.
settings.register_profile("anywhere", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("anywhere")


def _refuse_what_is_not_loopback(event: str, arguments: tuple[object, ...]) -> None:
    if event != "socket.connect":
        return
    address = arguments[1]
    if not isinstance(address, tuple):  # a Unix socket
        return
    host = str(cast("tuple[object, ...]", address)[0])
    if host != "localhost" and not ip_address(host).is_loopback:
        raise PermissionError(f"a test may not connect to {host}")


sys.addaudithook(_refuse_what_is_not_loopback)


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks a provider because whoever runs it has a key."""
    for name in ("NVIDIA_API_KEY", "NVIDIA_API_KEY_FILE", "NVIDIA_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """An empty directory on a quick disk."""
    with quick_directory() as directory:
        yield directory
