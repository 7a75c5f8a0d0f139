"""`ibid serve`: the REST service."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.options import Json
from cli.run import DONE, run

if TYPE_CHECKING:
    import socket

    from core.settings import Settings
    from serve.lease import Lease

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - how such a server is reached here
_GRACE_S = 10
_BACKLOG = 2048


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Where to listen [127.0.0.1].")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="0: any free one [8321].")
    ] = None,
    as_json: Json = False,
) -> NoReturn:
    """Answer over HTTP until interrupted.

    Meanwhile the other commands work through this server.
    """

    async def work(settings: "Settings") -> int:
        chosen = settings.model_copy(
            update={
                **({} if host is None else {"host": host}),
                **({} if port is None else {"port": port}),
            }
        )
        await _serve(chosen, as_json=as_json)
        return DONE

    run(work, as_json=as_json, interrupted=DONE)


async def _serve(settings: "Settings", *, as_json: bool) -> None:
    import os  # noqa: PLC0415 - `--help` needs none of it
    import secrets  # noqa: PLC0415

    import uvicorn  # noqa: PLC0415

    from serve.app import Serving, create_app  # noqa: PLC0415
    from serve.engine import open_engine  # noqa: PLC0415
    from serve.lease import Lease  # noqa: PLC0415

    with listen(settings.host, settings.port) as listening:
        lease = Lease(
            url=_url(settings.host, listening.getsockname()[1]),
            token=secrets.token_urlsafe(32),
            pid=os.getpid(),
        )
        engine = await open_engine(settings)
        serving = Serving(
            lease=lease,
            data_dir=None if settings.qdrant_url else settings.data_dir,
            hosts=(settings.host, *settings.allowed_hosts.replace(",", " ").split()),
            max_file_bytes=settings.max_file_bytes,
            when_ready=partial(_announce, settings, lease, as_json=as_json),
        )
        app = create_app(engine, engine.records, serving)
        _log_to_stderr()
        config = uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_S,
        )
        await uvicorn.Server(config).serve(sockets=[listening])


def listen(host: str, port: int) -> "socket.socket":
    """Return a socket bound to the address, so that a free port is known before it is told.

    Raises:
        SettingsError: the address is taken or is none of this machine's.
    """
    import socket  # noqa: PLC0415

    from core.errors import SettingsError  # noqa: PLC0415

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it a reply takes
    # 40 ms: https://github.com/python/cpython/blob/v3.11.7/Lib/asyncio/base_events.py#L191
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise SettingsError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
    return listening


def _url(host: str, port: int) -> str:
    reached = _EVERYWHERE.get(host, host)
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


def _announce(settings: "Settings", lease: "Lease", *, as_json: bool) -> None:
    import sys  # noqa: PLC0415

    from cli.terminal import write_json  # noqa: PLC0415

    if as_json:
        write_json({"url": lease.url, "pid": lease.pid})
    if settings.host not in _LOOPBACK:
        sys.stderr.write("Whoever reaches this address may read, add and delete documents.\n")
    sys.stderr.write(f"ibid answers at {lease.url} ({lease.url}/docs says how); Ctrl-C ends it\n")


def _log_to_stderr() -> None:
    import logging  # noqa: PLC0415
    import sys  # noqa: PLC0415

    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s"
    )
    logging.getLogger("ibid").setLevel(logging.INFO)
