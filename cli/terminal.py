"""What is written to the terminal, and how."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from core.store.backup import Backup

_WIDEST = 100
"""Columns; longer lines are hard to read."""
_UNPIPED = 10_000
"""Columns where nothing is to be cut: a pipe has no edge."""
# Control characters move the cursor and colour the text, bidirectional ones reorder it: a document
# must not write to the terminal what it does not say.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_LAID_OUT = re.compile(r"\s{2,}\S|\t|[|>#]|[-*+•]\s|```")


def stdout() -> Console:
    """Return the terminal for what was asked for, in lines that read well."""
    from rich.console import Console  # noqa: PLC0415 - imported when something is shown

    console = Console(highlight=False, markup=False, emoji=False)
    console.width = min(console.width, _WIDEST)
    return console


def stdout_table() -> Console:
    """Return the terminal for rows, which are whole where they are piped and no COLUMNS is set."""
    from rich.console import Console  # noqa: PLC0415

    columns, _ = shutil.get_terminal_size((_UNPIPED, 1))
    return Console(highlight=False, markup=False, emoji=False, width=columns)


def stderr() -> Console:
    """Return the terminal for what is said beside the result."""
    from rich.console import Console  # noqa: PLC0415

    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def show(what: RenderableType, console: Console | None = None) -> None:
    """Print to a terminal, or into a pipe without what only lays out a screen."""
    console = console or stdout()
    if console.is_terminal:
        console.print(what, crop=False)
        return
    with console.capture() as printed:
        console.print(what, crop=False)
    lines = [line.rstrip() for line in printed.get().split("\n")]
    sys.stdout.write("\n".join(lines).strip("\n") + "\n")
    sys.stdout.flush()


def counted(count: int, noun: str) -> str:
    """Return `1 page`, `2 pages`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def write_json(value: object) -> None:
    """Write dataclasses or JSON values to stdout."""
    from serve.wire import to_bytes  # noqa: PLC0415

    sys.stdout.write(to_bytes(value, indent=True).decode())
    sys.stdout.flush()


def write_text(text: str) -> None:
    """Write the text of a document: exactly where it is piped, harmless on a terminal."""
    sys.stdout.write(printable(text) + "\n" if sys.stdout.isatty() else text)
    sys.stdout.flush()


def show_archive(done: str, file: Path, archive: Backup, *, as_json: bool) -> None:
    """Say what an archive holds."""
    if as_json:
        write_json({"file": str(file), "files": archive.files, "bytes": archive.bytes})
    else:
        size = f"{archive.bytes / 1e6:,.1f} MB"
        show(f"{done} ({counted(archive.files, 'file')}, {size})")


def printable(text: str) -> str:
    """Return `text` without what would steer a terminal."""
    return _CONTROL.sub("�", text)


def one_line(text: str) -> str:
    """Return `text` as a terminal may show it, its white space as single spaces."""
    return " ".join(printable(text.replace("\f", " ").replace("\r", " ")).split())


def shown_quote(quote: str) -> str:
    """Return a quote as a terminal may show it: prose flows, tables, lists and code keep lines."""
    lines = [printable(line).rstrip() for line in re.split(r"\r\n|[\n\f\r]", quote)]
    laid_out = any(_LAID_OUT.match(line) for line in lines[1:])
    return "\n".join(line for line in lines if line) if laid_out else one_line(quote)


def shown_source(source: str) -> str:
    """Return a source, a file below the working directory by its shorter name."""
    path = Path(source)
    here = Path.cwd()
    return one_line(str(path.relative_to(here)) if path.is_relative_to(here) else source)
