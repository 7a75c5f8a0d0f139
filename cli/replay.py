"""`ibid replay`: the citations of an answer, checked again."""

from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.options import Json
from cli.run import DONE, FAILED, run

if TYPE_CHECKING:
    from core.settings import Settings


def replay(
    answer: Annotated[str, typer.Argument(metavar="ANSWER", help="Its id: ans_…")],
    *,
    as_json: Json = False,
) -> NoReturn:
    """Check the citations of an answer against today's documents.

    The exit code is 1 where a quote has changed or is gone.
    """

    async def work(settings: "Settings") -> int:
        from cli.connect import open_service  # noqa: PLC0415 - `--help` needs none of it
        from cli.terminal import show, write_json  # noqa: PLC0415

        async with open_service(settings) as service:
            found = await service.replay(answer)
            given = None if as_json else await service.kept_answer(answer)
        if given is None:
            write_json(found)
        else:
            from cli.replay_view import replay_view  # noqa: PLC0415

            show(replay_view(found, given))
        return FAILED if found.broken else DONE

    run(work, as_json=as_json)
