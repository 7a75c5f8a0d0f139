from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parse.code import definitions
from ingest.parse.headings import markdown, prose, restructured
from ingest.parse.reading import Heading, sections

if TYPE_CHECKING:
    from collections.abc import Iterable


def _outline(found: Iterable[Heading]) -> list[tuple[int, str]]:
    return [(heading.level, heading.title) for heading in found]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 6)), max_size=10), st.integers(50, 60))
def test_sections_tile_and_nest(places: list[tuple[int, int]], length: int) -> None:
    headings = [
        Heading(start=start, level=level, title=f"h{level}") for start, level in sorted(places)
    ]
    found = sections(headings, length=length)
    assert [s.span.start for s in found[1:]] == [s.span.end for s in found[:-1]]
    assert (found[0].span.start, found[-1].span.end) == (0, length)
    assert all(len(s.span) > 0 for s in found)
    assert all(list(s.path) == sorted(set(s.path)) for s in found)


def test_path_has_the_headings_above() -> None:
    text = "before\n# A\n## B\ntext\n### C\n## D\n# E\n"
    assert [s.path for s in sections(markdown(text), length=len(text))] == [
        (),
        ("A",),
        ("A", "B"),
        ("A", "B", "C"),
        ("A", "D"),
        ("E",),
    ]


@pytest.mark.parametrize(
    ("text", "outline"),
    [
        ("# One #\n\n###### Six\n", [(1, "One"), (6, "Six")]),
        ("Title\n=====\n\nPart\n---\n", [(1, "Title"), (2, "Part")]),
        ("# A [link](http://x) and `code` **bold**\r\n", [(1, "A link and code bold")]),
        ("```\n# no\n```\n# yes\n", [(1, "yes")]),
        ("~~~ python\n```\n# no\n~~~~\n# yes\n", [(1, "yes")]),
        ("```\n# no end\n", []),
        ("#hashtag\n", []),
        ("- item\n---\n", []),
        ("| a | b |\n--- | ---\n", []),
        ("text in\na paragraph\n---\n", []),
        ("#\n# \n", []),
        ("first\f# On a new page\n", [(1, "On a new page")]),
    ],
)
def test_markdown(text: str, outline: list[tuple[int, str]]) -> None:
    assert _outline(markdown(text)) == outline


@pytest.mark.parametrize(
    ("text", "outline"),
    [
        ("====\nDoc\n====\n\nOne\n===\n\nTwo\n---\n\nThree\n=====\n",
         [(1, "Doc"), (2, "One"), (3, "Two"), (2, "Three")]),
        ("Part\n~~~~\n\nSub\n....\n", [(1, "Part"), (2, "Sub")]),
        ("A long title\n===\n", []),
        ("==== ====\na    b\n==== ====\n", []),
        ("text::\n\n    code\n", []),
    ],
)  # fmt: skip
def test_restructured(text: str, outline: list[tuple[int, str]]) -> None:
    assert _outline(restructured(text)) == outline


def test_prose_finds_the_items_of_a_filing() -> None:
    text = (
        "Table of Contents\nItem 1. Business 4\nItem 7. Discussion ........ 20\n\f"
        "PART I\nItem 1. Business\nWe make things.\nCompetition is hard,\n\f"
        "Item 7. Management's Discussion and Analysis\nsee\nItem 8 of this report\n"
        "CONSOLIDATED STATEMENTS OF\nCASH FLOWS\nCash 4 5\nNote 2. Leases\n2.1 Terms of Leases\n"
        "REVENUE 6,680 5,367\n"
    )
    assert _outline(prose(text)) == [
        (1, "PART I"),
        (2, "Item 1. Business"),
        (2, "Item 7. Management's Discussion and Analysis"),
        (3, "CONSOLIDATED STATEMENTS OF CASH FLOWS"),
        (3, "Note 2. Leases"),
        (5, "2.1 Terms of Leases"),
    ]


def test_running_heads_and_heads_of_tables_are_no_headings() -> None:
    pages = "\f".join(f"ACME HOLDINGS\n{n} ACME REPORT\ntext of a page\n" for n in range(5))
    table = "TOTAL NUMBER\nOF SHARES\nAVERAGE PRICE\nPAID PER SHARE\n"
    assert _outline(prose(pages + table)) == []


_PYTHON = '''import os


# About A.
@decorated
class A(Base):
    """Doc."""

    def method(self) -> int:
        def inner(): ...
        return 1

async def run(): ...
'''
_RUST = """/// Adds.
pub fn add(a: i32) -> i32 { a }

impl<T> Display for Thing<T> {
    fn fmt(&self) {}
}
"""


@pytest.mark.parametrize(
    ("text", "outline"),
    [
        (_PYTHON, [(1, "class A"), (2, "def method"), (1, "def run")]),
        (_RUST, [(1, "fn add"), (1, "impl<T> Display for Thing<T>"), (2, "fn fmt")]),
        ("func (s *Server) Run() {}\n", [(1, "func (s *Server) Run")]),
        ("export default class App {\n  render() {}\n}\n", [(1, "class App")]),
        ("x = 'class dismissed'\ndefine it\n", []),
    ],
    ids=["python", "rust", "go", "typescript", "none"],
)
def test_definitions(text: str, outline: list[tuple[int, str]]) -> None:
    assert _outline(definitions(text)) == outline


def test_definition_begins_with_what_stands_right_above_it() -> None:
    first = next(iter(definitions(_PYTHON)))
    assert _PYTHON[first.start :].startswith("# About A.\n@decorated\nclass A")
