"""How much of each word of a claim the evidence has: what the support checker goes by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.types import TokenVectors
    from serve.answer.verify.entailment.wording import Word, Wording

    Array: TypeAlias = NDArray[np.float32]

SIGNALS = (
    "near",
    "near_in_few",
    "same",
    "same_in_few",
    "near_around",
    "near_together",
    "same_together",
    "beside",
    "recall",
    "cosine",
    "number",
    "number_missing",
    "name",
    "name_missing",
    "common",
    "common_near",
    "first",
)
"""The columns of `signals`."""

_AROUND = 4
"""Words on each side of a word that say whether a sentence has it in the same connection."""
_COMMON = 0.05
"""What a stop word weighs beside another word."""
_FEW = 3
"""Sentences that carry a claim, mostly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim as it is compared."""

    words: tuple[Word, ...]
    vectors: TokenVectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of the evidence as it is compared."""

    wording: Wording
    vectors: TokenVectors


def signals(claim: Claim, sentences: Sequence[Sentence]) -> Array:
    """Return a row for each word of `claim`, a column for each of `SIGNALS`.

    A word is as near to a sentence as its tokens are to those of the sentence that are nearest to
    each, by the cosine of their vectors in context: BERTScore's greedy matching, of the claim's
    side (Zhang et al. 2020, https://arxiv.org/abs/1904.09675).

    Args:
        claim: it has a word.
        sentences: at least one, each with a token.
    """
    words = claim.words
    same = np.array([[word.share_in(s.wording) for s in sentences] for word in words], np.float32)
    foreign = np.array([[word.foreign] for word in words])
    near = np.where(foreign, same, _near(claim, sentences))
    nearest, found = near.max(axis=1), same.max(axis=1)
    number = np.array([word.number for word in words], np.float32)
    name = np.array([word.name for word in words], np.float32)
    common = np.array([word.common for word in words], np.float32)
    cosine = max(float(claim.vectors.vector @ each.vectors.vector) for each in sentences)
    columns = _connected(near, same, 1 - common + _COMMON) | {
        "near": nearest,
        "same": found,
        "cosine": np.full_like(nearest, cosine),
        "number": number,
        "number_missing": number * (1 - found),
        "name": name,
        "name_missing": name * (1 - found),
        "common": common,
        "common_near": common * nearest,
        "first": np.eye(1, len(words), dtype=np.float32)[0],
    }
    return np.column_stack([columns[each] for each in SIGNALS])


def _connected(near: Array, same: Array, weights: Array) -> dict[str, Array]:
    """Return the signals that go by what the evidence has of the other words of the claim.

    Args:
        near: how near each word is to each sentence.
        same: how much of each word is in each sentence.
        weights: of the words.
    """
    around = _Around(weights)
    near_around = around.mean(near)
    nearest = near.max(axis=1)
    few = _few(near * weights[:, None])
    return {
        "near_in_few": near[:, few].max(axis=1),
        "same_in_few": same[:, few].max(axis=1),
        "near_around": near_around[np.arange(len(near)), near.argmax(axis=1)],
        "near_together": (near * near_around).max(axis=1),
        "same_together": (same * around.mean(same)).max(axis=1),
        "beside": around.mean(nearest[:, None])[:, 0],
        "recall": np.full_like(nearest, nearest @ weights / weights.sum()),
    }


def _near(claim: Claim, sentences: Sequence[Sentence]) -> Array:
    """Return how near each word of the claim is to each sentence."""
    tokens = np.concatenate([each.vectors.tokens for each in sentences], dtype=np.float32)
    lengths = [len(each.vectors.tokens) for each in sentences]
    starts = np.cumsum([0, *lengths[:-1]])
    # A product by OpenBLAS would wake a thread for each processor, which costs more than it does:
    # https://github.com/OpenMathLib/OpenBLAS/blob/v0.3.29/interface/gemm.c
    cosines = np.einsum("ad,bd->ab", claim.vectors.tokens.astype(np.float32), tokens)
    return _tokens_of_words(claim) @ np.maximum.reduceat(cosines, starts, axis=1)


def _tokens_of_words(claim: Claim) -> Array:
    """Return which share of each word each token is; none where the encoder did not read on."""
    shares = np.zeros((len(claim.words), len(claim.vectors.spans)), dtype=np.float32)
    place = 0
    for token, span in enumerate(claim.vectors.spans):
        while place < len(claim.words) and claim.words[place].span.end <= span.start:
            place += 1
        if place < len(claim.words) and claim.words[place].span.start < span.end:
            shares[place, token] = 1
    return shares / np.maximum(shares.sum(axis=1, keepdims=True), 1)


class _Around:
    """The words on both sides of each word of a claim."""

    def __init__(self, weights: Array) -> None:
        self._weights = weights[:, None]
        self._total = np.maximum(self._sum(self._weights), np.float32(1e-6))

    def mean(self, values: Array) -> Array:
        """Return, for each word, the weighted mean of the rows of `values` around its own."""
        return np.divide(self._sum(self._weights * values), self._total, dtype=np.float32)

    @staticmethod
    def _sum(values: Array) -> Array:
        total = np.zeros_like(values)
        for apart in range(1, _AROUND + 1):
            total[apart:] += values[:-apart]
            total[:-apart] += values[apart:]
        return total


def _few(near: Array) -> list[int]:
    """Return the sentences that together are nearest to the claim, chosen one after the other."""
    chosen: list[int] = []
    held = np.zeros((len(near), 1), dtype=np.float32)
    for _ in range(min(_FEW, near.shape[1])):
        best = int(np.maximum(near, held).sum(axis=0).argmax())
        chosen.append(best)
        held = np.maximum(held, near[:, [best]])
    return chosen
