"""`ibid eval make`: a suite drafted from a collection."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cli.eval_open import open_all
from cli.run import DONE, FAILED
from cli.terminal import counted, show, write_json
from core.clock import SystemClock
from core.errors import RequestError
from core.ids import CollectionName
from eval.runner.documents import records_of
from eval.suites.make import Drafting, drafted_lines
from serve.wire import to_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from core.settings import Settings


async def draft_suite(
    settings: Settings, out: Path, *, collection: str, count: int, by_model: bool, as_json: bool
) -> int:
    """Write up to `count` questions to `out`, and return the exit code.

    Raises:
        RequestError: `out` is there already: somebody may have reviewed it.
        NotFoundError: there is no such collection.
    """
    _refuse_to_overwrite(out)
    async with open_all(settings) as opened:
        records = await records_of(opened.service, CollectionName(collection))
        await opened.clients.models.ready()
        writer = opened.clients.models.writer if by_model else None
        drafting = Drafting(count=count, writer=writer, clock=SystemClock())
        lines = [line async for line in drafted_lines(opened.service, records, drafting)]
    if not lines:
        sys.stderr.write("ibid: nothing in these documents makes a question\n")
        return FAILED
    _write(out, lines)
    if as_json:
        write_json({"suite": str(out), "questions": len(lines), "by_model": writer is not None})
    else:
        show(
            f"{counted(len(lines), 'question')} drafted in {out}: review them before you trust them"
        )
    return DONE


def _refuse_to_overwrite(out: Path) -> None:
    if out.exists():
        raise RequestError(f"{str(out)!r} is there already; name another file, or delete it")


def _write(out: Path, lines: Sequence[Mapping[str, object]]) -> None:
    out.write_bytes(b"".join(to_bytes(line) + b"\n" for line in lines))
