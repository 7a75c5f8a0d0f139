"""Text to search terms: words, the parts of identifiers, numbers, and scripts without spaces."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_TERM = 64
"""A longer run of letters or digits is data, not a word; its parts, or its start, are terms."""

_SYLLABIC = "\u3005\u3007\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3\U00020000-\U0003134f"
"""Han and Hangul: one character can be a word."""
_HIRAGANA = "\u3041-\u309f"
_KATAKANA = "\u30a0-\u30ff\u31f0-\u31ff"
_SOUTH_EAST_ASIAN = "\u0e01-\u0e4e\u0e81-\u0ece\u1000-\u1049\u1780-\u17d3"
"""Thai, Lao, Burmese, Khmer."""
_UNSEGMENTED = _SYLLABIC + _HIRAGANA + _KATAKANA + _SOUTH_EAST_ASIAN
_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u0900-\u0963\u0970-\u0dff\u0f71-\u0f84"
)
"""Signs inside words that `\\w` leaves out: accents, vowel points, Indic vowels."""

_LETTER = rf"(?:[^\W{_UNSEGMENTED}]|[{_MARKS}])"
_WORD = re.compile(
    rf"[{_SYLLABIC}]+|[{_HIRAGANA}]+|[{_KATAKANA}]+|[{_SOUTH_EAST_ASIAN}]+"
    rf"|{_LETTER}+(?:[.'’\-]{_LETTER}+)*(?:\+\+|#(?!\w))?"
)
_PLAIN_WORD = re.compile(r"\w++(?:[.'’\-]\w++)*+(?:\+\+|#(?!\w))?")
"""What `_WORD` finds where there is neither an unsegmented script nor a mark, twice as fast."""
_NOT_PLAIN = re.compile(f"[{_UNSEGMENTED}{_MARKS}]")
_RUN = re.compile(f"[{_UNSEGMENTED}]")
_SYLLABLE = re.compile(f"[{_SYLLABIC}]")
_PUNCTUATION = re.compile(rf"(?:[\W_](?<![{_MARKS}]))+")
_ASCII_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_PART = re.compile(r"\d+|\D+")
# With the digit first, the regex engine skips to the candidates.
_SEPARATED = re.compile(
    r"\d(?<![\w.,]\d)\d{0,2}([,'’\u00a0\u202f])\d{3}(?:\1\d{3})*(?!\d|,\d)", re.ASCII
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_IDENTIFIER = re.compile(rf"[\W_](?<![{_MARKS}])|[a-z][A-Z]|[A-Z]{{2}}[a-z]|[^\W\d_]\d|\d[^\W\d_]")


def words(text: str) -> list[str]:
    """Return the words of `text` in order, case kept; a run of an unsegmented script is one word.

    Thousands separators are taken out of numbers, so `1,577` and `1577` are the same word.
    """
    joined = _SEPARATED.sub(_without_separators, text)
    if joined.isascii():
        return _PLAIN_WORD.findall(joined)
    normal = unicodedata.normalize("NFKC", joined)
    return (_WORD if _NOT_PLAIN.search(normal) else _PLAIN_WORD).findall(normal)


def passage_terms(word: str) -> tuple[str, ...]:
    """Return what a passage with `word` in it can be found by."""
    if _RUN.match(word):
        return (*filter(_SYLLABLE.match, word), *_pairs(word))
    return _word_terms(word)


def query_terms(word: str) -> tuple[str, ...]:
    """Return what to look for where the question has `word`."""
    if _RUN.match(word):
        return _pairs(word) or tuple(filter(_SYLLABLE.match, word))
    return _word_terms(word)


def _pairs(run: str) -> tuple[str, ...]:
    return tuple(first + second for first, second in pairwise(run))


def _word_terms(word: str) -> tuple[str, ...]:
    if _NUMBER.fullmatch(word):
        return ((word.rstrip("0").rstrip(".") if "." in word else word)[:LONGEST_TERM],)
    folded = word.replace("’", "'").casefold()
    if not _IDENTIFIER.search(word):
        return (folded,) if len(word) <= LONGEST_TERM else (folded[:LONGEST_TERM],)
    parts = tuple(dict.fromkeys(part.casefold() for part in _parts(word)))
    if len(word) > LONGEST_TERM or parts == (folded,):
        return parts
    return (folded, *(part for part in parts if part != folded))


def _parts(word: str) -> Iterator[str]:
    for piece in _PUNCTUATION.split(word):
        yield from (_ASCII_PART if piece.isascii() else _PART).findall(piece)


def _without_separators(match: re.Match[str]) -> str:
    return match.group().replace(match.group(1), "")
