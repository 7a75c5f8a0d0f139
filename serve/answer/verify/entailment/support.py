"""Does the evidence support the claim? Locally, in milliseconds, as a probability."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from serve.answer.verify.entailment.align import Claim, Sentence, signals
from serve.answer.verify.entailment.scaled import in_full
from serve.answer.verify.entailment.select import selected
from serve.answer.verify.entailment.weigh import NO_SUPPORT, Support, Weights
from serve.answer.verify.entailment.wording import claim_words, pieces, wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.protocols import TokenEmbedder
    from core.types import TokenVectors
    from serve.answer.terms import Lexicon
    from serve.answer.verify.entailment.align import Array
    from serve.answer.verify.entailment.wording import Word, Wording

__all__ = ["Checkable", "Support", "SupportScorer"]

CACHED_TOKENS = 50_000
"""Tokens whose vectors are kept, at most: 38 MB, the evidence of some hundred claims."""
_CACHED_WORDINGS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkable:
    """A claim and where it may come from."""

    claim: str
    evidence: tuple[str, ...]
    """Sentences that may carry it, in the order of the text."""
    head: str
    """The title and the headings above them; empty: there are none."""
    language: str
    """ISO 639-1 code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What of a claim's evidence is compared with it."""

    claim: str
    words: tuple[Word, ...]
    texts: tuple[str, ...]
    wordings: tuple[Wording, ...]


class SupportScorer:
    """Compares claims with their evidence, word by word; it never asks a model elsewhere."""

    def __init__(
        self,
        embedder: TokenEmbedder,
        lexicon: Lexicon,
        *,
        weights: Weights | None = None,
        cached_tokens: int = CACHED_TOKENS,
    ) -> None:
        """Load the weights.

        Args:
            embedder: the embedded all-MiniLM, which the weights were made with.
            lexicon: tells words by their stems, as search does.
            weights: `None`: those that are shipped.
            cached_tokens: how many tokens' vectors are kept between calls, at most.
        """
        self._vectors = _Vectors(embedder, cached_tokens)
        self._lexicon = lexicon
        self._weights = weights or Weights.load()
        self._wording = lru_cache(_CACHED_WORDINGS)(self._read_wording)

    async def score(self, claims: Sequence[Checkable]) -> list[Support]:
        """Return how far the evidence supports each of `claims`, in order.

        Each is what it would be alone. Where claim or evidence has no words, nothing is supported.
        """
        found = await self.signals(claims)
        return [NO_SUPPORT if each is None else self._weights.support(each) for each in found]

    async def signals(self, claims: Sequence[Checkable]) -> list[Array | None]:
        """Return what `score` goes by: `align.signals` of each claim, `None` without words."""
        readings = [self._read(each) for each in claims]
        texts = [text for each in readings if each for text in (each.claim, *each.texts)]
        vectors = await self._vectors.of(texts)
        return [None if each is None else _signals(each, vectors) for each in readings]

    def _read(self, given: Checkable) -> _Reading | None:
        claim = in_full(" ".join(given.claim.split()))
        words = claim_words(claim, language=given.language, lexicon=self._lexicon)
        texts = tuple(map(in_full, pieces((given.head, *given.evidence))))
        if not words or not any(pieces(given.evidence)):
            return None
        found = [self._wording(text, given.language) for text in texts]
        chosen = selected(words, found, [len(text) for text in texts])
        return _Reading(
            claim=claim,
            words=words,
            texts=tuple(texts[place] for place in chosen),
            wordings=tuple(found[place] for place in chosen),
        )

    def _read_wording(self, text: str, language: str) -> Wording:
        return wording(text, language=language, lexicon=self._lexicon)


def _signals(reading: _Reading, vectors: Mapping[str, TokenVectors]) -> Array | None:
    claim = Claim(words=reading.words, vectors=vectors[reading.claim])
    sentences = [
        Sentence(wording=each, vectors=vectors[text])
        for text, each in zip(reading.texts, reading.wordings, strict=True)
        if len(vectors[text].tokens)
    ]
    return signals(claim, sentences) if sentences else None


class _Vectors:
    """The vectors of the texts that were read last, at half the precision."""

    def __init__(self, embedder: TokenEmbedder, most_tokens: int) -> None:
        self._embedder = embedder
        self._most_tokens = most_tokens
        self._known: OrderedDict[str, TokenVectors] = OrderedDict()
        self._tokens = 0

    async def of(self, texts: Sequence[str]) -> dict[str, TokenVectors]:
        asked = list(dict.fromkeys(texts))
        found = {text: self._known[text] for text in asked if text in self._known}
        missing = [text for text in asked if text not in found]
        for text, made in zip(missing, await self._embedder.embed_tokens(missing), strict=True):
            found[text] = replace(made, tokens=made.tokens.astype(np.float16))
        self._keep(found)
        return found

    def _keep(self, found: Mapping[str, TokenVectors]) -> None:
        for text, vectors in found.items():
            if text not in self._known:
                self._tokens += len(vectors.tokens)
                self._known[text] = vectors
            self._known.move_to_end(text)
        while self._tokens > self._most_tokens:
            _, dropped = self._known.popitem(last=False)
            self._tokens -= len(dropped.tokens)
