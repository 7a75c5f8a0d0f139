"""What is known of an answer from passages, in numbers: what was asked, found and said."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from core.text import words
from serve.answer.terms import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from core.types import Passage

BEST = 5
"""Passages whose similarities are averaged, and in which most of an answer should be."""
_USUAL_TOKENS = 40_000
_STEM = 6
_CONTENT = 3
"""Letters from which on a word is compared; shorter ones are mostly grammar."""
_GRAMMAR = listed(
    "about above after all also among and any are because been before being between both but can "
    "could did does during each for from had has have her him his how into its made make may more "
    "most much not one only other our over same she should some such than that the their them then "
    "there these they this those through two under upon use used using very was well were what "
    "when where whether which while who whose why will with within would you your"
)
"""Words of English that say nothing of what a text is about."""
_NO_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Scripts that do not divide words: their text is compared by pairs of letters."""


def _any(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives})\b")


_FORMS: Mapping[str, re.Pattern[str]] = {
    "compares": _any(
        r"compar\w*|differ\w*|contrast\w*|versus|vs|both|between|similar\w*|relat\w*|evolve\w*"
        r"|respectively|shift\w*"
    ),
    "changes": _any(r"chang\w*|increase\w*|decrease\w*|evolv\w*|over time|from .* to"),
    "measures": _any(
        r"how (?:much|many|long|old|far|often|high|large)|percentage|amount|total|ratio"
    ),
    "reasons": _any(r"why|reason\w*|explain|impl(?:y|ies|ications?)|suggest\w*|infer\w*"),
    "how": _any(r"how (?:do|does|did|is|are|was|were|has|have|can|could|would|might)"),
    "what": re.compile(r"\A\W*(?:what|which)\b"),
    "the": _any(r"what (?:does|did|is|was|were|are) the"),
    "names": _any(r"who|whom|whose|name|where|when"),
    "exact": _any(r"specific\w*|exact\w*|precise\w*|particular|detail\w*"),
    "ahead": _any(
        r"plan\w*|strateg\w*|project\w*|forecast\w*|expect\w*|next|future|will|expansion|expand\w*"
    ),
    "effects": _any(r"impact|effect|affect|influence|role|implications?|improve"),
    "aside": _any(
        r"colou?r|favou?rite|brand|secret\w*|hidden|inscri\w*|exact words|title|kind of|type of"
        r"|name of|instrument|flavou?r|song|gift|pet|recipe|breed|middle name|ingredient|phrase"
    ),
    "society": _any(
        r"environment\w*|sustainab\w*|ethic\w*|energy|carbon|ecolog\w*|climate|privacy|social"
        r"|societ\w*|cultur\w*|legal|regulat\w*|politic\w*|educat\w*|psycholog\w*"
    ),
    "business": _any(
        r"international\w*|market\w*|region\w*|global\w*|europe\w*|asia\w*|africa\w*|australia\w*"
        r"|employee\w*|customer\w*|competit\w*|salary|initiatives?|polic(?:y|ies)|programs?"
    ),
    "applied": _any(
        r"integrat\w*|combin\w*|incorporat\w*|real-time|quantum|blockchain|virtual|robot\w*"
        r"|hardware|distributed|deploy\w*|applied to|when applied|application\w*|multi-?lingual"
    ),
    "acts": _any(r"handle|address|ensure|enhance|alter|leverag\w*|influence"),
    "results": _any(r"reported|achieved?|accuracy|benchmark|performance|dataset|score"),
    "periods": _any(r"ended?|as of|compared to|quarter|three months|fiscal year|per share"),
    "years": _any(r"(?:19|20)\d\d"),
    "parts": _any(r"papers|documents|segments|chapters|parts|sections|respectively"),
}
"""How a question may ask, in English: in other languages the passages have to tell."""

_NUMBERED = re.compile(r"\b([^\W\d_]{4,}) (\d{1,3})\b")
_HEDGES = _any(
    r"not (?:explicit|specif|direct|clear|mention|provid|stat)\w*|however|although|likely|could"
    r"|n't (?:explicit|specif|mention|provid)\w*|no (?:explicit|specific|direct|mention)|might"
    r"|it (?:can|may) be inferred|implied|suggests?|unclear|may|no information"
)
_LACKS = re.compile(
    r"(?:not|n't) (?:explicit|specif|direct|mention|provid|stat|disclos|detail)"
    r"|\bno (?:explicit|specific|direct|mention|information)"
)
_DENIES = re.compile(r"\bno\b|\bnot\b|n't\b")
_SOURCES = _any(r"chunks?|passages?|excerpts?|provided|contexts?")
_ITEM = re.compile(r"^\s*(?:\d\.|[-*•])\s", re.MULTILINE)
_INNER = re.compile(r"(?<=[^\W\d_] )[^\W\d_][\w-]+")
"""A word with another before it in its sentence: with a capital it is a name."""
_ENDS = (".", "!", "?", '"', ")", "。", "！", "？", "”")
_REMEMBERED = 500
"""Texts whose words are remembered; the passages of a question are looked at twice."""
_SHORT = 6
_UNCUT = 15
"""Words up to which an answer may end without a stop."""
_NO_FIGURES, _NO_WORDS = 0.8, 0.0
"""What stands for the share that is in the passages where an answer has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An answer from passages, and what a longer one would have to read."""

    question: str
    answer: str | None
    """As the model gave it; `None`: there was none."""
    refused: bool
    """Whether it says that the passages do not hold what was asked; true without an answer."""
    passages: Sequence[Passage]
    """What was found for the question, best first."""
    document_tokens: int
    """Of the documents that long context would read."""
    model: str = ""
    """Who would read them; a served id."""


def asked(question: str, passages: Sequence[Passage]) -> dict[str, float]:
    """Return how a question asks, and how much of it the passages have."""
    folded, found = question.casefold(), words(question)
    return {
        **{form: float(pattern.search(folded) is not None) for form, pattern in _FORMS.items()},
        "words": math.log1p(len(found)),
        "letters": sum(map(len, found)) / max(1, len(found)),
        "figures": float(any(word[0].isdigit() and len(word) > 1 for word in found)),
        "several": float(_several(folded)),
        "named": float(_named(question)),
        "ands": float(found.count("and")),
        "commas": float(question.count(",")),
        **_similarity(passages),
        **_coverage(_read(question).stems, [_read(passage.text).stems for passage in passages]),
    }


def answered(attempt: Attempt) -> dict[str, float]:
    """Return whether and how it was answered, and how much of the answer the passages have."""
    text = attempt.answer or ""
    folded, found = text.casefold(), words(text)
    length = math.log1p(len(found))
    return {
        "refused": float(attempt.refused),
        "size": math.log(max(1, attempt.document_tokens) / _USUAL_TOKENS),
        "length": length,
        "length_squared": length**2 / 10,
        "short": float(len(found) < _SHORT),
        "cut": float(len(found) > _UNCUT and not text.rstrip().endswith(_ENDS)),
        "itemised": float(_ITEM.search(text) is not None),
        "hedges": float(_HEDGES.search(folded) is not None),
        "lacks": float(_LACKS.search(folded) is not None),
        "denies": float(_DENIES.search(folded) is not None),
        "sources": float(_SOURCES.search(folded) is not None),
        "named": _named(text) / (1 + len(found)),
        **_grounds(attempt, text),
    }


def _several(question: str) -> bool:
    """Tell whether a question is about two of what is numbered, as in `section 1 and section 2`."""
    numbered = set(_NUMBERED.findall(question))
    return len(numbered) > len({thing for thing, _ in numbered})


def _named(text: str) -> int:
    return sum(word[0].isupper() for word in _INNER.findall(text))


def _similarity(passages: Sequence[Passage]) -> dict[str, float]:
    found = [0.0 if each.similarity is None else each.similarity for each in passages]
    best = max(found, default=0.0)
    mean = sum(found[:BEST]) / max(1, len(found[:BEST]))
    return {"similarity": best, "first": found[0] if found else 0.0, "mean_similarity": mean}


def _coverage(question: Set[str], found: Sequence[Set[str]]) -> dict[str, float]:
    """Return how much of the question the passages have, words by their rarity among these."""
    having = Counter(stem for stems in found for stem in stems & question)
    weights = {
        stem: math.log(1 + (len(found) - having[stem] + 0.5) / (having[stem] + 0.5)) + 0.1
        for stem in question
    }
    total = sum(weights.values()) or 1.0

    def share(stems: Set[str]) -> float:
        return sum(weights[stem] for stem in stems & question) / total

    content = [stem for stem in question if len(stem) > _CONTENT or _NO_SPACES.match(stem)]
    missing = sum(stem not in having for stem in content)
    plain = [len(stems & question) / max(1, len(question)) for stems in found]
    return {
        "coverage": max(map(share, found), default=0.0),
        "together": share(set[str]().union(*found[:BEST])),
        "plain_coverage": max(plain, default=0.0),
        "missing": float(missing),
        "missing_share": missing / max(1, len(content)),
    }


def _grounds(attempt: Attempt, text: str) -> dict[str, float]:
    question, said = _read(attempt.question), _read(text)
    added = said.content - question.content
    found = [_read(passage.text) for passage in attempt.passages]
    contents = [each.content for each in found]
    known = frozenset[str]().union(*(each.figures for each in found))
    shares = [_share(added, each, otherwise=_NO_WORDS) for each in contents]
    return {
        "stated": math.log1p(len(said.figures)),
        "added": math.log1p(len(added)),
        "added_share": len(added) / (1 + len(said.content)),
        "repeats": _share(question.content, said.content, otherwise=_NO_WORDS),
        "grounded": _share(added, _union(contents), otherwise=_NO_WORDS),
        "grounded_best": _share(added, _union(contents[:BEST]), otherwise=_NO_WORDS),
        "grounded_once": max(shares, default=0.0),
        "figures_grounded": _share(said.figures, known, otherwise=_NO_FIGURES),
    }


def _share(wanted: Set[str], held: Set[str], *, otherwise: float) -> float:
    return len(wanted & held) / len(wanted) if wanted else otherwise


def _union(found: Sequence[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A text as it is compared with others."""

    stems: frozenset[str]
    """The beginnings of its words; pairs of letters of scripts that do not divide words."""
    content: frozenset[str]
    """Those that say what it is about."""
    figures: frozenset[str]


@lru_cache(maxsize=_REMEMBERED)
def _read(text: str) -> _Text:
    stems, content, figures = set[str](), set[str](), set[str]()
    for word in words(text):
        if _NO_SPACES.search(word):
            pairs = {*map("".join, pairwise(word))} if len(word) > 1 else {word}
            stems |= pairs
            content |= pairs
            continue
        stems.add(word[:_STEM])
        if len(word) >= _CONTENT and word not in _GRAMMAR:
            content.add(word[:_STEM])
        if word[0].isdigit():
            figures.add(word)
    return _Text(stems=frozenset(stems), content=frozenset(content), figures=frozenset(figures))
