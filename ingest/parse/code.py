"""Source code: its definitions are its headings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.parse.reading import Heading

if TYPE_CHECKING:
    from collections.abc import Iterator

_FAMILIES = (
    "py pyi js mjs cjs jsx ts tsx java kt kts scala go rs c h cc cpp cxx hpp hh cs swift m mm",
    "rb php pl pm lua r jl sh bash zsh fish ps1 bat sql proto ex exs erl hs ml mli clj dart zig",
    "nim v sv vhd f90 asm s vue svelte css scss less tf cmake gradle groovy dockerfile mk",
)
SUFFIXES = frozenset(f".{suffix}" for line in _FAMILIES for suffix in line.split())
NAMES = frozenset(
    {"makefile", "dockerfile", "jenkinsfile", "rakefile", "gemfile", "cmakelists.txt"}
)

_DEFINITION = re.compile(
    r"^(?P<indent>[ \t]*)"
    r"(?:(?:pub(?:\([^)\n]*\))?|export|default|public|private|protected|internal|static|abstract|final"
    r"|sealed|open|async|unsafe|inline|extern|override|data|local|partial|virtual|constexpr"
    r"|template<[^>\n]*>)[ \t]+)*"
    r"(?P<kind>def|class|fn|func|fun|function|impl|struct|enum|interface|trait|module|mod|namespace"
    r"|object|protocol|message|service|sub)\b"
    r"(?P<name>(?:<[^>\n]*>)?[ \t]+(?:\([^)\n]*\)[ \t]*)?[\w:.$]+(?:<[^>\n]*>)?"
    r"(?:[ \t]+for[ \t]+[\w:]+(?:<[^>\n]*>)?)?)",
    re.MULTILINE,
)
_ATTACHED = re.compile(r"[ \t]*(?:@|#|//|/\*|\*|--|'''|\"\"\")")
_DEEPEST = 2


def definitions(text: str) -> Iterator[Heading]:
    """Yield the definitions of classes and functions, two levels deep by their indentation.

    A definition begins with the comments and decorators that stand right above it.
    """
    above: list[int] = []
    at = 0
    for match in _DEFINITION.finditer(text):
        indent = len(match["indent"].expandtabs(4))
        while above and above[-1] >= indent:
            above.pop()
        above.append(indent)
        if len(above) <= _DEEPEST and (indent == 0 or len(above) > 1):
            title = " ".join(f"{match['kind']}{match['name']}".split())
            at = _with_comments(text, match.start(), at)
            yield Heading(start=at, level=len(above), title=title)


def _with_comments(text: str, start: int, least: int) -> int:
    """Return where the lines that belong to the definition at `start` begin, not before `least`."""
    while start > least:
        before = text.rfind("\n", 0, start - 1) + 1
        if before < least or not _ATTACHED.match(text, before, start):
            break
        start = before
    return start
