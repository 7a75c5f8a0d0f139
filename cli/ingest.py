"""`ibid ingest`: documents in."""

import time
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.options import Collection, Json
from cli.run import DONE, FAILED, IN_PART, run

if TYPE_CHECKING:
    from core.records import Job
    from core.settings import Settings
    from serve.service import IngestRequest, Service


def ingest(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Files, directories, globs.")],
    *,
    collection: Collection = "default",
    metadata: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Added to every document (repeatable)."),
    ] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Read unchanged ones again.")] = False,
    embedder: Annotated[
        str | None, typer.Option(metavar="NAME", help="For a new collection.")
    ] = None,
    as_json: Json = False,
) -> NoReturn:
    """Read documents into a collection.

    Unchanged ones cost nothing, bad ones are named, the rest goes on.
    """

    async def work(settings: "Settings") -> int:
        from cli.connect import open_service  # noqa: PLC0415 - `--help` needs none of it
        from cli.values import absolute, parse_pairs  # noqa: PLC0415
        from core.ids import CollectionName  # noqa: PLC0415
        from serve.service import IngestRequest  # noqa: PLC0415

        request = IngestRequest(
            collection=CollectionName(collection),
            paths=[absolute(path) for path in paths],
            metadata=parse_pairs("--metadata", metadata or ()),
            refresh=refresh,
            embedder=embedder,
        )
        async with open_service(settings, create=True) as service:
            return await _ingest(service, request, as_json=as_json)

    run(work, as_json=as_json)


async def _ingest(service: "Service", request: "IngestRequest", *, as_json: bool) -> int:
    from cli.progress import summary  # noqa: PLC0415
    from cli.terminal import show, stderr, write_json  # noqa: PLC0415

    started = time.monotonic()
    job = await show_ingest(service, request)
    if as_json:
        write_json(job)
    else:
        show(summary(job, seconds=time.monotonic() - started))
    if not job.documents.total:
        stderr().print("ibid: nothing to ingest there")
    return _exit_code(job)


async def show_ingest(service: "Service", request: "IngestRequest") -> "Job":
    """Ingest, show on stderr how it stands, and return how it ended."""
    from cli.progress import IngestProgress  # noqa: PLC0415
    from cli.terminal import stderr  # noqa: PLC0415

    last: Job | None = None
    with IngestProgress(stderr()) as progress:
        async for job in service.ingest(request):
            progress.show(job)
            last = job
    if last is None:
        raise AssertionError
    return last


def _exit_code(job: "Job") -> int:
    counts = job.documents
    if not counts.done + counts.skipped:
        return FAILED
    return IN_PART if counts.failed else DONE
