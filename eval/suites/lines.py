"""The lines of a suite's files, as they come in."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from core.errors import RequestError
from serve.requests import QueryRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_ALIKE = 0.75
"""From this likeness on an unknown key is taken for a slip."""
REQUEST = frozenset(QueryRequest.model_fields) - {"question", "collection"}
"""What a question may say of how it is asked."""


def _as_list(given: object) -> object:
    one = isinstance(given, str | int | float)
    return [given] if one else given


def _as_text(given: object) -> object:
    return str(given) if isinstance(given, int | float) and not isinstance(given, bool) else given


_Text = Annotated[str, BeforeValidator(_as_text)]
_Texts = Annotated[list[_Text], BeforeValidator(_as_list)]


class EvidenceLine(BaseModel):
    """Where something stands that answers a question."""

    model_config = ConfigDict(extra="allow", frozen=True)

    doc_id: _Text
    text: str = ""
    start: int | None = Field(default=None, ge=0)
    end: int | None = Field(default=None, ge=0)
    page: int | None = Field(default=None, ge=0)
    """Counted from 0."""
    relevance: int | None = Field(default=None, ge=1, le=5)
    """Cranfield's: 1 best, 4 least, 5 not."""


class QuestionLine(BaseModel):
    """A question with what is right."""

    model_config = ConfigDict(extra="allow", frozen=True)

    id: _Text | None = None
    question: str
    answers: _Texts = Field(default_factory=list[str])
    facts: list[_Texts] = Field(default_factory=list[list[str]])
    """What all has to be said, each in any of its wordings."""
    tolerance: float = Field(default=0, ge=0, allow_inf_nan=False)
    """How far a number may be off, as a share of it."""
    evidence: list[EvidenceLine] = Field(default_factory=list[EvidenceLine])
    answerable: bool | None = None
    type: str = ""
    meta: dict[str, object] = Field(default_factory=dict[str, object])
    drafted: bool = False


class DocumentLine(BaseModel):
    """A document of a suite."""

    model_config = ConfigDict(extra="allow", frozen=True)

    doc_id: _Text
    title: str = ""
    text: str | None = None
    path: str | None = None
    meta: dict[str, object] = Field(default_factory=dict[str, object])


_OTHERS: Mapping[type[BaseModel], frozenset[str]] = {
    EvidenceLine: frozenset({"match", "chunk_id", "level", "meta"}),
    QuestionLine: REQUEST,
    DocumentLine: frozenset({"id"}),
}
"""What a line may have beside what is read here."""


def problem(error: ValidationError) -> str:
    """Return the first thing that is wrong, with where it is."""
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc'])) or 'the line'}: {first['msg']}"


def unknown_keys(line: BaseModel) -> list[str]:
    """Return the keys that mean nothing here.

    Raises:
        RequestError: one of them looks like a slip for one that does.
    """
    known = {*type(line).model_fields, *_OTHERS.get(type(line), ())}
    unknown = [key for key in line.model_extra or () if key not in known]
    for key in unknown:
        if alike := difflib.get_close_matches(key, known, n=1, cutoff=_ALIKE):
            raise RequestError(f"{key!r} is unknown; is it {alike[0]!r}? {_allowed(known)}")
    return unknown


def passed_over(keys: Iterable[tuple[int, str]], name: str) -> Sequence[str]:
    """Return a sentence for each unknown key: where it is first, and how often."""
    first: dict[str, int] = {}
    count: dict[str, int] = {}
    for number, key in keys:
        first.setdefault(key, number)
        count[key] = count.get(key, 0) + 1
    return [
        f"{name}: the key {key!r} means nothing here and was passed over "
        f"(line {first[key]}, {count[key]} times in all)"
        for key in first
    ]


def _allowed(known: Iterable[str]) -> str:
    return f"known are {', '.join(sorted(known))}"
