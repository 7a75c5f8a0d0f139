"""What a number is in its text: a year, the number of a section, a rate, a count of something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serve.answer.terms import listed
from serve.answer.verify.accounting.measures import MEASURES
from serve.answer.verify.accounting.plain import folded
from serve.answer.verify.accounting.scales import POWERS
from serve.answer.verify.accounting.words import EMPTY, key

if TYPE_CHECKING:
    from collections.abc import Set

_PLACES = (
    r"sections?|tables?|items?|articles?|pages?|chapters?|figures?|appendix|exhibits?|annex|clauses?"
    r"|paragraphs?|(?:sec|art|pp?|ch|fig|para)\.|§{1,2}|abschnitt|artikel|seite|kapitel|tabelle"
    r"|absatz|ziffer|artículo|página|artigo|articolo|pagina"
)
_LABEL = re.compile(
    rf"(?<![\w])(?:(?P<place>{_PLACES})|(?P<version>versions?|releases?|v))\s?"
    r"(?:\d[\d.]*\s?(?:,|-|and|or|to)\s?){0,3}\Z",
    re.IGNORECASE,
)
_NUMBERS_LINE = re.compile(r"[.)][ \t]+\S")
_PARTS = re.compile(r"\d+(?:\.\d+)+")
_TIME = re.compile(
    r"\b(?:in|since|until|till|during|before|after|circa|early|late|mid|years?|fiscal|fy)[\s-]\(?\Z",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\s(?:people|men|women|children|[a-z]{3,}(?<!s)s)\b")
_PLURALS_NOT = listed("was has does its this his ours yours thus plus minus versus")
_NOUN = re.compile(r"[\s-]([^\W\d_]+)")
_NEGATIVE = re.compile(r"(?<![\w)\]%.,-])-(?=[$€£¥]?[\d.])|\b(?:minus|negative)\s", re.IGNORECASE)
_STANDING = re.compile(r"\b(?:was|were|is|be|of|by|to|at|from)\s[$€£¥]?\Z", re.IGNORECASE)
"""Behind it a number in brackets is not said beside another."""
_DECLINES = re.compile(
    r"\b(?:loss|lost|fell|fall|declin|decreas|drop|negative|minus|below|down|deficit|shr[aiu]nk|reduc"
    r"|lower|less|outflow|contract|slip|s[aiu]nk|verlust|verlor|fiel|gefallen|zurück|abgenommen|abnahme"
    r"|rückgang|unter|weniger|perte|baiss|recul|diminu|chut|moins|pérdid|cay|caíd|baj|descen|menos|calo"
    r"|calat|scend|sces|ridu|meno|perd|qued|caiu|verlies|daal|gedaald|afname|onder|убыт|сни[жз]|упал"
    r"|паден|минус|ниже|сокра|збит|зни[жз]|впа|мінус|нижч|strat|spad|zmniej|obni)"
    r"|[跌降减減亏虧损損負负落下]|赤字|マイナス",
    re.IGNORECASE,
)
"""Beside it a number may be negative without a sign."""
_RATE = re.compile(
    r"(?:\s(?!(?:and|or|in|on|for|of|to|at|from)\b)[\w-]+)?(?:\s?/\s?|\s(?:per|an?|each|every|pro|je|par|por|al|im)\s)"
    r"(?P<one>[^\W_]+(?:\s(?!(?:and|per|an?|each|every|und)\b)[^\W\d_]+)?)"
    r"(?P<more>(?:(?:\s?/\s?|\s(?:and|per|an?|each|every|und)\s)[^\W_]+){0,2})",
    re.IGNORECASE,
)
_SPAN = re.compile(r"\b(?:later|ago|earlier|before|after|old|long)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_BEFORE = 40
"""Characters that are looked at in front of a number."""
_BEHIND = 60
_OFTEN = {
    **dict.fromkeys(("hourly", "stundlich"), "time 3600"),
    **dict.fromkeys(("daily", "taglich"), "time 86400"),
    **dict.fromkeys(("weekly", "wochentlich"), "time 604800"),
    **dict.fromkeys(("monthly", "monatlich"), "months 1"),
    **dict.fromkeys(("quarterly", "vierteljahrlich"), "months 3"),
    **dict.fromkeys(("yearly", "annual", "annually", "jahrlich"), "months 12"),
}
"""What folded words for how often something is say in one form."""
_PERIODS = {
    **{
        folded(name): f"{measure.of} {measure.factor}"
        for name, measures in MEASURES.items()
        for measure in measures
        if measure.of in {"time", "months"} and len(name) > 1
    },
    **_OFTEN,
    **dict.fromkeys(("quarter", "quarters"), "months 3"),
    **dict.fromkeys(("annum", "pa"), "months 12"),
    "mo": "months 1",
    "h": "time 3600",
}
"""The same, with words for times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What stands around a number."""

    place: bool = False
    """It tells which section, page or item, and how much of nothing."""
    version: bool = False
    """Each of its parts is a number: `2.10` is not `2.1`."""
    year: bool = False
    counts: bool = False
    """It is no year: it has thousands divided, or a unit, or says how many."""
    negative: bool = False
    """Without doubt."""
    noun: str = ""
    """How the word behind it begins; empty: none, or one that says nothing."""
    rate: frozenset[str] = frozenset()
    """The times that it is of: `per month`."""


NO_ROLE = Role()


def role(text: str, start: int, end: int, *, is_year: bool, is_measured: bool) -> Role:
    """Return what the number from `start` to `end` of `text`, which is `plain`, is there.

    Args:
        text: without its dates and identifiers.
        start: where the number begins, with what brackets it.
        end: where it ends, with its unit.
        is_year: whether it may be one, as it is written.
        is_measured: whether it has a unit.
    """
    before, written = text[max(0, start - _BEFORE) : start], text[start:end]
    behind = text[end : end + _BEHIND]
    label = _LABEL.search(before)
    noun = _NOUN.match(behind)
    word = folded(noun[1]) if noun else ""
    timed = is_year and not is_measured and _TIME.search(before) is not None
    return Role(
        place=bool(label and label["place"]) or _leads_line(text, start, written, behind),
        version=bool(label),
        year=timed,
        counts=not timed and ("," in written or is_measured or _has_plural(behind)),
        negative=_is_negative(text, start, written) and not is_year,
        noun="" if word in EMPTY or word in POWERS or word in MEASURES else key(word),
        rate=_rate(behind),
    )


def declines(text: str) -> bool:
    """Tell whether `text` has a word by which a number is negative: `a loss of 5`."""
    return _DECLINES.search(text) is not None


def periods(words: Set[str]) -> set[str]:
    """Return the times that any of `words`, which are folded, is a word for."""
    return {_PERIODS[word] for word in words if word in _PERIODS}


def often(words: Set[str]) -> dict[str, str]:
    """Return those of `words` that say how often, with the time that each is of."""
    return {word: _OFTEN[word] for word in sorted(words & _OFTEN.keys())}


def _leads_line(text: str, start: int, written: str, behind: str) -> bool:
    """Tell whether a number is that of a paragraph: `3.`, `(3)`, `4.1`."""
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip(" \t#>*-("):
        return False
    above = text[:line].rstrip(" \t")
    if above and not above.endswith("\n\n") and above.rstrip()[-1:] not in ".:;!?":
        return False
    closed = written.endswith(")") and behind[:1].isspace()
    in_parts = _PARTS.fullmatch(written) is not None and behind[:1].isspace()
    return closed or (in_parts and behind[1:2].isupper()) or bool(_NUMBERS_LINE.match(behind))


def _has_plural(behind: str) -> bool:
    found = _PLURAL.match(behind)
    return found is not None and found.group().strip() not in _PLURALS_NOT


def _is_negative(text: str, start: int, written: str) -> bool:
    if written.startswith("(") and ")" in written:
        return _STANDING.search(text, max(0, start - _BEFORE), start) is not None
    return _NEGATIVE.search(text, start, start + len(written)) is not None


def _rate(behind: str) -> frozenset[str]:
    found = _RATE.match(behind)
    if found is None or _SPAN.search(found["one"]):
        return frozenset()
    said = map(folded, _WORD.findall(found["one"] + found["more"]))
    return frozenset(_PERIODS[word] for word in said if word in _PERIODS)
