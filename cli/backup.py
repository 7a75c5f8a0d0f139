"""`ibid backup`: the embedded store in one file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.options import Json
from cli.run import DONE, run

if TYPE_CHECKING:
    from core.settings import Settings


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .tar.gz that is not there yet.")],
    *,
    as_json: Json = False,
) -> NoReturn:
    """Write the store to a file."""

    async def work(settings: "Settings") -> int:
        from cli.connect import expect_store, refuse_server  # noqa: PLC0415 - `--help` needs none of it
        from cli.terminal import show_archive  # noqa: PLC0415
        from core.store.backup import backup as write_backup  # noqa: PLC0415
        from core.wiring import open_store  # noqa: PLC0415

        await refuse_server(settings, "back up")
        expect_store(settings)
        store = open_store(settings)
        try:
            made = await write_backup(store, file)
        finally:
            await store.close()
        show_archive(f"backed up to {file}", file, made, as_json=as_json)
        return DONE

    run(work, as_json=as_json)
