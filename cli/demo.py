"""`ibid demo`: documents in, questions asked, cited answers out, and nothing left behind."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.options import Json
from cli.run import DONE, FAILED, run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.answers import Answer
    from core.records import Job
    from core.settings import Settings
    from serve.service import IngestRequest, Service

_HOME = Path(__file__).parents[1]
_PAGED = _HOME / "docs" / "architecture.md"
"""Read as a PDF, so that there are pages to cite."""
_ASKED = (
    "What becomes of a file that cannot be read?",
    "What is a span?",
    "Where does a server leave its address and a token?",
    "Who won the football world cup of 1998?",
)
"""About ibid's own documents; the last has no answer there."""
_UNANSWERABLE = _ASKED[-1]
_COLLECTION = "demo"
_READ_CHARACTERS = 100_000
_DEFINED = (
    r"(?<=[.!?]\s)(?P<subject>(?:The|An?)\s[\w-]+(?:\s[\w-]+){0,3})\s"
    r"(?P<verb>is|are|was|were)\s(?:an?|the|one)\s"
)
"""How a sentence begins that says what something is."""


def demo(
    *,
    docs: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Your documents instead of ibid's own.")
    ] = None,
    questions: Annotated[
        list[str] | None,
        typer.Option("--question", "-q", metavar="TEXT", help="Ask this (repeatable)."),
    ] = None,
    as_json: Json = False,
) -> NoReturn:
    """Show what ibid does.

    Documents are read into a temporary store, questions are asked, answers come with their quotes.
    """

    async def work(settings: "Settings") -> int:
        from tempfile import TemporaryDirectory  # noqa: PLC0415 - `--help` needs none of it

        with TemporaryDirectory(prefix="ibid-demo-", ignore_cleanup_errors=True) as folder:
            request = _read(docs) if docs else _read_own(Path(folder))
            asked = questions or (None if docs else _ASKED)
            return await _demo(
                _temporary(settings, Path(folder)), request, asked=asked, as_json=as_json
            )

    run(work, as_json=as_json)


async def _demo(
    settings: "Settings",
    request: "IngestRequest",
    *,
    asked: "Sequence[str] | None",
    as_json: bool,
) -> int:
    from serve.engine import open_engine  # noqa: PLC0415

    engine = await open_engine(settings)
    try:
        job = await _ingest(engine, request, as_json=as_json)
        if not job.documents.done:
            return FAILED
        answers = [
            await _ask(engine, question, as_json=as_json)
            for question in asked or await _questions(engine)
        ]
    finally:
        await engine.close()
    if as_json:
        from cli.terminal import write_json  # noqa: PLC0415

        write_json({"job": job, "answers": answers})
    else:
        _say_what_next()
    return DONE


async def _ingest(service: "Service", request: "IngestRequest", *, as_json: bool) -> "Job":
    import time  # noqa: PLC0415

    from cli.ingest import show_ingest  # noqa: PLC0415
    from cli.progress import summary  # noqa: PLC0415
    from cli.terminal import shown_source, stderr  # noqa: PLC0415

    if not as_json:
        names = [shown_source(path) for path in request.paths]
        names += [upload.name for upload in request.uploads]
        stderr().print(f"Reading {', '.join(names)} into a temporary store")
    started = time.monotonic()
    job = await show_ingest(service, request)
    if not as_json:
        stderr().print(summary(job, seconds=time.monotonic() - started))
        stderr().print()
    return job


async def _ask(service: "Service", question: str, *, as_json: bool) -> "Answer":
    from rich.text import Text  # noqa: PLC0415

    from cli.answer_view import answer_view  # noqa: PLC0415
    from cli.ask import embedder_of  # noqa: PLC0415
    from cli.terminal import one_line, show, stdout  # noqa: PLC0415
    from core.ids import CollectionName  # noqa: PLC0415
    from core.types import Scope  # noqa: PLC0415
    from serve.answer.question import Question  # noqa: PLC0415

    scope = Scope(collection=CollectionName(_COLLECTION))
    answer = await service.ask(Question(text=question, scope=scope))
    if not as_json:
        console = stdout()
        console.rule(Text(one_line(question), style="bold"), align="left", style="dim")
        show(answer_view(answer, embedder=await embedder_of(service, _COLLECTION)), console)
        if not console.is_terminal:
            console.print()
    return answer


async def _questions(service: "Service") -> list[str]:
    """Return questions about what the longest documents define, and one about nothing there."""
    import re  # noqa: PLC0415

    from cli.documents import all_documents  # noqa: PLC0415
    from core.ids import CollectionName  # noqa: PLC0415
    from core.types import Span  # noqa: PLC0415

    name = CollectionName(_COLLECTION)
    asked: list[str] = []
    for document in sorted(await all_documents(service, name), key=lambda d: -d.tokens)[:3]:
        span = Span(0, min(document.characters, _READ_CHARACTERS))
        _, text = await service.text(name, document.document_id, span)
        if found := re.search(_DEFINED, text):
            subject = " ".join(found["subject"].split())
            asked.append(f"What {found['verb']} {subject[0].lower()}{subject[1:]}?")
    return [*dict.fromkeys(asked), _UNANSWERABLE]


def _read(docs: Path) -> "IngestRequest":
    from core.ids import CollectionName  # noqa: PLC0415
    from serve.service import IngestRequest  # noqa: PLC0415

    return IngestRequest(collection=CollectionName(_COLLECTION), paths=[str(docs.absolute())])


def _read_own(folder: Path) -> "IngestRequest":
    """Return ibid's README and docs to read, one of them as a PDF made in `folder`."""
    from cli.markdown_pdf import write_pdf  # noqa: PLC0415 - imports ReportLab
    from core.errors import SourceError  # noqa: PLC0415
    from core.ids import CollectionName  # noqa: PLC0415
    from serve.service import IngestRequest, Upload  # noqa: PLC0415

    if not _PAGED.is_file():
        raise SourceError(f"no documents in {str(_HOME)!r}; name some with --docs")
    pdf = folder / f"{_PAGED.stem}.pdf"
    write_pdf(_PAGED.read_text("utf-8"), pdf, title=_PAGED.stem.capitalize())
    others = [path for path in sorted(_PAGED.parent.glob("*.md")) if path != _PAGED]
    return IngestRequest(
        collection=CollectionName(_COLLECTION),
        paths=[str(path) for path in (_HOME / "README.md", *others)],
        uploads=[Upload(name=f"{pdf.name} (made from {_PAGED.relative_to(_HOME)})", path=pdf)],
    )


def _temporary(settings: "Settings", folder: Path) -> "Settings":
    """Return `settings` for a store in `folder`, with the embedder that is already built."""
    import contextlib  # noqa: PLC0415

    data = folder / "data"
    data.mkdir()
    models = settings.data_dir.absolute() / "models"
    with contextlib.suppress(OSError):  # then it is built again
        models.mkdir(parents=True, exist_ok=True)
        (data / "models").symlink_to(models)
    return settings.model_copy(update={"data_dir": data, "qdrant_url": ""})


def _say_what_next() -> None:
    from rich.text import Text  # noqa: PLC0415

    from cli.terminal import show  # noqa: PLC0415

    show(
        Text.assemble(
            "Now with your own documents:\n",
            ("  ibid ingest ~/Documents/reports\n", "bold"),
            ('  ibid ask "What were the revenues of 2023?"\n', "bold"),
            ("  ibid serve", "bold"),
            "    answers over HTTP; the other commands then work through it\n"
            "                (but backup and restore need it to end first)\n",
        )
    )
