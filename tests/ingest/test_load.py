from __future__ import annotations

import os
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from core.errors import SourceError
from ingest.load import discover, records
from ingest.sources import RECORD, Source

if TYPE_CHECKING:
    from pathlib import Path


def _names(root: Path, found: list[Source | SourceError]) -> list[str]:
    return [s.name.removeprefix(f"{root}/") for s in found if isinstance(s, Source)]


def _failures(found: list[Source | SourceError]) -> list[tuple[str, str]]:
    return [(f.source, f.reason) for f in found if isinstance(f, SourceError)]


def _tree(root: Path, *files: str) -> None:
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"text of {file}", encoding="utf-8")


def test_directory_is_walked_in_order_without_hidden_files_and_junk(tmp_path: Path) -> None:
    _tree(
        tmp_path,
        "b.txt",
        "a/z.md",
        "a/y.md",
        ".hidden.txt",
        ".git/config",
        "node_modules/x.js",
        "__pycache__/x.txt",
    )
    assert _names(tmp_path, list(discover([str(tmp_path)]))) == ["a/y.md", "a/z.md", "b.txt"]


def test_hidden_file_that_is_named_is_taken(tmp_path: Path) -> None:
    _tree(tmp_path, ".notes.txt")
    assert _names(tmp_path, list(discover([str(tmp_path / ".notes.txt")]))) == [".notes.txt"]


def test_glob_finds_what_it_matches_at_any_depth(tmp_path: Path) -> None:
    _tree(tmp_path, "a.md", "b.txt", "c/d.md")
    assert _names(tmp_path, list(discover([f"{tmp_path}/**/*.md"]))) == ["a.md", "c/d.md"]


def test_name_with_brackets_is_not_taken_for_a_glob(tmp_path: Path) -> None:
    _tree(tmp_path, "report [final].txt")
    found = list(discover([str(tmp_path / "report [final].txt")]))
    assert _names(tmp_path, found) == ["report [final].txt"]


def test_source_that_is_named_twice_is_found_once(tmp_path: Path) -> None:
    _tree(tmp_path, "a.txt")
    found = list(discover([str(tmp_path), str(tmp_path / "a.txt"), f"{tmp_path}/*.txt"]))
    assert _names(tmp_path, found) == ["a.txt"]


def test_same_name_in_two_folders_is_two_sources(tmp_path: Path) -> None:
    _tree(tmp_path, "one/a.txt", "two/a.txt")
    assert len(_names(tmp_path, list(discover([str(tmp_path)])))) == 2


def test_relative_path_has_an_absolute_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tree(tmp_path, "a.txt")
    monkeypatch.chdir(tmp_path)
    assert [s.name for s in discover(["a.txt"]) if isinstance(s, Source)] == [
        str(tmp_path / "a.txt")
    ]


@pytest.mark.parametrize("path", ["absent.txt", "absent/*.txt"])
def test_path_that_leads_nowhere_is_named(tmp_path: Path, path: str) -> None:
    [(source, reason)] = _failures(list(discover([str(tmp_path / path)])))
    assert source == str(tmp_path / path)
    assert reason == "there is no such file or directory"


def test_symbolic_links_are_followed_to_one_source(tmp_path: Path) -> None:
    _tree(tmp_path, "real/a.txt")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert _names(tmp_path, list(discover([str(tmp_path)]))) == ["real/a.txt"]


@pytest.mark.parametrize("target", [".", "self"], ids=["directory", "itself"])
def test_loop_of_symbolic_links_is_named_and_the_rest_goes_on(tmp_path: Path, target: str) -> None:
    _tree(tmp_path, "a.txt", "z.txt")
    (tmp_path / "self").symlink_to(tmp_path / target)
    found = list(discover([str(tmp_path)]))
    assert _names(tmp_path, found) == ["a.txt", "z.txt"]
    assert _failures(found) == [(str(tmp_path / "self"), "is a loop of symbolic links")]


def _link_each_to_all(root: Path, names: str) -> None:
    """Make directories with a file and a link to each of them."""
    for name in names:
        _tree(root, f"{name}/{name}.txt")
        for other in names:
            (root / name / f"to-{other}").symlink_to(root / other)


@pytest.mark.parametrize("pattern", ["", "/**", "/**/*.txt", "/**/to-*/*.txt"])
def test_directories_that_link_to_each_other_are_walked_once(tmp_path: Path, pattern: str) -> None:
    names = "abcdefghijkl"  # 12! ways lead through them
    _link_each_to_all(tmp_path, names)

    found = list(discover([f"{tmp_path}{pattern}"]))

    assert sorted(_names(tmp_path, found)) == [f"{name}/{name}.txt" for name in names]


def test_loops_through_several_directories_are_named(tmp_path: Path) -> None:
    _link_each_to_all(tmp_path, "ab")

    failures = _failures(list(discover([str(tmp_path)])))

    assert failures == [
        (f"{tmp_path}/a/to-a", "is a loop of symbolic links"),
        (f"{tmp_path}/b/to-a", "is a loop of symbolic links"),
        (f"{tmp_path}/b/to-b", "is a loop of symbolic links"),
    ]


def test_directories_are_walked_however_deep_their_links_lead(tmp_path: Path) -> None:
    deep = 1_500
    for number in range(deep):
        (tmp_path / f"d{number}").mkdir()
    for number in range(deep - 1):
        (tmp_path / f"d{number}" / "next").symlink_to(tmp_path / f"d{number + 1}")
    _tree(tmp_path, f"d{deep - 1}/last.txt")

    assert _names(tmp_path, list(discover([f"{tmp_path}/d0"]))) == [f"d{deep - 1}/last.txt"]


def test_a_directory_whose_name_has_brackets_is_found_by_a_glob(tmp_path: Path) -> None:
    _tree(tmp_path, "[a]/b/c.txt", ".hidden/d.txt")
    assert _names(tmp_path, list(discover([f"{tmp_path}/**/*.txt"]))) == ["[a]/b/c.txt"]


def test_a_glob_may_have_several_depths(tmp_path: Path) -> None:
    _tree(tmp_path, "a/x/b/y/c.txt", "a/b/c.txt", "b/a/c.txt")
    found = list(discover([f"{tmp_path}/**/a/**/b/**/*.txt"]))
    assert _names(tmp_path, found) == ["a/b/c.txt", "a/x/b/y/c.txt"]


def test_link_to_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "dead.txt").symlink_to(tmp_path / "absent")
    [(source, reason)] = _failures(list(discover([str(tmp_path)])))
    assert source == str(tmp_path / "dead.txt")
    assert reason == "is a symbolic link to nothing"


def test_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert _failures(list(discover([str(tmp_path)]))) == [
        (str(tmp_path / "pipe"), "is not a regular file")
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_unreadable_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    [(source, reason)] = _failures(list(discover([str(tmp_path)])))
    assert source == str(tmp_path / "closed")
    assert "Permission denied" in reason


def test_file_that_went_away_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.txt: cannot be read: No such file"):
        Source(name="gone.txt", path=tmp_path / "gone.txt").read()


def test_directory_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read: Is a directory"):
        Source(name="folder", path=tmp_path).read()


def test_name_that_is_not_utf_8_is_named_as_far_as_it_can_be(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xe9t\xe9.txt"
    try:
        os.close(os.open(path, os.O_CREAT))
    except OSError:
        pytest.skip("this file system takes only UTF-8")
    [(source, reason)] = _failures(list(discover([str(tmp_path)])))
    assert source == f"{tmp_path}/?t?.txt"
    assert reason == "has a name that is not UTF-8; rename it"


def test_empty_source_is_refused() -> None:
    with pytest.raises(SourceError, match="a: is empty"):
        Source(name="a").read()


def test_source_of_the_most_bytes_is_read_and_of_one_more_refused() -> None:
    assert Source(name="a", content=b"1234").read(max_bytes=4) == b"1234"
    with pytest.raises(SourceError, match="is too large: more than 4 bytes"):
        Source(name="a", content=b"12345").read(max_bytes=4)


def test_large_file_is_refused_without_reading_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(SourceError, match="is too large"):
        Source(name="sparse", path=path).read(max_bytes=1000)


def test_line_of_jsonl_is_a_source_named_by_id_or_number(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"id": "a", "text": "A"}\n\n{"text": "B"}\n{"id": 7, "text": "C"}')
    found = [s for s in discover([str(path)]) if isinstance(s, Source)]
    assert [s.name for s in found] == [f"{path}#a", f"{path}#3", f"{path}#7"]
    assert {s.format for s in found} == {RECORD}
    assert found[0].read() == b'{"id": "a", "text": "A"}'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "is not JSON"),
        ('["text"]', 'an object with a "text" is needed'),
        ('{"question": "?"}', 'an object with a "text" is needed'),
        ('{"text": 3}', 'an object with a "text" is needed'),
        ('{"id": {}, "text": "x"}', 'has an "id" that is neither text nor a number'),
        ('{"id": "first", "text": "x"}', "has the id of an earlier line"),
        ('{"text": "' + "x" * 100 + '"}', "is too large"),
        ("\xff", "is not JSON"),
    ],
)
def test_bad_line_of_jsonl_is_named_and_the_rest_goes_on(line: str, reason: str) -> None:
    content = f'{{"id": "first", "text": "a"}}\n{line}\n{{"id": "last", "text": "b"}}\n'
    found = list(records("x.jsonl", BytesIO(content.encode("latin-1")), max_bytes=60))
    assert [s.name for s in found if isinstance(s, Source)] == ["x.jsonl#first", "x.jsonl#last"]
    [(source, why)] = _failures(found)
    assert source == "x.jsonl#2"
    assert reason in why


def test_jsonl_without_lines_is_empty(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("\n\n")
    assert _failures(list(discover([str(tmp_path)]))) == [(f"{tmp_path}/x.jsonl", "is empty")]


def test_lines_are_read_one_at_a_time() -> None:
    lines = BytesIO(b'{"text": "a"}\n{"text": "b"}\n')
    next(records("x", lines))
    assert lines.tell() == len(b'{"text": "a"}\n')
