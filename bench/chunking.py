"""How fast text is divided: `python -m bench.chunking --data ../shared/data`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from core.ids import CollectionName, document_id, version_id
from core.local.wordpiece import WordPiece
from core.text import sentences
from core.types import Document
from ingest.chunk import MAX_TOKENS, chunk, embedding_text, pages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EMBEDDED_PER_S = 75
"""Chunks of the embedded default on two cores: the floor of embedded ingestion."""
ROUNDS = 3


def read(folder: Path) -> list[Document]:
    return [_document(path) for path in sorted(folder.rglob("*")) if path.is_file()]


def timed(work: Callable[[], int]) -> tuple[float, int]:
    """Return the median of the CPU seconds of some rounds of `work`, and what it returned."""
    seconds: list[float] = []
    result = 0
    for _ in range(ROUNDS):
        start = time.process_time()
        result = work()
        seconds.append(time.process_time() - start)
    return median(seconds), result


def report(documents: Sequence[Document]) -> None:
    count = WordPiece().count
    size = sum(len(document.text) for document in documents) / 1e6
    print(f"{len(documents)} documents, {size:.1f}M characters, CPU time, median of {ROUNDS}")

    def chunks() -> int:
        return sum(sum(1 for _ in chunk(document, count_tokens=count)) for document in documents)

    work: dict[str, Callable[[], int]] = {
        "sentences": lambda: sum(len(sentences(document.text)) for document in documents),
        "chunks": chunks,
        "pages": lambda: sum(sum(1 for _ in pages(document)) for document in documents),
        "tokens (for comparison)": lambda: sum(count(document.text) for document in documents),
    }
    taken = {name: timed(task) for name, task in work.items()}
    for name, (seconds, found) in taken.items():
        print(f"{name:24} {size / seconds:6.1f}M characters/s  {found:9,}")
    seconds, found = taken["chunks"]
    print(
        f"chunks and pages take {share(seconds + taken['pages'][0], found):.1%} of embedding them"
    )
    lengths = sorted(
        count(embedding_text(document, each))
        for document in documents
        for each in chunk(document, count_tokens=count)
    )
    tenth = len(lengths) // 10
    print(
        f"tokens embedded per chunk: 10 % {lengths[tenth]}, median {lengths[5 * tenth]}, "
        f"90 % {lengths[9 * tenth]}, most {lengths[-1]} of {MAX_TOKENS}"
    )


def share(seconds: float, chunks: int) -> float:
    """Return `seconds` as a share of the time in which `chunks` are embedded on two cores."""
    return seconds / (chunks / EMBEDDED_PER_S)


def _document(path: Path) -> Document:
    content = path.read_bytes()
    source = document_id(CollectionName("bench"), str(path))
    return Document(
        document_id=source,
        version=version_id(source, content),
        source=str(path),
        title=path.stem,
        text=content.decode("utf-8"),
        format="markdown" if path.suffix == ".md" else "text",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    folder: Path = parser.parse_args().data / "bigtext"
    if not folder.is_dir():
        parser.error(f"{str(folder)!r} is not there; give the development data with --data")
    report([each for name in ("peps", "rust-rfcs") for each in read(folder / name)])


if __name__ == "__main__":
    main()
