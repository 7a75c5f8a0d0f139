from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from core.ids import CollectionName, DocumentId, VersionId
from core.records import DocumentRecord
from serve.originals import Originals


def record(source: str, content: bytes) -> DocumentRecord:
    return DocumentRecord(
        document_id=DocumentId("doc_1"),
        collection=CollectionName("default"),
        version=VersionId("ver_1"),
        source=source,
        title="",
        format="pdf",
        language="en",
        encoding="utf-8",
        bytes=len(content),
        sha256=sha256(content).hexdigest(),
        characters=1,
        tokens=1,
        chunks=1,
        embedder="hash-64",
        parser=1,
        chunker=1,
        created_at="",
        updated_at="",
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"as it was")
    return path


def test_file_is_read_as_long_as_it_is_as_it_was(path: Path) -> None:
    originals, document = Originals(), record(str(path), b"as it was")
    assert originals.read(document, Path.read_bytes) == b"as it was"
    path.write_bytes(b"as it now is")
    assert originals.read(document, Path.read_bytes) is None
    path.write_bytes(b"as it was")
    assert originals.read(document, Path.read_bytes) == b"as it was"


def test_file_of_the_same_size_that_was_changed_is_not_read(path: Path) -> None:
    originals, document = Originals(), record(str(path), b"as it was")
    assert originals.read(document, Path.read_bytes)
    path.write_bytes(b"as it WAS")
    os.utime(path, ns=(1, 1))
    assert originals.read(document, Path.read_bytes) is None


def test_file_that_is_changed_while_it_is_read_gives_nothing(path: Path) -> None:
    def changing(path: Path) -> bytes:
        content = path.read_bytes()
        path.write_bytes(b"as it now is")
        return content

    assert Originals().read(record(str(path), b"as it was"), changing) is None


def test_file_that_was_not_changed_is_hashed_once(path: Path) -> None:
    originals, document = Originals(), record(str(path), b"as it was")
    assert originals.read(document, Path.read_bytes)
    state = path.stat()
    # What a second hash would notice, and no reader of sizes and times does.
    path.write_bytes(b"AS IT WAS")
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert originals.read(document, Path.read_bytes) == b"AS IT WAS"
    assert Originals().read(document, Path.read_bytes) is None


@pytest.mark.parametrize("name", ["gone.pdf", "a.pdf#1", "a\0.pdf", "."])
def test_what_is_no_file_gives_nothing(tmp_path: Path, name: str) -> None:
    assert Originals().read(record(f"{tmp_path}/{name}", b""), Path.read_bytes) is None


def test_name_of_an_upload_is_no_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    assert Originals().read(record("a.pdf", b"as it was"), Path.read_bytes) is None


def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.pdf")
    assert Originals().read(record(str(tmp_path / "a.pdf"), b""), Path.read_bytes) is None
