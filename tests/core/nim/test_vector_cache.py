import multiprocessing
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Barrier, Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.errors import StoreError
from core.nim.vector_cache import InputType, Space, VectorCache

Vector = NDArray[np.float32]

SPACE = Space(
    place="http://localhost/v1",
    model="nvidia/nv-embed-v1",
    dimensions=8,
    input_type=InputType.PASSAGE,
)


@pytest.fixture
def path(data_dir: Path) -> Path:
    return data_dir / "deep" / "vectors.sqlite"


@pytest.fixture
def cache(path: Path) -> Iterator[VectorCache]:
    opened = VectorCache(path)
    yield opened
    opened.close()


def _vector(seed: int, dimensions: int = 8) -> Vector:
    vector = np.random.default_rng(seed).standard_normal(dimensions)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def _same(found: dict[str, Vector], expected: dict[str, Vector]) -> bool:
    return found.keys() == expected.keys() and all(
        found[text].dtype == np.float32 and np.array_equal(found[text], expected[text])
        for text in expected
    )


def test_vectors_come_back_bit_for_bit_in_another_process_life(
    path: Path, cache: VectorCache
) -> None:
    vectors = {f"text {i}": _vector(i) for i in range(700)}
    cache.put(SPACE, vectors)
    cache.close()
    again = VectorCache(path)
    assert _same(again.get(SPACE, [*vectors, "another"]), vectors)
    again.close()


@pytest.mark.parametrize(
    "other",
    [
        replace(SPACE, model="nvidia/nemotron-3-embed-1b"),
        replace(SPACE, input_type=InputType.QUERY),
        replace(SPACE, dimensions=4),
    ],
    ids=["model", "input type", "dimensions"],
)
def test_a_vector_is_given_only_for_what_it_was_made_for(cache: VectorCache, other: Space) -> None:
    cache.put(SPACE, {"text": _vector(1)})
    assert cache.get(other, ["text"]) == {}
    assert cache.get(SPACE, ["text "]) == {}


@settings(max_examples=200, deadline=None)
@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_keys_differ_where_model_or_text_do(left: tuple[str, str], right: tuple[str, str]) -> None:
    left, right = ((m.replace("\0", ""), t) for m, t in (left, right))
    keys = [replace(SPACE, model=model).key(text) for model, text in (left, right)]
    assert (keys[0] == keys[1]) == (left == right)


def test_the_text_is_not_in_the_file(path: Path, cache: VectorCache) -> None:
    cache.put(SPACE, {"a telling phrase": _vector(1)})
    cache.close()
    assert b"telling" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_the_file_stays_within_its_bound_and_the_newest_stay(path: Path) -> None:
    space, bound = replace(SPACE, dimensions=1024), 400_000
    cache = VectorCache(path, max_bytes=bound)
    for start in range(0, 600, 30):
        cache.put(space, {str(i): _vector(i, 1024) for i in range(start, start + 30)})
    kept = cache.get(space, map(str, range(600)))
    assert list(kept) == [str(i) for i in range(600 - len(kept), 600)]
    assert 60 <= len(kept) <= 100
    cache.close()
    assert path.stat().st_size <= bound + 30 * 5_000


def test_a_bound_smaller_than_one_vector_keeps_nothing(path: Path) -> None:
    cache = VectorCache(path, max_bytes=1)
    cache.put(SPACE, {"text": _vector(1)})
    assert cache.get(SPACE, ["text"]) == {}
    cache.close()


def test_forgotten_vectors_are_gone(cache: VectorCache) -> None:
    cache.put(SPACE, {"a": _vector(1), "b": _vector(2)})
    cache.forget(SPACE, ["a", "never seen"])
    assert _same(cache.get(SPACE, ["a", "b"]), {"b": _vector(2)})


def test_no_byte_of_a_forgotten_vector_stays_on_the_disk(path: Path, cache: VectorCache) -> None:
    vectors = {f"text {i}": _vector(i) for i in range(50)}
    cache.put(SPACE, vectors)
    cache.forget(SPACE, ["text 7"])
    on_disk = b"".join(each.read_bytes() for each in path.parent.iterdir())
    kept = {text for text, vector in vectors.items() if vector.tobytes() in on_disk}
    assert kept == vectors.keys() - {"text 7"}


def _put_until_killed(path: Path, ready: Connection) -> None:
    cache = VectorCache(path)
    cache.put(SPACE, {"first": _vector(1)})
    ready.send("kept")
    for i in range(sys.maxsize):
        cache.put(SPACE, {f"text {i} {j}": _vector(j) for j in range(50)})


def test_a_killed_process_loses_nothing_that_was_kept(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_put_until_killed, args=(path, there))
    process.start()
    assert here.recv() == "kept"
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    cache = VectorCache(path)
    assert _same(cache.get(SPACE, ["first"]), {"first": _vector(1)})
    cache.put(SPACE, {"second": _vector(2)})
    assert len(cache.get(SPACE, ["first", "second"])) == 2
    cache.close()


def test_two_connections_and_many_threads_lose_no_vector(path: Path, cache: VectorCache) -> None:
    other = VectorCache(path)

    def work(number: int) -> None:
        for i in range(20):
            mine = cache if number % 2 else other
            mine.put(SPACE, {f"{number} {i}": _vector(number * 100 + i)})
            mine.get(SPACE, [f"{number} {i}"])

    threads = [Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = {f"{n} {i}": _vector(n * 100 + i) for n in range(8) for i in range(20)}
    assert _same(cache.get(SPACE, expected), expected)
    other.close()


@pytest.mark.parametrize(
    "content", [b"this is no database" * 500, b"SQLite format 3\0" + b"x" * 9_000]
)
def test_a_file_that_cannot_be_used_is_made_anew(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    cache = VectorCache(path)
    cache.put(SPACE, {"text": _vector(1)})
    assert len(cache.get(SPACE, ["text"])) == 1
    cache.close()


def test_a_file_of_another_version_is_made_anew(path: Path, cache: VectorCache) -> None:
    cache.put(SPACE, {"text": _vector(1)})
    cache.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    again = VectorCache(path)
    assert again.get(SPACE, ["text"]) == {}
    again.put(SPACE, {"text": _vector(1)})
    assert len(again.get(SPACE, ["text"])) == 1
    again.close()


def test_a_file_that_breaks_under_way_is_as_if_it_were_empty(
    path: Path, cache: VectorCache, caplog: pytest.LogCaptureFixture
) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE vectors")
    connection.close()
    cache.put(SPACE, {"text": _vector(1)})
    assert cache.get(SPACE, ["text"]) == {}
    assert "cannot be written: no such table" in caplog.text
    assert "cannot be read" in caplog.text


def test_a_place_that_cannot_be_written_is_named(data_dir: Path) -> None:
    (data_dir / "file").write_text("not a directory")
    with pytest.raises(StoreError, match=r"cannot keep vectors in '.*/file/vectors.sqlite'"):
        VectorCache(data_dir / "file" / "vectors.sqlite")


def test_many_may_make_the_file_at_the_same_moment(path: Path) -> None:
    barrier = Barrier(6)

    def work(number: int) -> None:
        barrier.wait()
        mine = VectorCache(path)
        mine.put(SPACE, {str(number): _vector(number)})
        mine.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(work, range(6)))
    cache = VectorCache(path)
    assert len(cache.get(SPACE, map(str, range(6)))) == 6
    cache.close()


def test_what_comes_after_closing_is_not_kept(
    path: Path, cache: VectorCache, caplog: pytest.LogCaptureFixture
) -> None:
    cache.put(SPACE, {"before": _vector(1)})
    cache.close()
    cache.put(SPACE, {"after": _vector(1)})
    assert cache.get(SPACE, ["before"]) == {}
    assert caplog.text == ""
    again = VectorCache(path)
    assert list(again.get(SPACE, ["before", "after"])) == ["before"]
    again.close()
