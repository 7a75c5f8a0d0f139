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

    Split: TypeAlias = Callable[[str], tuple[str, ...]]
    """A word to its terms."""

K1 = 1.2
"""How much the second and third occurrence of a term add."""
B = 0.75
"""How much a long passage is marked down, 0 to 1."""
AVERAGE_WORDS = 160.0
"""The length that is neither marked up nor down; a constant, so that weights never go stale."""

_CACHED_WORDS = 200_000
_CACHED_TEXTS = 2_000
"""Texts whose terms are remembered: one answer asks for those of a sentence several times."""
_CACHED_LANGUAGES = 32
"""Languages, or sets of them, whose words are remembered."""

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
        terms = _terms(_stemmers_of(languages), query_terms)
        found = sorted({*chain.from_iterable(map(terms.__getitem__, words(question)))})
        return SparseVector(indices=found, values=[1.0] * len(found))

    def finder(self, question: str, *, languages: Sequence[str]) -> Callable[[str], frozenset[int]]:
        """Return what tells which terms of `question` a text has."""
        asked = frozenset(self.encode_query(question, languages=languages).indices)
        terms = _terms(_stemmers_of(languages), query_terms).__getitem__
        return lambda text: asked.intersection(chain.from_iterable(map(terms, words(text))))

    def terms(self, text: str, *, language: str) -> frozenset[int]:
        """Return the terms of `text`, those that `encode_passage` weighs."""
        return _terms_of(text, language)

    def encode_passage(self, text: str, *, language: str) -> SparseVector:
        """Return BM25's weight of each term of `text`, but for the IDF.

        Figures do not count as length: a table is not long-winded.
        """
        passage_words = words(text)
        counts = Counter(chain.from_iterable(map(_passage_terms(language), passage_words)))
        long = len(passage_words) - sum(word[0].isdigit() for word in passage_words)
        length = self._k1 * (1 - self._b + self._b * long / self._average_words)
        indices = sorted(counts)
        found = [counts[index] for index in indices]
        weights = {count: count * (self._k1 + 1) / (count + length) for count in set(found)}
        return SparseVector(indices=indices, values=[weights[count] for count in found])


class _Terms(dict[str, tuple[int, ...]]):
    """The numbers of the terms of each word, worked out once: texts repeat their words."""

    def __init__(self, stemmers: Iterable[str], split: Split) -> None:
        super().__init__()
        # Qdrant's encoder is asked once for each different term; the weights are computed here
        # because it would count the parts of an identifier as further words of the passage.
        self._encoders = tuple(map(_encoder, sorted(stemmers)))
        self._split = split

    def __missing__(self, word: str) -> tuple[int, ...]:
        if len(self) >= _CACHED_WORDS:
            self.clear()
        terms = self._split(word)
        found = (each.embed_query(term).indices for each in self._encoders for term in terms)
        self[word] = numbers = tuple(chain.from_iterable(found))
        return numbers


@lru_cache(maxsize=_CACHED_LANGUAGES)
def _terms(stemmers: frozenset[str], split: Split) -> _Terms:
    return _Terms(stemmers, split)


@lru_cache(maxsize=_CACHED_LANGUAGES)
def _passage_terms(language: str) -> Callable[[str], tuple[int, ...]]:
    return _terms(_stemmers_of([language]), passage_terms).__getitem__


@lru_cache(maxsize=_CACHED_TEXTS)
def _terms_of(text: str, language: str) -> frozenset[int]:
    return frozenset(chain.from_iterable(map(_passage_terms(language), words(text))))


def _stemmers_of(languages: Sequence[str]) -> frozenset[str]:
    return frozenset(map(_stemmer_of, languages or ("",)))


def _stemmer_of(language: str) -> str:
    code = _SAME_STEMMER.get(language, language)
    return code if code in _STEMMERS else ""


@lru_cache
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
