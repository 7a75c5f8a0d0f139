"""`ibid ask`: a question answered, or thousands."""

from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from cli import ask_options as option
from cli.options import Collection, Documents, Filter, Filters, Json, TopK
from cli.run import DONE, run

if TYPE_CHECKING:
    from core.answers import Answer
    from core.settings import Settings
    from serve.answer.question import Question
    from serve.service import Service


def ask(  # noqa: PLR0913 - the options of the command
    question: option.QuestionText = None,
    *,
    collection: Collection = "default",
    documents: Documents = None,
    pairs: Filter = None,
    filters: Filters = None,
    top_k: TopK = None,
    strategy: option.Strategy = option.Strategies.AUTO,
    max_context_tokens: option.MaxContextTokens = None,
    max_cost_usd: option.MaxCost = None,
    plan: option.Plan = False,
    task: option.Task = option.Tasks.QA,
    language: option.Language = None,
    reasoning: option.Reasoning = option.Reasonings.AUTO,
    schema: option.Schema = None,
    model: option.Model = None,
    max_tokens: option.MaxTokens = None,
    temperature: option.Temperature = None,
    batch: option.Batch = None,
    out: option.Out = None,
    concurrency: option.Concurrency = 4,
    as_json: Json = False,
) -> NoReturn:
    """Answer a question.

    Every sentence cites a verbatim quote; what the documents do not say is declined.
    """
    given = locals()
    run(partial(_work, given=given), as_json=as_json)


async def _work(settings: "Settings", *, given: dict[str, Any]) -> int:
    from serve.requests import read_query  # noqa: PLC0415 - `--help` needs none of it

    _check_batch(given)
    fields = _fields(given)
    if given["batch"] is not None:
        from cli.batch import ask_batch  # noqa: PLC0415

        at_once = given["concurrency"]
        return await ask_batch(settings, given["batch"], given["out"], fields, at_once=at_once)
    question = read_query({**fields, "question": given["question"] or ""})
    do = _plan if given["plan"] else _ask
    return await do(settings, question, as_json=given["as_json"])


def _check_batch(given: dict[str, Any]) -> None:
    """Raise where options that exclude each other, or need each other, were given."""
    from core.errors import RequestError  # noqa: PLC0415

    if given["batch"] is None:
        if given["out"] is not None:
            raise RequestError("--out is where the answers of --batch go; name its file too")
    elif given["question"] is not None:
        raise RequestError("--batch reads its questions from the file; leave out QUESTION")
    elif given["plan"]:
        raise RequestError("--plan is for one question; leave out --batch or --plan")


def _fields(given: dict[str, Any]) -> dict[str, object]:
    """Return what was given as the fields of a request."""
    from cli.values import parse_scope, schema_of  # noqa: PLC0415
    from serve.wire import filters_json  # noqa: PLC0415

    scope = parse_scope(
        given["collection"],
        documents=given["documents"],
        pairs=given["pairs"],
        filters=given["filters"],
    )
    plain = {name: given[name] for name in option.FIELDS if given[name] is not None}
    return {
        **plain,
        "document_ids": list(scope.document_ids),
        "filters": filters_json(scope.filters),
        "response_schema": schema_of(given["schema"]),
    }


async def _plan(settings: "Settings", question: "Question", *, as_json: bool) -> int:
    from dataclasses import replace  # noqa: PLC0415

    from cli.connect import open_service  # noqa: PLC0415
    from cli.documents import whole_ids  # noqa: PLC0415
    from cli.plan_view import plan_view  # noqa: PLC0415
    from cli.terminal import show, write_json  # noqa: PLC0415

    async with open_service(settings) as service:
        scope = await whole_ids(service, question.scope)
        planned = await service.plan(replace(question, scope=scope))
    if as_json:
        write_json(planned)
    else:
        show(plan_view(planned))
    return DONE


async def _ask(settings: "Settings", question: "Question", *, as_json: bool) -> int:
    from dataclasses import replace  # noqa: PLC0415

    from cli.connect import open_service  # noqa: PLC0415
    from cli.documents import whole_ids  # noqa: PLC0415
    from cli.terminal import show, write_json  # noqa: PLC0415

    async with open_service(settings) as service:
        scope = await whole_ids(service, question.scope)
        answer = await _answered(service, replace(question, scope=scope), shows=not as_json)
        # Shown before the store is closed, which takes a while.
        if as_json:
            write_json(answer)
        else:
            from cli.answer_view import answer_view  # noqa: PLC0415

            embedder = await embedder_of(service, question.scope.collection)
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
