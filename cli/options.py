"""Options that several commands have."""

from typing import Annotated

import typer

Collection = Annotated[
    str, typer.Option("--collection", "-c", metavar="NAME", help="The collection to work in.")
]
Json = Annotated[
    bool, typer.Option("--json", help="JSON on stdout; progress and problems on stderr.")
]
TopK = Annotated[
    int | None, typer.Option("--top-k", min=1, max=200, help="Passages to answer from.")
]
Documents = Annotated[
    list[str] | None,
    typer.Option(
        "--document",
        "-d",
        metavar="ID",
        help="Only this document (repeatable); the beginning of its id is enough.",
    ),
]
Filter = Annotated[
    list[str] | None,
    typer.Option(
        "--filter", "-f", metavar="KEY=VALUE", help="Only where metadata says so (repeatable)."
    ),
]
Filters = Annotated[
    str | None,
    typer.Option(
        "--filters", metavar="JSON", help="""The same as JSON: '{"year": {"gte": 2020}}'."""
    ),
]
QuestionText = Annotated[str, typer.Argument(metavar="QUESTION", help="In words, in quotes.")]
