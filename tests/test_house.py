"""What a reader may count on, and no linter of ours counts."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("core", "ingest", "retrieval", "serve", "eval", "cli", "bench")
LONGEST_FILE = 300
LONGEST_FUNCTION = 40


def too_long(source: str) -> list[str]:
    """Return the functions that are too long, with their lines; `(file)` where it all is."""
    functions = [
        (node.name, (node.end_lineno or 0) - node.lineno + 1)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    found = [f"{name}: {lines}" for name, lines in functions if lines > LONGEST_FUNCTION]
    lines = len(source.splitlines())
    return [*found, f"(file): {lines}"] if lines > LONGEST_FILE else found


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_function_has_more_than_40_lines_and_no_file_more_than_300(folder: str) -> None:
    sources = {path: path.read_text() for path in (ROOT / folder).rglob("*.py")}

    assert sources
    assert {str(p.relative_to(ROOT)): too_long(s) for p, s in sources.items() if too_long(s)} == {}


def test_what_is_too_long_is_found() -> None:
    function = "async def long():\n" + "    pass\n" * 40

    assert too_long(function) == ["long: 41"]
    assert too_long("x = 1\n" * 301) == ["(file): 301"]
