"""Blocking calls, awaited."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


async def in_thread(work: Callable[[], T]) -> T:
    """Return what `work` returns, run on a thread of its own.

    When the waiting is cancelled, the work goes on to its end. It does not hold up the end of the
    process, as the threads of a pool would: a request may take a minute to be given up.
    """
    future: Future[T] = Future()
    Thread(target=_run, args=(work, future), name="nim", daemon=True).start()
    return await asyncio.wrap_future(future)


def _run(work: Callable[[], T], future: Future[T]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
        future.set_exception(error)
