"""JSON Schemas of callers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, cast

from jsonschema import Draft202012Validator, SchemaError, validators
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012, EMPTY_REGISTRY, specification_with

from core.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jsonschema.protocols import Validator
    from referencing._core import Resolver
    from referencing.jsonschema import Schema, SchemaResource

    from core.types import JsonObject

    Place: TypeAlias = tuple[SchemaResource, Resolver[Schema]]
    Step: TypeAlias = tuple[str, object]
    """The reference to a schema, or none where it stands there itself; and that schema."""

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_COMBINED = ("allOf", "anyOf", "oneOf")
_CONDITIONS = ("not", "if", "then", "else")
_UNUSABLE = "the schema cannot be used"


def check_schema(schema: JsonObject) -> None:
    """Return if answers can be validated against `schema`.

    Raises:
        RequestError: it is not a JSON Schema, or it has a reference to what it does not contain or
            to itself; names the reference.
    """
    kind = validators.validator_for(schema, default=Draft202012Validator)
    try:
        _check_one(schema, kind)
        _References(kind=kind).check(schema)
    except RecursionError as error:
        raise RequestError(f"{_UNUSABLE}: it is nested too deeply") from error


def _check_one(schema: JsonObject, kind: type[Validator]) -> None:
    try:
        kind.check_schema(dict(schema))
    except SchemaError as error:
        raise RequestError(
            f"the schema is not a JSON Schema: at {error.json_path}: {error.message:.200}"
        ) from error


@dataclass(slots=True, kw_only=True)
class _References:
    """Follows every reference of a schema, once."""

    kind: type[Validator]
    steps: dict[int, list[Step]] = field(default_factory=dict[int, "list[Step]"])
    """From each schema that was seen, by its identity, to those that the same value has to meet."""

    def check(self, schema: JsonObject) -> None:
        seen: list[JsonObject] = []
        root = self._resource(schema)
        waiting: list[Place] = [(root, EMPTY_REGISTRY.resolver_with_root(root))]
        while waiting:
            resource, resolver = waiting.pop()
            if id(resource.contents) in self.steps or not isinstance(resource.contents, Mapping):
                continue
            contents = cast("JsonObject", resource.contents)
            targets = list(self._targets(contents, resolver))
            self.steps[id(contents)] = [
                *((reference, target.contents) for reference, (target, _) in targets),
                *(("", part) for part in _parts(contents)),
            ]
            waiting += [place for _, place in targets]
            waiting += [(sub, resolver.in_subresource(sub)) for sub in resource.subresources()]
            seen.append(contents)
        ended: set[int] = set()
        for each in seen:
            self._check_ends(each, path=[], ended=ended)

    def _resource(self, contents: Schema) -> SchemaResource:
        dialect = specification_with(self.kind.META_SCHEMA["$schema"], default=DRAFT202012)
        return dialect.create_resource(contents)

    def _targets(
        self, contents: JsonObject, resolver: Resolver[Schema]
    ) -> Iterator[tuple[str, Place]]:
        for keyword in _REFERENCES:
            if keyword not in contents or keyword not in self.kind.VALIDATORS:
                continue
            reference = contents[keyword]
            try:
                found = resolver.lookup(cast("str", reference))
            # A pointer through a value that is neither an object nor an array breaks so:
            # https://github.com/python-jsonschema/referencing/blob/main/referencing/_core.py
            except (Unresolvable, AttributeError, TypeError, ValueError) as error:
                raise RequestError(
                    f"{_UNUSABLE}: {reference!r} leads to nothing in it; "
                    f"allowed: references to what it contains, such as '#/$defs/name'"
                ) from error
            self._check_target(str(reference), found.contents)
            yield str(reference), (self._resource(found.contents), found.resolver)

    def _check_target(self, reference: str, target: object) -> None:
        if isinstance(target, Mapping):
            if id(cast("JsonObject", target)) not in self.steps:
                _check_one(cast("JsonObject", target), self.kind)
        elif not isinstance(target, bool):
            raise RequestError(f"{_UNUSABLE}: {reference!r} leads to {target!r:.50}, no schema")

    def _check_ends(self, schema: object, *, path: list[Step], ended: set[int]) -> None:
        """Raise where a value meets `schema` only if it meets `schema`."""
        if id(schema) in ended:
            return
        for at, (_, above) in enumerate(path):
            if above is schema:
                reference = next(name for name, _ in path[at:] if name)
                raise RequestError(f"{_UNUSABLE}: {reference!r} leads back to itself without end")
        for reference, following in self.steps.get(id(schema), ()):
            self._check_ends(following, path=[*path, (reference, schema)], ended=ended)
        ended.add(id(schema))


def _parts(schema: JsonObject) -> Iterator[object]:
    """Yield what stands in a schema and is for the same value."""
    for keyword in _COMBINED:
        if isinstance(parts := schema.get(keyword), list):
            yield from cast("Sequence[object]", parts)
    yield from (schema[keyword] for keyword in _CONDITIONS if keyword in schema)
    if isinstance(dependent := schema.get("dependentSchemas"), Mapping):
        yield from cast("JsonObject", dependent).values()
