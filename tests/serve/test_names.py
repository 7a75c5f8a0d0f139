from __future__ import annotations

import re
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve.names import upload_name


@pytest.mark.parametrize(
    "name", ["a.txt", "b/a.txt", "Note: the moon", "10-K:2023", "../a.txt", "./a.txt", "Größe.md"]
)
def test_a_name_that_is_no_place_is_kept(name: str) -> None:
    assert upload_name(name) == name


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("/etc/passwd", "./etc/passwd"),
        (" \t/etc/passwd\n", "./etc/passwd"),
        ("//host/a", ".//host/a"),
        ("https://example.org/a", "./https://example.org/a"),
        ("file:/etc/passwd", "./file:/etc/passwd"),
        ("urn:isbn:1", "./urn:isbn:1"),
        ("C:\\a.txt", "./C:\\a.txt"),
        ("\\\\host\\a", "./\\\\host\\a"),
    ],
)
def test_a_name_of_a_place_is_marked(given: str, name: str) -> None:
    assert upload_name(given) == name


@given(st.text() | st.text("/\\:.a ", max_size=8))
def test_no_name_is_a_path_or_a_uri(given: str) -> None:
    name = upload_name(given)

    assert not PurePosixPath(name).is_absolute()
    assert not PureWindowsPath(name).is_absolute()
    assert not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:\S", name)
    assert name == name.strip()
    assert upload_name(name) == name
