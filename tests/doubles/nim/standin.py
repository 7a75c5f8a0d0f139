"""A stand-in for NVIDIA's endpoints, over real HTTP on loopback.

    with NimStandin() as nim:
        nim.script("z-ai/glm-5.2", TooManyRequests(), Drop(after=2), Say("Paris [1]."))
        …  # three requests to nim.url
        assert [asked.status for asked in nim.log] == [429, 200, 200]

It has the models of `models.py`, which refuse what the hosted ones refuse. What goes wrong besides
is scripted (`faults.py`, `broken.py`), or happens by chance (`Conditions`).
"""

from __future__ import annotations

import asyncio
import socket
import threading
from dataclasses import replace
from datetime import datetime
from types import TracebackType

import uvicorn

from core.clock import Clock, SystemClock
from tests.doubles.nim.app import Service
from tests.doubles.nim.conditions import Conditions
from tests.doubles.nim.connections import Connections
from tests.doubles.nim.desk import ANY, Desk
from tests.doubles.nim.log import Log
from tests.doubles.nim.model import NimModel
from tests.doubles.nim.models import MODELS
from tests.doubles.nim.script import Fault
from tests.doubles.nim.tokens import warm_up


class NimStandin:
    def __init__(
        self,
        conditions: Conditions | None = None,
        *,
        models: tuple[NimModel, ...] = MODELS,
        clock: Clock | None = None,
        port: int = 0,
    ) -> None:
        """Take a port (0: any that is free); it answers from when it is entered until it is left.

        `clock` is what all its seconds are counted by.
        """
        self.clock = clock or SystemClock()
        self._models = models
        self._desk = Desk(models, conditions or Conditions(), self.clock)
        self._socket = socket.create_server(("127.0.0.1", port))
        # asyncio does it only for sockets that name their protocol, and create_server's do not:
        # https://github.com/python/cpython/blob/v3.11.0/Lib/asyncio/base_events.py#L190
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.origin = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._connections = Connections(self._desk.log)
        self._service = Service(self._desk, self.clock, self._connections)

    @property
    def url(self) -> str:
        """The address up to and with `/v1`."""
        return f"{self.origin}/v1"

    @property
    def polling_url(self) -> str:
        """Where to ask for what was accepted; `{request_id}` stands for its id."""
        return f"{self.origin}/v2/nvcf/pexec/status/{{request_id}}"

    @property
    def log(self) -> Log:
        """What it was asked."""
        return self._desk.log

    @property
    def models(self) -> dict[str, NimModel]:
        """Its models by id; they may be added to and changed."""
        return self._desk.models

    def script(self, model: str, *faults: Fault) -> None:
        """Have these happen to the next requests for `model` (`"*"`: for any), one to each.

        What the conditions refuse (a rate, a key) takes none of them. Polls and listings neither.
        """
        self._desk.scripts[model].extend(faults)

    def always(self, model: str, fault: Fault | None) -> None:
        """Have this happen to every request that no script is left for; `None`: no longer."""
        self._desk.standing.pop(model, None)
        if fault:
            self._desk.standing[model] = fault

    def unplayed(self, model: str = ANY) -> int:
        """Return how many scripted faults have not happened yet."""
        return len(self._desk.scripts[model])

    def retire(self, model: str, at: datetime | None = None) -> None:
        """Retire a model, now or once the clock says so."""
        self.models[model] = replace(self.models[model], retired=at or self.clock.now())

    def reset(self) -> None:
        """Forget scripts, changes to models, and what was asked."""
        self._desk.scripts.clear()
        self._desk.standing.clear()
        self._desk.pending.clear()
        self.models.clear()
        self.models.update({model.id: model for model in self._models})
        self.log.clear()

    def __enter__(self) -> NimStandin:
        """Answer; what goes wrong in here without a script is raised on leaving."""
        warm_up()
        config = uvicorn.Config(
            self._service.app(),
            http=self._connections.protocol(),
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=5,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._run, name="nim-standin")
        self._thread.start()
        self._server.up.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.stop(self._connections)
        self._thread.join()
        self._socket.close()
        if self._service.errors and error is None:
            raise self._service.errors[0]

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))


class _Server(uvicorn.Server):
    """Stops when it is told to, without looking ten times a second whether it was."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def main_loop(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self.up.set()
        await self._stopping.wait()

    def stop(self, connections: Connections) -> None:
        def end() -> None:
            connections.cut_all()
            self._stopping.set()

        self._loop.call_soon_threadsafe(end)
