"""`ibid restore`: the embedded store from a backup."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.options import Json
from cli.run import DONE, run

if TYPE_CHECKING:
    from core.settings import Settings


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `ibid backup` wrote.")],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="In place of the store that is there.")
    ] = False,
    as_json: Json = False,
) -> NoReturn:
    """Put back what was backed up."""

    async def work(settings: "Settings") -> int:
        from cli.connect import refuse_server  # noqa: PLC0415 - `--help` needs none of it
        from cli.terminal import show_archive  # noqa: PLC0415
        from core.store.backup import restore as put_back  # noqa: PLC0415

        await refuse_server(settings, "restore")
        found = put_back(file, settings.data_dir, replace=replace)
        show_archive(f"restored to {settings.data_dir}", file, found, as_json=as_json)
        return DONE

    run(work, as_json=as_json)
