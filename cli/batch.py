"""`ibid ask --batch`: many questions, with a bar, into a file."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from cli.bar import Bar
from cli.connect import open_service
from cli.documents import whole_ids
from cli.run import DONE, IN_PART
from cli.terminal import counted, one_line, stderr
from core.errors import RequestError
from serve.batch import Progress, read_batch, run_batch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from core.answers import Answer
    from core.settings import Settings
    from serve.answer.question import Question


async def ask_batch(
    settings: Settings,
    questions: Path,
    out: Path | None,
    defaults: Mapping[str, object],
    *,
    at_once: int,
) -> int:
    """Answer the questions of a file into another one, and return the exit code.

    Raises:
        RequestError: there is no file to write to, it is the one with the questions, or a line
            cannot be read.
    """
    if out is None:
        raise RequestError("--batch needs --out FILE, where the answers go")
    items = read_batch(questions, defaults)
    if _same(out, questions):
        raise RequestError(f"--out {out} is the file with the questions; name another one")
    progress = Progress(total=len(items))
    async with open_service(settings) as service:

        async def ask(question: Question) -> Answer:
            scope = await whole_ids(service, question.scope)
            return await service.ask(replace(question, scope=scope))

        with Bar(stderr(), "questions") as bar:
            async for progress in run_batch(ask, items, out, at_once=at_once):
                bar.update(done=progress.answered + progress.failed, total=progress.total)
                if progress.failure:
                    identity, reason = progress.failure
                    sys.stderr.write(f"{one_line(identity)}: {one_line(reason)}\n")
    failed = f"; {progress.failed:,} failed, run it again to ask them again"
    sys.stderr.write(
        f"{progress.answered:,} of {counted(progress.total, 'question')} answered"
        f"{failed if progress.failed else ''}\n"
    )
    return IN_PART if progress.failed else DONE


def _same(out: Path, questions: Path) -> bool:
    """Tell whether both are one file, also by a link."""
    try:
        return out.samefile(questions)
    except OSError:
        return False
