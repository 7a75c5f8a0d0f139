"""The `ibid` command."""

import typer

from cli import collections, documents
from cli.ask import ask
from cli.backup import backup
from cli.demo import demo
from cli.doctor import doctor
from cli.ingest import ingest
from cli.restore import restore
from cli.search import search
from cli.serve import serve

app = typer.Typer(
    name="ibid",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
    help="Ask your documents: every sentence of an answer cites a verbatim quote.",
    epilog="Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done in part.",
)
for command in (demo, ingest, ask, search, serve, doctor, backup, restore):
    app.command()(command)
app.add_typer(documents.app, name="documents")
app.add_typer(collections.app, name="collections")
