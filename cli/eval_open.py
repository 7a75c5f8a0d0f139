"""Opens what an evaluation needs: ibid, and whoever judges."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cli.connect import find_server
from core.clock import SystemClock
from core.wiring import open_clients
from eval.judges.calibrate import CORRECTNESS, SUPPORT, calibrations_of
from eval.judges.local import LocalJudge
from eval.judges.model import ModelAnswerJudge, ModelSupportJudge
from eval.runner.cases import JudgeInfo
from eval.runner.score import Judges
from serve.answer.terms import Lexicon
from serve.answer.verify.entailment.support import SupportScorer
from serve.engine import Engine

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from core.settings import Settings
    from core.wiring import Clients
    from serve.service import Service

_LOCAL = (
    "citation_recall",
    "citation_precision",
    "citation_f1",
    "misattribution_rate",
    "uncited_rate",
    "unsupported_rate",
)
_SECOND = ("judged_citation_recall", "judged_citation_precision")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What is open."""

    service: Service
    clients: Clients
    """Embedders and models; where a server holds the store, of this process alone."""


def evals_dir(settings: Settings) -> Path:
    """Return where runs and calibrations are kept."""
    return settings.data_dir.absolute() / "evals"


@asynccontextmanager
async def open_all(settings: Settings) -> AsyncGenerator[Opened]:
    """Give ibid for the data directory, a store there if there is none, and its models."""
    server = await find_server(settings)
    if server is None:
        clients = await asyncio.to_thread(open_clients, settings)
        engine = Engine(clients, settings)
        try:
            yield Opened(service=engine, clients=clients)
        finally:
            await engine.close()
        return
    try:
        async with open_models(settings) as clients:
            yield Opened(service=server, clients=clients)
    finally:
        await server.close()


@asynccontextmanager
async def open_models(settings: Settings) -> AsyncGenerator[Clients]:
    """Give embedders and models, with a store that holds what is learned of models and no more."""
    apart = evals_dir(settings) / "models"
    built = settings.data_dir.absolute() / "models"
    apart.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):  # then it is built again
        built.mkdir(parents=True, exist_ok=True)
        (apart / "models").symlink_to(built)
    alone = settings.model_copy(update={"data_dir": apart})
    clients = await asyncio.to_thread(open_clients, alone)
    try:
        yield clients
    finally:
        await clients.close()


async def open_judges(clients: Clients, *, asks: bool) -> Judges:
    """Return who judges; a model is asked only if `asks`, and there is one for it."""
    await clients.models.ready()
    scorer = SupportScorer(await clients.embedders.of_tokens(), Lexicon(clients.sparse))
    judges = Judges(support=LocalJudge(scorer))
    writer = clients.models.judge if asks else None
    if writer is None:
        return judges
    usable = filter(clients.models.keys.opens, clients.models.catalog.role("judge"))
    name = next(usable).name
    return replace(
        judges,
        second=ModelSupportJudge(writer, name=name, clock=SystemClock()),
        answers=ModelAnswerJudge(writer, name=name, clock=SystemClock()),
    )


def infos_of(judges: Judges, directory: Path) -> tuple[JudgeInfo, ...]:
    """Return who judges, with what is known of each."""
    named: list[tuple[str, str, tuple[str, ...]]] = [(judges.support.name, SUPPORT, _LOCAL)]
    if judges.second:
        named.append((judges.second.name, SUPPORT, _SECOND))
    if judges.answers:
        named.append((judges.answers.name, CORRECTNESS, ("judged_correct",)))
    return tuple(
        JudgeInfo(
            name=name,
            task=task,
            metrics=metrics,
            calibrations=tuple(
                each for each in calibrations_of(name, directory) if each.task == task
            ),
        )
        for name, task, metrics in named
    )
