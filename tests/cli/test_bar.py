from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from cli.bar import Bar

SHOW_CURSOR = "\x1b[?25h"


def _console(written: StringIO, *, terminal: bool) -> Console:
    return Console(file=written, force_terminal=terminal, width=80, color_system=None)


@pytest.mark.parametrize("total", [None, 7])
def test_what_is_done_is_shown_on_a_terminal(total: int | None) -> None:
    written = StringIO()
    with Bar(_console(written, terminal=True), "waiting") as bar:
        bar.update(doing="reading", done=3, total=total, note="a minute left")
    assert "reading" in written.getvalue()
    assert f"3/{total or '?'} a minute left" in written.getvalue()


def test_what_is_not_said_anew_stays() -> None:
    written = StringIO()
    with Bar(_console(written, terminal=True), "waiting", note="for a while") as bar:
        bar.update(done=3, total=7)
    assert "waiting" in written.getvalue()
    assert "3/7 for a while" in written.getvalue()


def test_nothing_is_written_elsewhere() -> None:
    written = StringIO()
    with Bar(_console(written, terminal=False), "waiting") as bar:
        bar.update(doing="reading", done=3, total=7, note="a minute left")
    assert written.getvalue() == ""


def test_the_terminal_is_given_back_when_what_is_shown_fails() -> None:
    written = StringIO()
    console = _console(written, terminal=True)
    with pytest.raises(ZeroDivisionError), Bar(console, "waiting"):
        raise ZeroDivisionError
    assert SHOW_CURSOR in written.getvalue()
    with Bar(console, "once more"):
        pass
    assert "once more" in written.getvalue()
