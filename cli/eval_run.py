"""`ibid eval run`: a suite asked, scored, and reported."""

from __future__ import annotations

import itertools
import sys
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from cli.bar import Bar
from cli.eval_open import evals_dir, infos_of, open_all, open_judges, open_models
from cli.ingest import show_ingest
from cli.run import DONE, IN_PART
from cli.terminal import counted, one_line, shown_source, stderr
from core.clock import SystemClock
from core.errors import SettingsError
from core.ids import CollectionName
from core.settings import config_hash
from eval.runner.cases import RunInfo, load_run
from eval.runner.closed_book import ClosedBook
from eval.runner.corpus import collection_of, forget_others, ingestion_of, with_places
from eval.runner.documents import StoredDocuments, SuiteDocuments
from eval.runner.recorded import MODES, Chosen, take_recorded
from eval.runner.routes import ROUTING, read_routes, routing_of
from eval.runner.run import Asking, ask_all, begin, end, goes_on, items_of, now, with_search
from eval.runner.score import score_answers
from eval.suites.load import load_suite
from serve.wire import to_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from core.protocols import Writer
    from core.settings import Settings
    from eval.runner.cases import Mode, Run
    from eval.runner.documents import Documents
    from eval.runner.run import Ask
    from eval.runner.score import Judges
    from eval.suites.suite import Suite
    from serve.service import Service

_NOT_SHOWN = {
    *("data_dir", "qdrant_url", "qdrant_api_key", "redis_url", "embedder_api_key"),
    *("embedder_base_url", "nvidia_base_url", "host", "port", "allowed_hosts"),
}
_NO_COLONS = str.maketrans("", "", ":-+")
_DRAFTED = "{} of {} questions were drafted and not reviewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be evaluated, and how."""

    suite: Path
    out: Path | None = None
    collection: str = "default"
    """Of a suite without documents."""
    fields: Mapping[str, object] = field(default_factory=dict[str, object])
    """How questions are asked."""
    within: bool = False
    limit: int | None = None
    closed_book: bool = False
    recorded: Path | None = None
    model: str = ""
    """Of the recorded answers."""
    way: str = ""
    routes: Path | None = None
    asks_judge: bool = True
    searches: bool = True
    at_once: int = 4

    @property
    def mode(self) -> Mode:
        """How answers come about."""
        if self.recorded:
            return "recorded"
        return "closed_book" if self.closed_book else "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """A run under way."""

    settings: Settings
    wish: Wish
    suite: Suite
    documents: Documents
    judges: Judges
    notes: Sequence[str] = ()

    def info(self) -> RunInfo:
        """Return what is run, as of now."""
        suite = self.suite
        drafted = sum(case.drafted for case in suite.cases)
        shown = self.settings.model_dump(mode="json", exclude=_NOT_SHOWN)
        return RunInfo(
            suite=suite.name,
            suite_hash=suite.hash,
            config_hash=config_hash(self.settings),
            data_hash=self.documents.hash,
            started_at=now(),
            ended_at="",
            settings={**shown, **self.wish.fields, **_said(self.wish)},
            ibid_version=version("ibid"),
            mode=self.wish.mode,
            judges=infos_of(self.judges, evals_dir(self.settings)),
            notes=(
                *suite.notes,
                *([_DRAFTED.format(drafted, len(suite.cases))] if drafted else []),
                *self.notes,
            ),
        )


async def evaluate(settings: Settings, wish: Wish) -> tuple[Run, int]:
    """Run a suite, or the rest of it, and return the run and the exit code.

    Raises:
        RequestError: the suite, or what is recorded, cannot be read.
        SettingsError: there is no model for what is wished.
        ConflictError: `wish.out` has another run.
    """
    suite = _limited(load_suite(wish.suite), wish.limit)
    if wish.recorded:
        return await _recorded(settings, wish, suite, wish.recorded)
    async with open_all(settings) as opened:
        judges = await open_judges(opened.clients, asks=wish.asks_judge)
        course = _Course(
            settings=settings,
            wish=wish,
            suite=suite,
            documents=SuiteDocuments(suite),
            judges=judges,
        )
        if wish.closed_book:
            return await _by_heart(course, opened.clients.models.writer)
        return await _with_documents(course, opened.service)


async def _by_heart(course: _Course, writer: Writer | None) -> tuple[Run, int]:
    if writer is None:
        raise SettingsError(
            "--closed-book asks a model without documents, and none is set up; set NVIDIA_API_KEY, "
            "or IBID_MODEL and its key"
        )
    timeout_s = course.settings.timeout_s
    book = ClosedBook(writer, clock=SystemClock(), timeout_s=timeout_s)
    return await _asked(course, lambda _: book.ask, CollectionName("none"))


async def _with_documents(course: _Course, service: Service) -> tuple[Run, int]:
    suite, wish = course.suite, course.wish
    collection, notes = await _ready(service, suite, wish)
    documents = await StoredDocuments.opened(service, collection, suite)
    placed = await with_places(suite, documents)
    course = replace(course, suite=placed, documents=documents, notes=notes)
    if wish.searches:
        return await _asked(course, lambda d: with_search(service, d), collection)
    return await _asked(course, lambda _: service.ask, collection)


async def _ready(
    service: Service, suite: Suite, wish: Wish
) -> tuple[CollectionName, Sequence[str]]:
    """Return the collection that a suite is asked of, with its documents in it."""
    if not suite.documents:
        return CollectionName(wish.collection), ()
    job = await show_ingest(service, ingestion_of(suite))
    await forget_others(service, suite)
    notes = [
        f"a document could not be read: {one_line(each.source)}: {one_line(each.reason)}"
        for each in job.failures
    ]
    return collection_of(suite), notes


async def _asked(
    course: _Course, asking: Callable[[Path], Ask], collection: CollectionName
) -> tuple[Run, int]:
    wish, info = course.wish, course.info()
    how = Asking(collection=collection, fields=wish.fields, within=wish.within)
    items = items_of(course.suite.cases, how, course.documents)
    directory = _directory(course, info)
    info = begin(directory, info)
    with Bar(stderr(), "questions") as bar:
        async for progress in ask_all(asking(directory), items, directory, at_once=wish.at_once):
            bar.update(done=progress.answered + progress.failed, total=progress.total)
            if progress.failure:
                identity, reason = progress.failure
                sys.stderr.write(f"{one_line(identity)}: {one_line(reason)}\n")
    run = await _scored(course, directory, info)
    failed = sum(bool(case.error) for case in run.cases())
    if failed:
        sys.stderr.write(
            f"{counted(failed, 'question')} without a result, which scores 0; the same command "
            f"with --out {shown_source(str(directory.absolute()))} asks again\n"
        )
    return run, IN_PART if failed else DONE


async def _scored(course: _Course, directory: Path, info: RunInfo) -> Run:
    cases = course.suite.cases
    with Bar(stderr(), "scoring") as bar:
        async for done in score_answers(directory, cases, course.documents, course.judges):
            bar.update(done=done, total=len(cases))
    end(directory, info)
    return load_run(directory)


async def _recorded(settings: Settings, wish: Wish, suite: Suite, path: Path) -> tuple[Run, int]:
    chosen = Chosen(
        model=wish.model,
        mode=wish.way,
        routes=read_routes(wish.routes) if wish.routes else {},
    )
    names = (collection_of(suite), CollectionName(wish.collection))
    async with open_models(settings) as clients:
        course = _Course(
            settings=settings,
            wish=wish,
            suite=suite,
            documents=SuiteDocuments(suite, collections=names),
            judges=await open_judges(clients, asks=wish.asks_judge),
        )
        directory = _directory(course, course.info())
        run = await _taken(course, path, directory, chosen)
        if wish.routes:
            always = [
                await _taken(course, path, directory / way, replace(chosen, mode=way, routes={}))
                for way in MODES.values()
            ]
            _write_routing(run, *always)
        return run, DONE


async def _taken(course: _Course, path: Path, directory: Path, chosen: Chosen) -> Run:
    """Return the run of what was recorded, as far as it is `chosen`."""
    info = begin(directory, course.info())
    cases = course.suite.cases
    notes = await take_recorded(path, directory, cases, course.documents, chosen=chosen)
    return await _scored(course, directory, replace(info, notes=(*info.notes, *notes)))


def _write_routing(run: Run, retrieval: Run, long_context: Run) -> None:
    routing = routing_of(run, retrieval=retrieval, long_context=long_context)
    (run.directory / ROUTING).write_bytes(to_bytes(routing, indent=True))


def _directory(course: _Course, info: RunInfo) -> Path:
    """Return where a run goes: where it was cut short, else to a new place."""
    if course.wish.out:
        return course.wish.out
    runs = evals_dir(course.settings)
    known = sorted(runs.glob(f"{info.suite}-*"), reverse=True) if runs.is_dir() else []
    going = next((each for each in known if goes_on(each, info)), None)
    return going or _free(runs / f"{info.suite}-{info.started_at.translate(_NO_COLONS)[:15]}")


def _free(path: Path) -> Path:
    """Return `path`, or one named alike where a run of the same second lies there."""
    numbered = (path.with_name(f"{path.name}-{n}") for n in itertools.count(2))
    return next(each for each in itertools.chain((path,), numbered) if not each.exists())


def _limited(suite: Suite, limit: int | None) -> Suite:
    """Return the suite with no more than `limit` questions, spread evenly over it."""
    count = len(suite.cases)
    if limit is None or limit >= count:
        return suite
    chosen = tuple(suite.cases[place * count // limit] for place in range(limit))
    return replace(suite, cases=chosen, notes=(*suite.notes, f"{limit} of {count} questions"))


def _said(wish: Wish) -> dict[str, object]:
    """Return what of the wish makes another run."""
    said = {
        "collection": wish.collection,
        "within_document": wish.within or None,
        "recorded": str(wish.recorded.absolute()) if wish.recorded else None,
        "recorded_model": wish.model,
        "recorded_way": wish.way,
        "routes_from": str(wish.routes.absolute()) if wish.routes else None,
    }
    return {name: value for name, value in said.items() if value}
