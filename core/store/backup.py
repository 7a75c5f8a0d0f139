"""Backups of the embedded store: its files in one archive, with a manifest of checksums."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import tarfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Annotated, cast

import orjson
from pydantic import Field, TypeAdapter, ValidationError

from core.errors import ConflictError, RequestError, StoreError
from core.store.edge import STORE_DIRECTORY, EdgeStore, has_collections, has_store, lock_store
from core.store.files import sync

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path

    from core.protocols import Store

_FORMAT = 1
_MANIFEST = "manifest.json"
_MOST_MANIFEST_BYTES = 2**26
_BLOCK = 2**20
_DRAFT = "restore.new"
"""A backup that is being unpacked; only what is whole gets the next name."""
_READY = "restore.ready"
"""A backup that takes the place of the store, which whoever opens the store next finishes."""
_PARTS = ("control", "indexes")
"""What a store is made of; beside them there is the lock, which stays where it is."""
_PLACES = frozenset((STORE_DIRECTORY, part) for part in _PARTS)
_DAMAGES = (
    *(OSError, EOFError, tarfile.TarError, zlib.error),
    *(ValueError, ArithmeticError, LookupError, RecursionError),
)
"""What reading a damaged or crafted archive raises, in the library's code for its headers too."""
_SERVER = (
    "the store is a Qdrant server, which backs itself up: use its snapshots, "
    "https://qdrant.tech/documentation/concepts/snapshots/, of the collections named ibid_…"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What an archive holds."""

    files: int
    bytes: int
    """The size of the archive: the files of the engine are large and mostly holes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    """What an archive says of itself."""

    format: int
    files: dict[str, tuple[str, Annotated[int, Field(ge=0)]]] = field(
        default_factory=dict[str, tuple[str, int]]
    )
    """By name: the checksum without the zeros at the end, and the whole size."""


async def backup(store: Store, target: Path) -> Backup:
    """Write the embedded store to `target`, a `.tar.gz`, in one step.

    Questions are answered meanwhile; whoever wants to write waits.

    Raises:
        RequestError: the store is on a server.
        ConflictError: `target` is there already.
        StoreError: it cannot be written.
    """
    if not isinstance(store, EdgeStore):
        raise RequestError(_SERVER)
    if await asyncio.to_thread(target.exists):
        raise ConflictError(f"{str(target)!r} is there already; name another file")
    async with store.unchanging() as paths:
        return await asyncio.to_thread(_write, target, store.data_dir, paths)


def restore(archive: Path, data_dir: Path, *, replace: bool = False) -> Backup:
    """Make `data_dir` hold what was backed up; a failure leaves it as it was.

    What is killed meanwhile has done nothing, or all but what `finish_restore` does.

    Raises:
        ConflictError: there is a collection in it, and `replace` is not set.
        StoreBusyError: a process holds the store in it.
        StoreError: the archive is not a backup, is damaged, or is of another format.
    """
    draft = data_dir / _DRAFT
    with lock_store(data_dir):
        _put_in_place(data_dir)
        if has_collections(data_dir) and not replace:
            raise ConflictError(
                f"{str(data_dir)!r} holds a store; restore elsewhere, "
                f"or put the backup in its place with `--replace`"
            )
        try:
            with _refusing(archive):
                shutil.rmtree(draft, ignore_errors=True)
                found = _unpack(archive, draft)
                draft.replace(data_dir / _READY)
                sync(data_dir)
            _put_in_place(data_dir)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            if not has_store(data_dir) and not (data_dir / _READY).exists():
                # There is only the lock, which is ours.
                shutil.rmtree(data_dir / STORE_DIRECTORY, ignore_errors=True)
    return found


def finish_restore(data_dir: Path) -> None:
    """Put a backup in the store's place where a restore was ended when it was about to.

    Raises:
        StoreBusyError: a process holds the store.
        StoreError: it cannot be put there.
    """
    if (data_dir / _READY).exists():
        with lock_store(data_dir):
            _put_in_place(data_dir)


def _write(target: Path, data_dir: Path, paths: Iterable[Path]) -> Backup:
    draft = target.with_name(f"{target.name}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(draft, "w:gz", compresslevel=1) as tar:
            held = {
                path.relative_to(data_dir).as_posix(): _add(tar, path, data_dir)
                for path in _files(paths)
            }
            manifest = orjson.dumps({"format": _FORMAT, "files": held})
            entry = tarfile.TarInfo(_MANIFEST)
            entry.size = len(manifest)
            tar.addfile(entry, BytesIO(manifest))
        sync(draft)
        draft.replace(target)
        sync(target.parent)
    except OSError as error:
        raise StoreError(f"cannot write {str(target)!r}: {error}") from error
    finally:
        draft.unlink(missing_ok=True)
    return Backup(files=len(held), bytes=target.stat().st_size)


def _files(paths: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        found += [path] if path.is_file() else path.rglob("*")
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


def _add(tar: tarfile.TarFile, path: Path, data_dir: Path) -> tuple[str, int]:
    """Add a file without the zeros at its end; return the checksum of that, and its whole size."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        entry = tarfile.TarInfo(path.relative_to(data_dir).as_posix())
        entry.size = _used(file, size)
        file.seek(0)
        hashing = _Hashing(file)
        tar.addfile(entry, cast("IO[bytes]", hashing))
    return hashing.hexdigest(), size


def _used(file: IO[bytes], size: int) -> int:
    # The engine's logs are 32 MB of zeros with a little at the beginning.
    used = size
    while used:
        start = (used - 1) // _BLOCK * _BLOCK
        file.seek(start)
        if file.read(used - start).strip(b"\0"):
            return used
        used = start
    return 0


class _Hashing:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hasher = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self._hasher.update(block)
        return block

    def hexdigest(self) -> str:
        return self._hasher.hexdigest()


@contextmanager
def _refusing(archive: Path) -> Generator[None]:
    try:
        yield
    except _DAMAGES as error:
        raise StoreError(f"{str(archive)!r} cannot be read: {error}") from error


def _unpack(archive: Path, draft: Path) -> Backup:
    checksums: dict[str, str] = {}
    manifest: bytes | None = None
    for part in _PARTS:
        (draft / STORE_DIRECTORY / part).mkdir(parents=True)
    with tarfile.open(archive, "r:gz") as tar:
        for member in tar:
            is_plain = member.type == tarfile.REGTYPE and not member.issparse()
            file = tar.extractfile(member) if is_plain else None
            if file is None:
                raise StoreError(f"{str(archive)!r} holds {member.name!r}, which is no plain file")
            if member.name == _MANIFEST:
                manifest = file.read(_MOST_MANIFEST_BYTES)
            else:
                checksums[member.name] = _extract(file, draft / _inside(member.name))
    held = _read_manifest(manifest, archive)
    if {name: checksum for name, (checksum, _) in held.items()} != checksums:
        raise StoreError(f"{str(archive)!r} is damaged: its checksums differ; nothing was restored")
    for name, (_, size) in held.items():
        os.truncate(draft / name, size)
    for path in (draft, *draft.rglob("*")):
        sync(path)
    return Backup(files=len(held), bytes=archive.stat().st_size)


def _read_manifest(manifest: bytes | None, archive: Path) -> dict[str, tuple[str, int]]:
    if manifest is None:
        raise StoreError(f"{str(archive)!r} is not a backup, or is cut off")
    try:
        read = TypeAdapter(_Manifest).validate_json(manifest)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise StoreError(f"{str(archive)!r} has a malformed manifest: {where}") from error
    if read.format != _FORMAT:
        raise StoreError(f"{str(archive)!r} is a backup of format {read.format}, not {_FORMAT}")
    if not read.files:
        raise StoreError(f"{str(archive)!r} holds no store")
    return read.files


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if len(path.parts) < 3 or path.parts[:2] not in _PLACES or ".." in path.parts:
        raise StoreError(f"the archive has a file {name!r}, which is no part of a store")
    return path


def _extract(source: IO[bytes], target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    hashing = _Hashing(source)
    with target.open("wb") as file:
        while block := hashing.read(_BLOCK):
            file.write(block)
    return hashing.hexdigest()


def _put_in_place(data_dir: Path) -> None:
    """Let each part of the backup that is ready take the place of the store's; can be repeated."""
    ready, store = data_dir / _READY, data_dir / STORE_DIRECTORY
    if not ready.exists():
        return
    try:
        for part in _PARTS:
            waiting = ready / STORE_DIRECTORY / part
            if waiting.exists():
                if (store / part).exists():
                    shutil.rmtree(store / part)
                waiting.replace(store / part)
        sync(store)
        shutil.rmtree(ready)
    except OSError as error:
        raise StoreError(
            f"the backup in {str(ready)!r} cannot take the place of the store: {error}; "
            f"the next command tries again"
        ) from error
