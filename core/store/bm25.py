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
        lookups = _query_lookups(languages)
        found = sorted({i for word in words(question) for each in lookups for i in each(word)})
        return SparseVector(indices=found, values=[1.0] * len(found))

    def finder(self, question: str, *, languages: Sequence[str]) -> Callable[[str], frozenset[int]]:
        """Return what tells which terms of `question` a text has."""
        asked = frozenset(self.encode_query(question, languages=languages).indices)
        has = _Has(asked, _query_lookups(languages))
        return lambda text: _NONE.union(*map(has.__getitem__, words(text)))

    def encode_passage(self, text: str, *, language: str) -> SparseVector:
        """Return BM25's weight of each term of `text`, but for the IDF.

        Figures do not count as length: a table is not long-winded.
        """
        passage_words = words(text)
        lookup = _lookups(_stemmer_of(language))[0]
        counts = Counter(chain.from_iterable(map(lookup, passage_words)))
        long = len(passage_words) - sum(word[0].isdigit() for word in passage_words)
        length = self._k1 * (1 - self._b + self._b * long / self._average_words)
        indices = sorted(counts)
        found = [counts[index] for index in indices]
        weights = {count: count * (self._k1 + 1) / (count + length) for count in set(found)}
        return SparseVector(indices=indices, values=[weights[count] for count in found])


_NONE = frozenset[int]()


class _Has(dict[str, frozenset[int]]):
    """The terms asked for that each word has, worked out once: a text repeats its words."""

    def __init__(self, asked: frozenset[int], lookups: Iterable[Lookup]) -> None:
        super().__init__()
        self._asked, self._lookups = asked, tuple(lookups)

    def __missing__(self, word: str) -> frozenset[int]:
        found = _NONE
        for lookup in self._lookups:
            terms = lookup(word)
            if not self._asked.isdisjoint(terms):
                found |= self._asked.intersection(terms)
        self[word] = found
        return found


def _query_lookups(languages: Sequence[str]) -> set[Lookup]:
    return {_lookups(_stemmer_of(language))[1] for language in languages or ("",)}


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
