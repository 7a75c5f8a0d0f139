"""Calls of tools that a model wrote into its text, because the server did not read them."""

from __future__ import annotations

import ast
import json
import re
import warnings
from typing import TYPE_CHECKING, Final, TypeGuard

from core.chat import ToolCall

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST = 100_000
"""Characters that are read as calls; the parser's time and memory grow with them."""
MARKS: Final = re.compile(r"<\|(?:python_tag|python_start|python_end|eom|eot)\|>")
GEMMA_CALL: Final = re.compile(r"<\|tool_call>call:([\w.-]+)(\{.*?\})<tool_call\|>", re.DOTALL)
GEMMA_QUOTE: Final = '<|"|>'


def read_calls(text: str, *, offered: Collection[str]) -> tuple[ToolCall, ...]:
    """Return the calls that are all that `text` says; none, if it says anything else.

    Two forms are read: Llama's `[name(key=literal), …]` and Gemma's
    `<|tool_call>call:name{key:<|"|>text<|"|>}<tool_call|>`. Only functions that were `offered`
    are called, and arguments are literals: nothing is run.
    """
    if not offered or len(text) > LONGEST:
        return ()
    calls = _pythonic(MARKS.sub("", text).strip()) or _gemma(text.strip())
    return calls if all(call.name in offered for call in calls) else ()


def _pythonic(text: str) -> tuple[ToolCall, ...]:
    if not (text.startswith("[") and text.endswith(")]")):
        return ()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in strings that Python does not know
            tree = ast.parse(text, mode="eval")
        elements = tree.body.elts if isinstance(tree.body, ast.List) else []
        return tuple(_call(element) for element in elements)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return ()


def _call(node: ast.expr) -> ToolCall:
    """Return the call that `node` is; `ValueError` or `TypeError`, if JSON cannot say it."""
    if not isinstance(node, ast.Call) or node.args:
        raise ValueError("not a call with named arguments")
    arguments: dict[str, object] = {}
    for keyword in node.keywords:
        if keyword.arg is None or keyword.arg in arguments:
            raise ValueError("an argument without a name of its own")
        value = json.dumps(ast.literal_eval(keyword.value), allow_nan=False)
        arguments[keyword.arg] = json.loads(value)  # tuples are lists now
    return ToolCall(name=ast.unparse(node.func), arguments=arguments)


def _gemma(text: str) -> tuple[ToolCall, ...]:
    matches = list(GEMMA_CALL.finditer(text))
    if GEMMA_CALL.sub("", text).strip():
        return ()
    try:
        calls = [(match[1], _gemma_object(match[2])) for match in matches]
    except (ValueError, RecursionError):
        return ()
    return tuple(ToolCall(name=name, arguments=arguments) for name, arguments in calls)


def _gemma_object(text: str) -> dict[str, object]:
    """Return what `{key:<|"|>text<|"|>,other:1}` says; raises `ValueError`."""
    parts = text.split(GEMMA_QUOTE)
    parts[::2] = [re.sub(r"([{,]\s*)([A-Za-z_]\w*)\s*:", r'\1"\2":', part) for part in parts[::2]]
    parts[1::2] = [json.dumps(part) for part in parts[1::2]]
    value: object = json.loads("".join(parts))
    if not _is_object(value):
        raise ValueError("not an object")
    return value


def _is_object(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)
