from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from core.errors import StoreError
from serve.lease import FILE, Lease, read_lease, remove_lease, write_lease

if TYPE_CHECKING:
    from pathlib import Path


def lease(*, pid: int | None = None) -> Lease:
    return Lease(url="http://127.0.0.1:1", token="secret", pid=pid or os.getpid())


def test_a_lease_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_lease(tmp_path, lease())

    assert read_lease(tmp_path) == lease()


def test_only_its_owner_may_read_a_lease(tmp_path: Path) -> None:
    write_lease(tmp_path, lease())

    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_the_lease_of_a_process_that_ended_is_none(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    write_lease(tmp_path, lease(pid=ended.pid))

    assert read_lease(tmp_path) is None


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"url": 1}', '{"url": "u", "token": "t", "pid": "x"}']
)
def test_a_file_that_is_no_lease_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)

    assert read_lease(tmp_path) is None


def test_a_lease_of_another_server_is_not_removed(tmp_path: Path) -> None:
    other = Lease(url="http://127.0.0.1:2", token="other", pid=os.getpid())
    write_lease(tmp_path, other)

    remove_lease(tmp_path, lease())
    assert read_lease(tmp_path) == other

    remove_lease(tmp_path, other)
    assert not (tmp_path / FILE).exists()


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"cannot write .*nowhere.*No such file"):
        write_lease(tmp_path / "nowhere", lease())
