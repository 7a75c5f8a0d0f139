from __future__ import annotations

import core.errors
from core.errors import IbidError


def _drawn() -> dict[str, str]:
    """Each error of the drawing at the top of the module, and what it is drawn under."""
    assert core.errors.__doc__
    parents: dict[str, str] = {}
    path: list[str] = []
    for line in core.errors.__doc__.splitlines():
        before, named, after = line.partition("── ")
        if named:
            depth = len(before) // 4 + 1
            name = after.split()[0]
            parents[name] = path[depth - 1]
            path[depth:] = [name]
        elif line == "IbidError":
            path = [line]
    return parents


def _defined(kind: type[IbidError]) -> dict[str, str]:
    children = kind.__subclasses__()
    below = [_defined(child) for child in children]
    return {child.__name__: kind.__name__ for child in children} | {
        name: parent for each in below for name, parent in each.items()
    }


def test_the_drawing_at_the_top_has_every_error_in_its_place() -> None:
    assert _drawn() == _defined(IbidError)
