"""Answers in JSON: what is asked for, and whether what came meets it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, TypeAlias

import orjson
from jsonschema import Draft202012Validator, validators
from referencing.exceptions import Unresolvable
from referencing.jsonschema import EMPTY_REGISTRY

from core.chat import Message, Role
from core.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import NoReturn

    from jsonschema.protocols import Validator

    from core.chat import Prompt
    from core.types import JsonObject

PROBLEMS = 5
"""Named to the model at most; it mends the first ones first anyway."""
STARTS = 1000
"""Places where JSON is looked for in a text that is more than JSON."""
FENCED: Final = re.compile(r"^```[^\n]*\n(.*?)^```\s*?$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid:
    """The text has a value that meets the schema."""

    data: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalid:
    """It has none."""

    problems: tuple[str, ...]


Reading: TypeAlias = Valid | Invalid
Json: TypeAlias = "str | int | float | Mapping[str, Json] | Sequence[Json] | None"


def read_answer(text: str, schema: JsonObject) -> Reading:
    """Return the value in `text` that meets `schema`.

    It may stand in a code fence, or behind words; of several the last one that meets it counts.

    Raises:
        RequestError: the schema has a reference to what it does not contain or to itself without
            end, or a pattern that is not a regular expression; or the value is nested too deeply.
    """
    validator = _validator(schema)
    problems: tuple[str, ...] = ()
    try:
        for value in _values(text):
            found = tuple(islice(_problems(validator, value), PROBLEMS))
            if not found:
                return Valid(data=value)
            problems = problems or found
    except (Unresolvable, RecursionError, re.error) as error:
        raise RequestError(f"the schema cannot be used: {error}") from error
    return Invalid(problems=problems or ("it is not JSON",))


def response_format(schema: JsonObject) -> JsonObject:
    """Return the request's `response_format`, by which some servers hold the model to `schema`."""
    return {
        "type": "json_schema",
        "json_schema": {"name": "answer", "schema": schema, "strict": True},
    }


def with_schema(prompt: Prompt, schema: JsonObject) -> Prompt:
    """Return `prompt` with what to answer said at its end.

    It is said to every model: a server may take `response_format` and not heed it.
    """
    *before, last = prompt.messages
    wanted = orjson.dumps(schema, default=dict).decode()
    text = (
        f"{last.text}\n\nAnswer with one JSON value and nothing else: no words around it, "
        f"no code fence. It must meet this JSON Schema:\n{wanted}"
    )
    return replace(prompt, messages=(*before, replace(last, text=text)))


def with_repair(prompt: Prompt, answer: str, problems: tuple[str, ...]) -> Prompt:
    """Return `prompt` with one more turn, that asks to mend `answer`."""
    text = (
        "That does not meet the JSON Schema:\n"
        + "".join(f"- {problem}\n" for problem in problems)
        + "Answer again, with one JSON value that meets it and nothing else."
    )
    turns = (Message(role=Role.ASSISTANT, text=answer), Message(role=Role.USER, text=text))
    return replace(prompt, messages=(*prompt.messages, *turns))


def _validator(schema: JsonObject) -> Validator:
    # Without a registry of its own jsonschema fetches references over the network:
    # https://python-jsonschema.readthedocs.io/en/stable/referencing/
    kind = validators.validator_for(schema, default=Draft202012Validator)
    return kind(schema, registry=EMPTY_REGISTRY)


def _problems(validator: Validator, value: Json) -> Iterator[str]:
    for error in validator.iter_errors(value):
        yield f"at {error.json_path}: {error.message:.200}"


def _values(text: str) -> Iterator[Json]:
    """Yield the JSON in `text`: all of it, what is fenced, what stands in it; the last first."""
    fenced = (match[1] for match in reversed(list(FENCED.finditer(text))))
    for candidate in chain([text], fenced):
        try:
            yield _decoder().decode(candidate.strip())
        except (ValueError, RecursionError):
            continue
    yield from reversed(list(_embedded(text)))


def _embedded(text: str) -> Iterator[Json]:
    """Yield the objects and arrays that stand in `text`, the outermost, in order."""
    end = 0
    for start in islice(re.finditer(r"[{\[]", text), STARTS):
        if start.start() < end:
            continue
        try:
            value, end = _decoder().raw_decode(text, start.start())
        except (ValueError, RecursionError):
            continue
        yield value


@cache
def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(parse_constant=_refuse)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
