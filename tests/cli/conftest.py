from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import uvicorn
from typer.testing import CliRunner

from cli.main import app
from cli.serve import listen
from core.local.embedder import MiniLmEmbedder
from serve.app import Serving, create_app
from serve.lease import Lease, write_lease
from tests.doubles.memory_records import MemoryRecords
from tests.doubles.scripted_service import ScriptedService

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from typer.testing import Result

Ibid = Callable[..., "Result"]


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty directory with a data directory of its own."""
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "data"
    data.mkdir()
    monkeypatch.setenv("IBID_DATA_DIR", str(data))
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("QDRANT_URL", "QDRANT_API_KEY", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return data


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the embedder once for all tests."""
    folder = tmp_path_factory.mktemp("built")
    MiniLmEmbedder(folder)
    return folder / "models"


@pytest.fixture
def ibid() -> Ibid:
    """Run a command as it is typed."""

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, arguments)

    return run


@pytest.fixture(scope="session")
def server() -> Generator[tuple[ScriptedService, Lease]]:
    """Serve a scripted service over loopback HTTP."""
    scripted = ScriptedService()
    with listen("127.0.0.1", 0) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        lease = Lease(url=url, token="token", pid=os.getpid())
        application = create_app(
            scripted, MemoryRecords(), Serving(lease=lease, data_dir=None, max_file_bytes=1000)
        )
        config = uvicorn.Config(application, log_config=None, access_log=False)
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, args=([listening],))
        thread.start()
        yield scripted, lease
        running.should_exit = True
        thread.join()


@pytest.fixture
def service(server: tuple[ScriptedService, Lease], data_dir: Path) -> ScriptedService:
    """Give a scripted service that knows nothing yet, its server's lease in the data directory."""
    scripted, lease = server
    scripted.forget()
    write_lease(data_dir, lease)
    return scripted
