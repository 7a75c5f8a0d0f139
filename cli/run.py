"""Runs a command: settings in, exit code out, and every error one clear line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

import typer

from core.errors import IbidError, RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from core.settings import Settings

DONE, FAILED, WRONG_USAGE, IN_PART = 0, 1, 2, 3
_INTERRUPTED = 130
"""128 and the number of SIGINT, as shells have it."""


def run(
    work: Callable[[Settings], Coroutine[None, None, int]],
    *,
    as_json: bool,
    interrupted: int = _INTERRUPTED,
) -> NoReturn:
    """Run `work` to its exit code and leave with it; `interrupted` is that of Ctrl-C."""
    import asyncio  # noqa: PLC0415 - `--help` needs none of it

    from core.settings import load_settings  # noqa: PLC0415

    try:
        code = asyncio.run(work(load_settings()))
    except IbidError as error:
        report(error, as_json=as_json)
        code = WRONG_USAGE if isinstance(error, RequestError) else FAILED
    except KeyboardInterrupt:
        sys.stderr.write("\n" if interrupted == DONE else "interrupted\n")
        code = interrupted
    raise typer.Exit(code)


def report(error: IbidError, *, as_json: bool) -> None:
    """Say on stderr what went wrong: a line, or a problem as the REST service tells it."""
    from cli.terminal import printable  # noqa: PLC0415

    if not as_json:
        sys.stderr.write(f"ibid: {printable(str(error))}\n")
        return
    from serve.problems import problem_of  # noqa: PLC0415
    from serve.wire import to_bytes  # noqa: PLC0415

    sys.stderr.write(to_bytes(problem_of(error), indent=True).decode())
