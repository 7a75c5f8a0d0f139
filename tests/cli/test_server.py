"""One process holds the store; the commands say the same through it as without it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import httpx
import pytest

from cli.serve import listen
from serve.lease import read_lease

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.cli.conftest import Ibid

COMMAND = [sys.executable, "-c", "from cli.main import app; app()"]
MOON = "# The moon\n\nThe moon is 384,400 km away from the earth.\n\n# The sun\n\nIt is a star.\n"
COMMANDS = [
    ["ingest", "moon.md", "empty.md", "--json"],
    ["ask", "How far away is the moon?", "--json"],
    ["ask", "Who won the world cup of 1998?", "--json"],
    ["search", "How far away is the moon?", "--json"],
    ["documents", "list", "--json"],
    ["documents", "show", "doc_", "--json"],
    ["documents", "show", "doc_", "--text"],
    ["documents", "show", "doc_", "--text", "--start", "99999", "--json"],
    ["documents", "show", "nope", "--json"],
    ["ask", "How far away is the moon?", "-d", "doc_", "--json"],
    ["ask", "How far away is the moon?", "-d", f"doc_{'0' * 24}", "--json"],
    ["search", "How far away is the moon?", "-d", f"doc_{'0' * 24}", "--json"],
    ["ask", "How far away is the moon?", "-f", "year=1900", "--json"],
    ["ask", " ", "--json"],
    ["replay", "ans_nope", "--json"],
    ["collections", "list", "--json"],
    ["ask", "How far?", "-c", "nope", "--json"],
    ["collections", "create", "default", "--embedder", "openai:other", "--json"],
    ["collections", "create", "other", "--embedder", "nobody", "--json"],
    ["ingest", "moon.md", "--embedder", "all-MiniLM-L6-v2-fp32", "--json"],
    ["ingest", "moon.md", "-c", "no name", "--json"],
]
VARIES = {"id", "job_id", "created_at", "updated_at", "timings_ms", "progress"}


@pytest.fixture(autouse=True)
def moon(data_dir: Path, models: Path, tmp_path: Path) -> None:
    (data_dir / "models").symlink_to(models)
    (tmp_path / "moon.md").write_text(MOON)
    (tmp_path / "empty.md").write_text("")


@contextmanager
def serving(*, alone: bool = False) -> Generator[subprocess.Popen[str]]:
    """Run `ibid serve` until the end of the block; `alone` in a process group of its own."""
    command = [*COMMAND, "serve", "--port", "0", "--json"]
    with subprocess.Popen(  # noqa: S603 - our own words
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0 if alone else None,
    ) as server:
        assert server.stderr is not None
        try:
            while "Ctrl-C ends it" not in (line := server.stderr.readline()):
                assert line, "the server ended"
            yield server
        finally:
            server.kill()


def said(ibid: Ibid, command: list[str]) -> tuple[int, object, object]:
    result = ibid(*command)
    return result.exit_code, comparable(result.stdout), comparable(result.stderr)


def comparable(output: str) -> object:
    """Return output without what differs between two runs of the same command."""
    if not output.startswith("{"):
        return output
    return {
        k: v for k, v in cast("dict[str, object]", json.loads(output)).items() if k not in VARIES
    }


def test_every_command_says_the_same_through_a_server(ibid: Ibid, data_dir: Path) -> None:
    ibid("ingest", "moon.md")
    alone = [said(ibid, command) for command in COMMANDS]

    with serving():
        lease = read_lease(data_dir)
        through = [said(ibid, command) for command in COMMANDS]

    assert lease is not None
    assert through == alone
    assert [code for code, _, _ in alone] == [
        3,
        0,
        0,
        0,
        0,
        0,
        0,
        2,
        1,
        0,
        1,
        1,
        0,
        2,
        1,
        0,
        1,
        1,
        1,
        1,
        2,
    ]


def test_a_server_keeps_store_and_address_until_it_is_told_to_end(
    ibid: Ibid, data_dir: Path
) -> None:
    with serving() as server:
        lease = read_lease(data_dir)
        assert lease is not None
        port = lease.url.rpartition(":")[2]
        second = ibid("serve", "--port", "0")
        same_port = ibid("serve", "--port", port)
        server.send_signal(signal.SIGINT)
        ended = server.wait(timeout=20)

    assert (second.exit_code, same_port.exit_code, ended) == (1, 1, 0)
    assert "is held by another ibid process" in second.stderr
    assert f"cannot listen on 127.0.0.1:{port}" in same_port.stderr
    assert not (data_dir / "server.json").exists()


def test_an_interrupted_server_ends_its_ingestion_and_tells_whoever_waits(
    ibid: Ibid, tmp_path: Path
) -> None:
    for number in range(200):
        (tmp_path / f"{number}.md").write_text(f"# Note {number}\n\n" + MOON * 30)
    with serving(alone=True) as server:
        waiting = subprocess.Popen(  # noqa: S603 - our own words
            [*COMMAND, "ingest", "."], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        wait_until_some_are_read(ibid)
        os.killpg(server.pid, signal.SIGINT)
        _, client_said = waiting.communicate(timeout=30)
        _, server_said = server.communicate(timeout=30)

    with serving():
        lease = read_lease(tmp_path / "data")
        assert lease is not None
        [job] = httpx.get(f"{lease.url}/v1/jobs").json()["jobs"]
    ended = "the server ended before the job did; ingest again, what is done is not repeated"
    assert (waiting.returncode, client_said) == (1, f"ibid: {ended}\n")
    assert (server.returncode, "Traceback" in server_said) == (0, False), server_said
    assert (job["state"], job["failures"][-1]["reason"]) == ("failed", ended)


def wait_until_some_are_read(ibid: Ibid) -> None:
    while True:
        result = ibid("documents", "list", "--json")
        if result.exit_code == 0 and json.loads(result.stdout)["documents"]:
            return


def test_where_no_document_meets_the_filters_that_is_said(ibid: Ibid) -> None:
    ibid("ingest", "moon.md")

    answer = json.loads(ibid("ask", "How far is the moon?", "-f", "year=1900", "--json").stdout)

    assert answer["abstained"]["reason"] == "no_evidence"
    assert answer["abstained"]["detail"] == "no document of the collection meets the filters"
    assert answer["coverage"]["documents_in_scope"] == 0


def test_a_server_that_was_killed_is_not_waited_for(ibid: Ibid, data_dir: Path) -> None:
    with serving() as server:
        server.kill()
        server.wait()

    assert (data_dir / "server.json").exists()
    assert ibid("ingest", "moon.md").exit_code == 0


def test_replies_are_not_held_back_until_more_is_sent() -> None:
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.proto == socket.IPPROTO_TCP, "else asyncio leaves Nagle's algorithm on"
