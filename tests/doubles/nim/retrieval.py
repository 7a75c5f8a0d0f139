"""`POST /v1/embeddings` and `POST /v1/ranking`: what is refused, and what is answered."""

from __future__ import annotations

import base64

import numpy as np
from numpy.typing import NDArray

from tests.doubles.nim import refusals
from tests.doubles.nim.model import NimModel
from tests.doubles.nim.requests import EmbeddingRequest, RankingRequest
from tests.doubles.nim.wire import RefusedError, Reply, json_reply
from tests.doubles.nim.words import overlap, vector

SUFFIXES = ("query", "passage")


def embedding_reply(request: EmbeddingRequest, model: NimModel) -> Reply:
    """Return the vectors of the texts, in order; raises the model's refusals."""
    texts = [request.input] if isinstance(request.input, str) else request.input
    kind = request.input_type or request.model.rpartition("-")[2]
    if not model.symmetric and kind not in SUFFIXES:
        message = "'input_type' parameter is required for asymmetric models"
        raise RefusedError(refusals.bad_embedding_request(message))
    dimensions = _dimensions(request, model)
    if not texts or not all(texts):
        raise RefusedError(refusals.bad_embedding_request("Input must not be empty"))
    if len(texts) > model.max_batch:
        message = f"Batch size {len(texts)} exceeds maximum allowed batch size {model.max_batch}"
        raise RefusedError(refusals.bad_embedding_request(message))
    counts = [model.tokenizer.count(text) for text in texts]
    vectors = [
        vector(_fitting(text, n, request.truncate, model), dimensions, mark=_mark(kind, model))
        for text, n in zip(texts, counts, strict=True)
    ]
    data = [
        {"index": i, "object": "embedding", "embedding": _encoded(v, request.encoding_format)}
        for i, v in enumerate(vectors)
    ]
    usage = {"prompt_tokens": sum(counts), "total_tokens": sum(counts)}
    return json_reply(200, {"object": "list", "data": data, "model": request.model, "usage": usage})


def ranking_reply(request: RankingRequest, model: NimModel) -> Reply:
    """Return a logit for each passage, best first; raises the model's refusals."""
    asked = model.tokenizer.count(request.query.text)
    total = 0
    for passage in request.passages:
        length = asked + model.tokenizer.count(passage.text)
        if length > model.window and request.truncate == "NONE":
            raise RefusedError(refusals.input_too_long(length, model.window))
        total += min(length, model.window)
    rankings = [
        {"index": i, "logit": logit(request.query.text, passage.text)}
        for i, passage in enumerate(request.passages)
    ]
    rankings.sort(key=lambda ranked: -ranked["logit"])
    usage = {"prompt_tokens": total, "total_tokens": total}
    return json_reply(200, {"rankings": rankings, "usage": usage})


def logit(question: str, text: str) -> float:
    """Return how well `text` answers: unbounded, below zero for what is only half to the point."""
    return round(12 * overlap(question, text) - 6 - len(text) / 1e5, 6)


def _dimensions(request: EmbeddingRequest, model: NimModel) -> int:
    wanted = request.dimensions
    if wanted is None:
        return model.dimensions
    if wanted not in model.dynamic_dimensions:
        allowed = sorted(model.dynamic_dimensions)
        message = f"This model does not take 'dimensions' {wanted}; allowed: {allowed}"
        raise RefusedError(refusals.bad_embedding_request(message))
    return wanted


def _fitting(text: str, length: int, truncate: str, model: NimModel) -> str:
    if length <= model.window:
        return text
    if truncate == "NONE":
        raise RefusedError(refusals.input_too_long(length, model.window))
    return model.tokenizer.cut(text, model.window, end=truncate == "START")


def _mark(kind: str, model: NimModel) -> str:
    return "text" if model.symmetric else kind


def _encoded(numbers: NDArray[np.float32], encoding: str) -> object:
    if encoding == "float":
        return numbers
    return base64.b64encode(numbers.astype("<f4").tobytes()).decode()
