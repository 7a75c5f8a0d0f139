"""`ibid collections`: what documents are kept in."""

import sys
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.options import Json
from cli.run import DONE, run

if TYPE_CHECKING:
    from core.settings import Settings

app = typer.Typer(no_args_is_help=True, help="List, create or delete collections.")
Name = Annotated[str, typer.Argument(metavar="NAME")]


@app.command("list")
def list_collections(*, as_json: Json = False) -> NoReturn:
    """List the collections."""

    async def work(settings: "Settings") -> int:
        from cli.connect import open_service  # noqa: PLC0415 - `--help` needs none of it
        from cli.documents_view import collections_view  # noqa: PLC0415
        from cli.terminal import show, stdout_table, write_json  # noqa: PLC0415
        from serve.wire import Collections  # noqa: PLC0415

        async with open_service(settings) as service:
            found = await service.collections()
        if as_json:
            write_json(Collections(collections=tuple(found)))
        else:
            show(collections_view(found), stdout_table())
        return DONE

    run(work, as_json=as_json)


@app.command("create")
def create_collection(
    name: Name,
    *,
    embedder: Annotated[
        str | None, typer.Option(metavar="NAME", help="Serves it from now on.")
    ] = None,
    as_json: Json = False,
) -> NoReturn:
    """Create a collection, where it is not there yet."""

    async def work(settings: "Settings") -> int:
        from cli.connect import open_service  # noqa: PLC0415
        from cli.terminal import show, write_json  # noqa: PLC0415
        from core.ids import CollectionName  # noqa: PLC0415

        async with open_service(settings, create=True) as service:
            made = await service.create_collection(CollectionName(name), embedder=embedder)
        if as_json:
            write_json(made)
        else:
            show(f"collection {made.name}, embedded by {made.embedder}")
        return DONE

    run(work, as_json=as_json)


@app.command("delete")
def delete_collection(
    name: Name,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Json = False,
) -> NoReturn:
    """Delete a collection and all that is in it."""

    async def work(settings: "Settings") -> int:
        from cli.connect import open_service  # noqa: PLC0415
        from cli.terminal import show, write_json  # noqa: PLC0415
        from core.ids import CollectionName  # noqa: PLC0415

        if not yes and sys.stdin.isatty():
            typer.confirm(f"Delete collection {name} and all its documents?", abort=True, err=True)
        async with open_service(settings) as service:
            await service.delete_collection(CollectionName(name))
        if as_json:
            write_json({"deleted": name})
        else:
            show(f"deleted collection {name}")
        return DONE

    run(work, as_json=as_json)
