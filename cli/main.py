"""The `ibid` command."""

from typing import Annotated

import typer

from cli import collections, documents, evaluation
from cli.ask import ask
from cli.backup import backup
from cli.demo import demo
from cli.doctor import doctor
from cli.ingest import ingest
from cli.replay import replay
from cli.restore import restore
from cli.search import search
from cli.serve import serve

app = typer.Typer(
    name="ibid",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
    epilog="Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done in part.",
)


def _show_version(asked: bool) -> None:  # noqa: FBT001 - how the parser calls it
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 - `--help` does not need it

        typer.echo(f"ibid {version('ibid')}")
        raise typer.Exit


@app.callback()
def ibid(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Ask your documents: every sentence of an answer cites a verbatim quote."""


for command in (demo, ingest, ask, search, replay, serve, doctor, backup, restore):
    app.command()(command)
app.add_typer(documents.app, name="documents")
app.add_typer(collections.app, name="collections")
app.add_typer(evaluation.app, name="eval")
