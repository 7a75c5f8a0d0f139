"""`ibid search`: the passages that a question would be answered from."""

from typing import TYPE_CHECKING, NoReturn

from cli.options import Collection, Documents, Filter, Filters, Json, QuestionText, TopK
from cli.run import DONE, run

if TYPE_CHECKING:
    from core.settings import Settings


def search(  # noqa: PLR0913 - the options of the command
    question: QuestionText,
    *,
    collection: Collection = "default",
    documents: Documents = None,
    pairs: Filter = None,
    filters: Filters = None,
    top_k: TopK = None,
    as_json: Json = False,
) -> NoReturn:
    """Show the passages for a question."""

    async def work(settings: "Settings") -> int:
        from dataclasses import replace  # noqa: PLC0415 - `--help` needs none of it

        from cli.answer_view import passages_view  # noqa: PLC0415
        from cli.connect import open_service  # noqa: PLC0415
        from cli.documents import whole_ids  # noqa: PLC0415
        from cli.terminal import show, write_json  # noqa: PLC0415
        from cli.values import parse_scope  # noqa: PLC0415
        from serve.answer.question import Question  # noqa: PLC0415

        scope = parse_scope(collection, documents=documents, pairs=pairs, filters=filters)
        asked = Question(text=question, scope=scope, top_k=top_k)
        async with open_service(settings) as service:
            asked = replace(asked, scope=await whole_ids(service, scope))
            found = await service.search(asked)
        if as_json:
            write_json(found)
        else:
            show(passages_view(found.passages, found.fallbacks))
        return DONE

    run(work, as_json=as_json)
