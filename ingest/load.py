"""Paths into sources: files, directories, globs, and the lines of JSONL."""

from __future__ import annotations

import glob
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

import orjson

from core.errors import SourceError
from ingest.sources import MAX_BYTES, RECORD, Source, too_large, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import BinaryIO

_Identity: TypeAlias = tuple[int, int]
"""Of a directory: its device and inode, whatever links lead to it."""

_JUNK = frozenset({"__pycache__", "node_modules", "venv", "site-packages"})
_JSONL = frozenset({".jsonl", ".ndjson"})


def discover(paths: Sequence[str], *, max_bytes: int = MAX_BYTES) -> Iterator[Source | SourceError]:
    """Yield what `paths` name, one at a time, each source once; what cannot be read, as its error.

    Directories are walked in order of name, each once, without hidden files and the likes of
    `node_modules`; symbolic links are followed. A `.jsonl` file is a document a line.
    """
    seen: set[Path] = set()
    entered: set[_Identity] = set()
    for path in paths:
        for found in _expand(path, entered):
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


def _expand(path: str, entered: set[_Identity]) -> Iterator[Path | SourceError]:
    """Yield the files that `path` names: itself, those below it, or those that it matches."""
    given = Path(path).expanduser()
    if given.exists() or given.is_symlink():
        yield from _walk(given, entered)
        return
    matches = sorted(set(_matches(given))) if glob.has_magic(path) else []
    if not matches:
        yield SourceError("there is no such file or directory", source=str(given.absolute()))
    for match in matches:
        yield from _walk(Path(match), entered)


def _matches(pattern: Path) -> Iterator[str]:
    """Yield what `pattern` matches, as `glob` does, but what is behind many links once.

    `glob` follows two directories' links to each other as deep as the system lets it, every way
    there is: https://docs.python.org/3.11/library/glob.html#glob.glob.
    """
    if "**" not in pattern.parts:
        yield from glob.iglob(str(pattern))  # noqa: PTH207 - without hidden files
        return
    at = pattern.parts.index("**")
    below = Path(*pattern.parts[at + 1 :])
    for top in _matches(Path(*pattern.parts[:at])):
        for directory in _directories(top):
            yield from _matches(Path(glob.escape(directory), below))


def _directories(top: str) -> Iterator[str]:
    """Yield `top` and the directories below it that are not hidden, each once."""
    entered: set[_Identity | None] = {None}
    for directory, below, _ in os.walk(top, followlinks=True):
        identity = _identity(directory)
        if identity in entered:
            below.clear()
            continue
        entered.add(identity)
        below[:] = [name for name in below if not name.startswith(".")]
        yield directory


def _identity(path: Path | str) -> _Identity | None:
    """Return what makes a directory itself; `None`: it is none."""
    try:
        status = os.stat(path)  # noqa: PTH116 - half of these are no `Path`
    except FileNotFoundError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None


def _walk(start: Path, entered: set[_Identity]) -> Iterator[Path | SourceError]:
    """Yield the files at and below `start`, in order of name.

    Args:
        start: a file or a directory.
        entered: the directories that were walked before, which are passed over.
    """
    above: list[_Identity] = []
    levels = [iter([start])]
    while levels:
        path = next(levels[-1], None)
        if path is None:
            levels.pop()
            del above[-1:]
            continue
        try:
            real = path.resolve(strict=True)
            identity = _identity(real)
            if identity is None:
                yield _file(real)
            elif identity in above:
                yield SourceError("is a loop of symbolic links", source=str(path.absolute()))
            elif identity not in entered:
                levels.append(iter(_entries(real)))
                above.append(identity)
                entered.add(identity)
        except (OSError, RuntimeError) as error:
            yield _refused(path, error)


def _entries(directory: Path) -> list[Path]:
    """Return what is to be read of a directory, by name."""
    entries = sorted(directory.iterdir())
    return [e for e in entries if not e.name.startswith(".") and e.name not in _JUNK]


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
