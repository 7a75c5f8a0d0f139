"""What `ibid eval run` says of the shared sets, with the embedded defaults."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.rows import OUT, Row, save

IBID = Path(sys.executable).with_name("ibid")
SETS = ("clapnq", "chroma_chunking", "rgb_fact", "financebench")
EMBEDDED = {
    "IBID_DATA_DIR": str(OUT / "eval"),
    "IBID_MODEL": "extractive",
    "IBID_EMBEDDER": "all-MiniLM-L6-v2",
    "IBID_RERANK": "false",
}
SHOWN = {
    "answered_rate": "answered, of the answerable",
    "abstention_recall": "declined, of the unanswerable",
    "abstention_precision": "declined rightly, of the declined",
    "citation_precision": "citation precision (local checker)",
    "citation_recall": "citation recall (local checker; quotes support themselves)",
    "cited_span_recall": "gold evidence that is cited",
    "cited_page_accuracy": "cited pages that are gold",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the development data")
    data = parser.parse_args().data
    save("evaluation", [row for name in SETS for row in _rows(name, data)])


def _rows(name: str, data: Path) -> list[Row]:
    out = OUT / "eval" / f"run-{name}"
    command = [str(IBID), "eval", "run", str(data / name), "--out", str(out)]
    environment = {**os.environ, **EMBEDDED}  # noqa: TID251 - of another process
    subprocess.run(command, env=environment, check=True)  # noqa: S603
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    figures = {metric["name"]: metric["figure"] for metric in report["metrics"]}
    known = {metric for metric, figure in figures.items() if figure["value"] is not None}
    if "abstention_recall" not in known:  # nothing in this set is to be declined
        known.discard("abstention_precision")
    return [
        Row(what=f"{name}: {said}", ours=_told(figures[metric]), goal="–")
        for metric, said in SHOWN.items()
        if metric in known
    ]


def _told(figure: dict[str, Any]) -> str:
    value, low, high = (100 * figure[key] for key in ("value", "low", "high"))
    return f"{value:.1f} % ({low:.1f}–{high:.1f}), n={figure['n']}"


if __name__ == "__main__":
    main()
