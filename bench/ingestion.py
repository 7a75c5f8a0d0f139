"""What ingesting filings costs beside embedding them: `python -m bench.ingestion --data DIR`."""

from __future__ import annotations

import argparse
import asyncio
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bench.rows import Row, save

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Resident:
    """Watches how much memory this process and those that it starts have resident, together."""

    def __init__(self) -> None:
        self.peak_bytes = 0
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Resident:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watch.join()

    def _run(self) -> None:
        while not self._ended.wait(0.2):
            self.peak_bytes = max(self.peak_bytes, sum(map(_resident_bytes, _family(os.getpid()))))


def _family(process: int) -> list[int]:
    """Return a process and all below it."""
    family = [process]
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            family += [pid for child in task.read_text().split() for pid in _family(int(child))]
    return family


def _resident_bytes(process: int) -> int:
    try:
        pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    except OSError:  # it has ended
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def measured(folder: Path) -> Iterator[Row]:
    """Measure the parts, each with the machine to itself, and then the whole."""
    # The process that parses imports the main module too, and that of `ibid` is a light one.
    from bench.ingest_run import embed, ingest  # noqa: PLC0415

    batches: list[Sequence[str]] = []
    without = asyncio.run(ingest(folder, unembedded=batches))
    embedding = asyncio.run(embed(batches))
    batches.clear()
    with Resident() as resident:
        whole = asyncio.run(ingest(folder))
    counts = whole.job.progress
    print(
        f"documents {whole.job.documents}, {whole.seconds:.1f} s; "
        f"embedding alone {embedding:.1f} s, everything else alone {without.seconds:.1f} s"
    )
    yield Row(
        what="ingestion: everything but embedding, as a share of embedding (27 filings)",
        ours=f"{without.seconds / embedding:.0%}",
        goal="≤ 25 %",
    )
    yield Row(
        what="ingestion: what it takes longer than embedding alone, as a share of that",
        ours=f"{whole.seconds / embedding - 1:.0%}",
        goal="≤ 25 %",
    )
    yield Row(
        what="ingestion: peak resident, 27 filings, all processes together",
        ours=f"{resident.peak_bytes / 1e9:.2f} GB",
        goal="≤ 1 GB",
    )
    yield Row(
        what="ingestion: pages and chunks a second, two cores",
        ours=f"{counts.pages / whole.seconds:.0f} and {counts.chunks / whole.seconds:.0f}",
        goal="–",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    rows = list(measured(parser.parse_args().data / "financebench" / "pdfs"))
    save("ingestion", rows)
    for row in rows:
        print(f"{row.what}: {row.ours} (goal {row.goal})")


if __name__ == "__main__":
    main()
