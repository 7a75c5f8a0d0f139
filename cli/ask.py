"""`ibid ask`: a question answered."""

from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from cli.options import Collection, Documents, Filter, Filters, Json, QuestionText, TopK
from cli.run import DONE, run

if TYPE_CHECKING:
    from core.answers import Answer
    from core.settings import Settings
    from serve.service import Question, Service


def ask(  # noqa: PLR0913 - the options of the command
    question: QuestionText,
    *,
    collection: Collection = "default",
    documents: Documents = None,
    pairs: Filter = None,
    filters: Filters = None,
    top_k: TopK = None,
    strategy: Annotated[
        Literal["auto", "retrieval"], typer.Option(help="How the answer is found.")
    ] = "auto",
    as_json: Json = False,
) -> NoReturn:
    """Answer a question.

    Every sentence cites a verbatim quote; what the documents do not say is declined.
    """

    async def work(settings: "Settings") -> int:
        from cli.values import parse_scope  # noqa: PLC0415 - `--help` needs none of it
        from serve.service import Question  # noqa: PLC0415

        scope = parse_scope(collection, documents=documents, pairs=pairs, filters=filters)
        asked = Question(text=question, scope=scope, top_k=top_k, strategy=strategy)
        return await _ask(settings, asked, as_json=as_json)

    run(work, as_json=as_json)


async def _ask(settings: "Settings", question: "Question", *, as_json: bool) -> int:
    from dataclasses import replace  # noqa: PLC0415

    from cli.connect import open_service  # noqa: PLC0415
    from cli.documents import whole_ids  # noqa: PLC0415
    from cli.terminal import show, write_json  # noqa: PLC0415

    async with open_service(settings) as service:
        scope = await whole_ids(service, question.scope)
        answer = await _answered(service, replace(question, scope=scope), shows=not as_json)
        embedder = "" if as_json else await embedder_of(service, question.scope.collection)
    if as_json:
        write_json(answer)
    else:
        from cli.answer_view import answer_view  # noqa: PLC0415

        show(answer_view(answer, embedder=embedder))
    return DONE


async def _answered(service: "Service", question: "Question", *, shows: bool) -> "Answer":
    """Return the answer; on a terminal its text is shown as it comes, and gone at the end."""
    from cli.terminal import stderr  # noqa: PLC0415

    console = stderr()
    if not (shows and console.is_terminal):
        return await service.ask(question)

    from rich.live import Live  # noqa: PLC0415

    from cli.draft_view import DraftView  # noqa: PLC0415

    with Live(console=console, transient=True, refresh_per_second=12) as live:
        view = DraftView(live)
        async for event in service.stream(question):
            view.hear(event)
    return view.answer


async def embedder_of(service: "Service", collection: str) -> str:
    """Return what searches `collection`."""
    return next(
        (found.embedder for found in await service.collections() if found.name == collection), "?"
    )
