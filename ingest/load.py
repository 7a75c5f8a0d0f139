"""Paths into sources: files, directories, globs, and the lines of JSONL."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING, cast

import orjson

from core.errors import SourceError
from ingest.sources import MAX_BYTES, RECORD, Source, too_large, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import BinaryIO

_JUNK = frozenset({"__pycache__", "node_modules", "venv", "site-packages"})
_JSONL = frozenset({".jsonl", ".ndjson"})


def discover(paths: Sequence[str], *, max_bytes: int = MAX_BYTES) -> Iterator[Source | SourceError]:
    """Yield what `paths` name, one at a time, each source once; what cannot be read, as its error.

    Directories are walked in order of name, without hidden files and the likes of `node_modules`;
    symbolic links are followed. A `.jsonl` file is a document a line.
    """
    seen: set[Path] = set()
    for path in paths:
        for found in _expand(path):
            if isinstance(found, SourceError):
                yield found
            elif found not in seen:
                seen.add(found)
                yield from _sources(found, max_bytes)


def records(
    name: str, lines: BinaryIO, *, max_bytes: int = MAX_BYTES
) -> Iterator[Source | SourceError]:
    """Yield a source for each line of JSONL; a line that is no document, as its error.

    Args:
        name: what the lines are in; a line's source is it, `#`, and the id or the line's number.
        lines: read one line at a time.
        max_bytes: the most that a line may have.
    """
    seen: set[str] = set()
    for number, line in enumerate(_lines(lines, max_bytes), start=1):
        if not line.strip():
            continue
        at = f"{name}#{number}"
        if len(line) > max_bytes:
            yield too_large(at, max_bytes)
            continue
        found = _record(name, number, line.strip())
        if isinstance(found, Source) and found.name in seen:
            found = SourceError(f"has the id of an earlier line: {found.name!r}", source=at)
        if isinstance(found, Source):
            seen.add(found.name)
        yield found


def _expand(path: str) -> Iterator[Path | SourceError]:
    """Yield the files that `path` names: itself, those below it, or those that it matches."""
    given = Path(path).expanduser()
    if given.exists() or given.is_symlink():
        yield from _walk(given, ())
        return
    matches = sorted(glob.glob(str(given), recursive=True))  # noqa: PTH207 - with a root if glob.has_magic(path) else []
    if not matches:
        yield SourceError("there is no such file or directory", source=str(given.absolute()))
    for match in matches:
        yield from _walk(Path(match), ())


def _walk(path: Path, above: tuple[Path, ...]) -> Iterator[Path | SourceError]:
    """Yield the files at and below `path`, in order of name; `above`: the directories around it."""
    try:
        real = path.resolve(strict=True)
        if not real.is_dir():
            yield _file(real)
            return
        if real in above:
            yield SourceError("is a loop of symbolic links", source=str(path.absolute()))
            return
        entries = sorted(real.iterdir())
    except (OSError, RuntimeError) as error:
        yield _refused(path, error)
        return
    for entry in entries:
        if not entry.name.startswith(".") and entry.name not in _JUNK:
            yield from _walk(entry, (*above, real))


def _file(real: Path) -> Path | SourceError:
    shown = str(real).encode("utf-8", "replace").decode()
    if shown != str(real):
        return SourceError("has a name that is not UTF-8; rename it", source=shown)
    return real if real.is_file() else SourceError("is not a regular file", source=shown)


def _refused(path: Path, error: OSError | RuntimeError) -> SourceError:
    name = str(path.absolute()).encode("utf-8", "replace").decode()
    if isinstance(error, RuntimeError):  # how pathlib reports a loop until Python 3.13
        return SourceError("is a loop of symbolic links", source=name)
    if isinstance(error, FileNotFoundError):
        return SourceError("is a symbolic link to nothing", source=name)
    return unreadable(name, error)


def _sources(path: Path, max_bytes: int) -> Iterator[Source | SourceError]:
    if path.suffix.lower() not in _JSONL:
        yield Source(name=str(path), path=path)
        return
    try:
        with path.open("rb") as lines:
            empty = True
            for found in records(str(path), lines, max_bytes=max_bytes):
                empty = False
                yield found
            if empty:
                yield SourceError("is empty", source=str(path))
    except OSError as error:
        yield unreadable(str(path), error)


def _lines(lines: BinaryIO, max_bytes: int) -> Iterable[bytes]:
    """Yield lines; of one that is too long, its first `max_bytes + 1` bytes."""
    while line := lines.readline(max_bytes + 1):
        yield line
        while len(line) > max_bytes and not line.endswith(b"\n"):
            line = lines.readline(max_bytes + 1)


def _record(name: str, number: int, line: bytes) -> Source | SourceError:
    at = f"{name}#{number}"
    try:
        data: object = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return SourceError(f"is not JSON: {error}", source=at)
    record = cast("dict[str, object]", data) if isinstance(data, dict) else {}
    if not isinstance(record.get("text"), str):
        return SourceError('is not a document: an object with a "text" is needed', source=at)
    if not isinstance(key := record.get("id", number), str | int):
        return SourceError(f'has an "id" that is neither text nor a number: {key!r}', source=at)
    return Source(name=f"{name}#{key}", content=line, format=RECORD)
