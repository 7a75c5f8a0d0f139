"""What embedding and reranking endpoints return, checked: one result for each text, in order."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from pydantic import BaseModel, ValidationError

from core.errors import ReplyError
from core.nim.replies import stream_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class _Embedding(BaseModel):
    index: int
    embedding: str | list[float]
    """Base64 of little-endian float32, or the numbers; servers differ in whether they heed which
    was asked for."""


class _Embeddings(BaseModel):
    data: list[_Embedding]


class _Ranking(BaseModel):
    index: int
    logit: float


class _Rankings(BaseModel):
    rankings: list[_Ranking]


_Form = TypeVar("_Form", bound=BaseModel)
_Item = TypeVar("_Item", _Embedding, _Ranking)


def vectors_of(body: object, *, count: int, dimensions: int, model: str) -> NDArray[np.float32]:
    """Return the vectors of `count` texts as rows of length one, in the order of the texts.

    Raises:
        ReplyError: they are not that many, not one for each text, have other dimensions, or one
            has a number that is none or no direction.
        ProviderError: the body is an error after all.
    """
    items = _parsed(_Embeddings, body, model=model).data
    rows = [_numbers(item.embedding, model=model) for item in _ordered(items, count, model=model)]
    if wrong := {len(row) for row in rows} - {dimensions}:
        raise ReplyError(
            f"vectors of {min(wrong)} dimensions, and its card says {dimensions}", model=model
        )
    matrix = np.stack(rows).astype(np.float64)
    with np.errstate(over="ignore"):  # what overflows is refused
        norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    if not (np.isfinite(norms).all() and norms.all()):
        raise ReplyError("a vector that has no direction", model=model)
    return (matrix / norms).astype(np.float32)


def logits_of(body: object, *, count: int, model: str) -> list[float]:
    """Return the scores of `count` passages, in the order of the passages.

    Raises:
        ReplyError: they are not one finite number for each.
        ProviderError: the body is an error after all.
    """
    items = _parsed(_Rankings, body, model=model).rankings
    logits = [item.logit for item in _ordered(items, count, model=model)]
    if not np.isfinite(logits).all():
        raise ReplyError("a score that is not a number", model=model)
    return logits


def _parsed(form: type[_Form], body: object, *, model: str) -> _Form:
    try:
        return form.model_validate(body)
    except ValidationError as error:
        if said := stream_error(body, model=model):
            raise said from error
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ReplyError(
            f"its answer has another form: {where}: {first['msg']}", model=model
        ) from None


def _ordered(items: Sequence[_Item], count: int, *, model: str) -> list[_Item]:
    ordered = sorted(items, key=lambda item: item.index)
    if [item.index for item in ordered] != list(range(count)):
        shown = [item.index for item in ordered][:20]
        raise ReplyError(
            f"{len(items)} results for {count} texts, of the places {shown}", model=model
        )
    return ordered


def _numbers(embedding: str | list[float], *, model: str) -> NDArray[np.floating[Any]]:
    if not isinstance(embedding, str):
        return np.array(embedding, dtype=np.float64)
    try:
        return np.frombuffer(base64.b64decode(embedding, validate=True), dtype="<f4")
    except (binascii.Error, ValueError) as error:
        raise ReplyError("a vector that is not base64 of float32", model=model) from error
