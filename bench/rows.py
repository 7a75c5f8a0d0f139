"""What a measurement says, and the table that the README shows."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

OUT = Path(__file__).with_name("out")
README = Path(__file__).parents[1] / "README.md"
_BEGIN, _END = "<!-- results: written by `make bench` -->", "<!-- /results -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure beside what it is measured against."""

    what: str
    ours: str
    goal: str
    others: str = "–"
    """Published figures and the baselines measured on the same data."""


def save(name: str, rows: Sequence[Row]) -> None:
    """Keep the rows of one measurement for the table."""
    OUT.mkdir(exist_ok=True)
    content = json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False)
    (OUT / f"{name}.rows.json").write_text(content, encoding="utf-8")


def fill_readme(names: Sequence[str]) -> None:
    """Write the kept rows of these measurements into the README, and say which are missing."""
    lines = ["| what | ibid | goal | others | command |", "| --- | --- | --- | --- | --- |"]
    for name in names:
        lines += _lines(name)
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    README.write_text(
        "\n".join([before.rstrip("\n") + "\n", _BEGIN, *lines, _END]) + after, encoding="utf-8"
    )


def _lines(name: str) -> list[str]:
    path, command = OUT / f"{name}.rows.json", f"`python -m bench.{name}`"
    if not path.exists():
        return [f"| {name} | not measured | – | – | {command} |"]
    rows = [Row(**row) for row in json.loads(path.read_text(encoding="utf-8"))]
    return [f"| {r.what} | {r.ours} | {r.goal} | {r.others} | {command} |" for r in rows]
