"""How far something has come, as a bar in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console


class Bar:
    """A line that is there while this is entered; on a terminal, and nothing elsewhere."""

    def __init__(
        self,
        console: Console,
        doing: str,
        *,
        note: str = "",
        with_bar: bool = True,
        with_note: bool = True,
    ) -> None:
        """Show what is being done and the count, and with them a bar and a note."""
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            *([BarColumn(bar_width=24)] if with_bar else []),
            MofNCompleteColumn(),
            *([TextColumn("{task.fields[note]}", style="dim")] if with_note else []),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._note = note
        self._task = self._progress.add_task(doing, total=None, note=note)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def update(
        self, *, done: int, total: int | None, doing: str | None = None, note: str | None = None
    ) -> None:
        """Show how many are done, and of how many; what is `None` stays as it was."""
        self._note = self._note if note is None else note
        self._progress.update(
            self._task, completed=done, total=total, description=doing, note=self._note
        )
