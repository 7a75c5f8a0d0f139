"""BM25 term weights with Qdrant's own stemmers and term numbers: the same for both doors."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from qdrant_edge import (
    Bm25,
    Bm25Config,
    DisabledStemmer,
    Language,
    SnowballLanguage,
    SnowballParams,
    StopwordsSet,
    TokenizerType,
)

from core.store.terms import passage_terms, query_terms, words
from core.types import SparseVector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Lookup: TypeAlias = Callable[[str], tuple[int, ...]]
    """The numbers of a word's terms."""

K1 = 1.2
"""How much the second and third occurrence of a term add."""
B = 0.75
"""How much a long passage is marked down, 0 to 1."""
AVERAGE_WORDS = 160.0
"""The length that is neither marked up nor down; a constant, so that weights never go stale."""

_CACHED_WORDS = 200_000

_STEMMERS: dict[str, tuple[SnowballLanguage, Language | None]] = {
    "ar": (SnowballLanguage.Arabic, Language.Arabic),
    "da": (SnowballLanguage.Danish, Language.Danish),
    "de": (SnowballLanguage.German, Language.German),
    "el": (SnowballLanguage.Greek, Language.Greek),
    "en": (SnowballLanguage.English, Language.English),
    "es": (SnowballLanguage.Spanish, Language.Spanish),
    "fi": (SnowballLanguage.Finnish, Language.Finnish),
    "fr": (SnowballLanguage.French, Language.French),
    "hu": (SnowballLanguage.Hungarian, Language.Hungarian),
    "hy": (SnowballLanguage.Armenian, None),
    "it": (SnowballLanguage.Italian, Language.Italian),
    "nl": (SnowballLanguage.Dutch, Language.Dutch),
    "no": (SnowballLanguage.Norwegian, Language.Norwegian),
    "pt": (SnowballLanguage.Portuguese, Language.Portuguese),
    "ro": (SnowballLanguage.Romanian, Language.Romanian),
    "ru": (SnowballLanguage.Russian, Language.Russian),
    "sv": (SnowballLanguage.Swedish, Language.Swedish),
    "ta": (SnowballLanguage.Tamil, None),
    "tr": (SnowballLanguage.Turkish, Language.Turkish),
}
_SAME_STEMMER = {"nb": "no", "nn": "no"}


class Bm25Encoder:
    """Words stemmed by language, identifiers also by part, unsegmented scripts by pairs."""

    def __init__(
        self, *, k1: float = K1, b: float = B, average_words: float = AVERAGE_WORDS
    ) -> None:
        self._k1, self._b, self._average_words = k1, b, average_words

    def encode_query(self, question: str, *, languages: Sequence[str]) -> SparseVector:
        """Return the terms of `question`, weight 1 each, stemmed as documents in `languages` are.

        No language, or one without a stemmer, means the words as they are.
        """
        found = set[int]()
        for lookup in {_lookups(_stemmer_of(language))[1] for language in languages or ("",)}:
            found.update(_indices(question, lookup))
        return SparseVector(indices=sorted(found), values=[1.0] * len(found))

    def encode_passage(self, text: str, *, language: str) -> SparseVector:
        """Return BM25's weight of each term of `text`, but for the IDF.

        Figures do not count as length: a table is not long-winded.
        """
        passage_words = words(text)
        lookup = _lookups(_stemmer_of(language))[0]
        counts = Counter(chain.from_iterable(map(lookup, passage_words)))
        long = sum(not word[0].isdigit() for word in passage_words)
        length = self._k1 * (1 - self._b + self._b * long / self._average_words)
        scale = self._k1 + 1
        indices = sorted(counts)
        return SparseVector(
            indices=indices, values=[counts[i] * scale / (counts[i] + length) for i in indices]
        )


def _indices(text: str, lookup: Lookup) -> Iterable[int]:
    return chain.from_iterable(map(lookup, words(text)))


def _stemmer_of(language: str) -> str:
    code = _SAME_STEMMER.get(language, language)
    return code if code in _STEMMERS else ""


@lru_cache
def _lookups(stemmer: str) -> tuple[Lookup, Lookup]:
    """Return what numbers the terms of a word of a passage, and of a question."""
    # Qdrant's encoder is asked once for each different term; the weights are computed here
    # because it would count the parts of an identifier as further words of the passage.
    encoder = _encoder(stemmer)

    def number(terms: Iterable[str]) -> tuple[int, ...]:
        return tuple(chain.from_iterable(encoder.embed_query(term).indices for term in terms))

    @lru_cache(maxsize=_CACHED_WORDS)
    def of_passage(word: str) -> tuple[int, ...]:
        return number(passage_terms(word))

    @lru_cache(maxsize=_CACHED_WORDS)
    def of_query(word: str) -> tuple[int, ...]:
        return number(query_terms(word))

    return of_passage, of_query


def _encoder(stemmer: str) -> Bm25:
    if not stemmer:
        return Bm25(
            Bm25Config(
                tokenizer=TokenizerType.Whitespace,
                stemmer=DisabledStemmer(),
                stopwords=StopwordsSet(),
            )
        )
    snowball, stopwords = _STEMMERS[stemmer]
    return Bm25(
        Bm25Config(
            tokenizer=TokenizerType.Whitespace,
            stemmer=SnowballParams(snowball),
            stopwords=stopwords or StopwordsSet(),
        )
    )
