"""What a question says about the document it is after: company, year, kind of report, file."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.ids import DocumentId

_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"['’]s\b")
_FISCAL_YEAR = re.compile(r"(?:fy|cy)(?:\d\d)?(\d\d)")
_YEAR_AND_MORE = re.compile(r"((?:19|20)\d\d)([^\W\d_]\w*)")
_JOINED = 4
"""Names of files run so many words together: `AMERICANWATERWORKS`."""
_SAYS_NOTHING = frozenset({"a", "an", "and", "by", "for", "in", "of", "on", "the", "to", "with"})


def title_matches(question: str, titles: Mapping[DocumentId, str]) -> dict[DocumentId, float]:
    """Return for each title, 0 to 1, how much of it the question says, and how rare that is.

    Words weigh by their rarity among `titles`. Half the norm is the title's own weight, half that
    of the best match: a long title is not at a disadvantage where it alone has the words.
    """
    asked = _asked(question)
    words = {document: _title_words(title) for document, title in titles.items()}
    counts = Counter(word for each in words.values() for word in each)
    weights = {
        word: math.log(1 + (len(titles) - count + 0.5) / (count + 0.5))
        for word, count in counts.items()
    }
    said = {d: math.fsum(weights[word] for word in each & asked) for d, each in words.items()}
    best = max(said.values(), default=0.0)
    return {
        document: _share(said[document], math.fsum(weights[word] for word in each), best)
        for document, each in words.items()
    }


def _share(said: float, whole: float, best: float) -> float:
    return said / math.sqrt(whole * best) if said else 0.0


@lru_cache(maxsize=20_000)
def _title_words(title: str) -> frozenset[str]:
    """Return the words of a title; `2023Q4` is two."""
    found = set[str]()
    for word in _WORD.findall(title.casefold()):
        parts = _YEAR_AND_MORE.fullmatch(word)
        found.update(parts.groups() if parts else (word,))
    return frozenset(found - _SAYS_NOTHING)


def _asked(question: str) -> set[str]:
    """Return the words of a question, also run together, and `FY2018` and `FY18` as years."""
    words = _WORD.findall(_POSSESSIVE.sub("", question.casefold()))
    found = set(words)
    for length in range(2, _JOINED + 1):
        found.update("".join(words[i : i + length]) for i in range(len(words) - length + 1))
    years = (_FISCAL_YEAR.fullmatch(word) for word in words)
    return found | {f"20{year[1]}" for year in years if year}
