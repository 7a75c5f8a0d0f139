"""What a sentence is about: the names it has, the one that leads it, and numbered things."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.types import Span
from serve.answer.terms import PRONOUNS, listed
from serve.answer.verify.conflicts.lines import RANKS, years
from serve.answer.verify.conflicts.named import WORD, bare, is_plain, runs
from serve.answer.verify.conflicts.values import folded, published

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

_LINK = re.compile(r"[\s&.:’'-]*(?:s\s)?(?:(?:of|the|de|la|der|van|von|and)\s){0,2}")
"""What joins two words of a name."""
_TITLES = listed("ceo cfo cto coo cmo eps gdp vp tv dvd faq")
"""Capitals that name what many have."""
_MOST_CAPITALS = 0.5
"""Where more of a question's words have capitals than this, they tell nothing."""
_CLAUSE = re.compile(r"[,;:|(\n\t]|[!?]\s|\b(?:but|and|while|whereas)\b")
_BEFORE_LEAD = 4
"""Words from the beginning of a clause to the name that leads it, at most."""
_OBLIQUE = listed(
    "in at on from by to for with during under near against like unlike than after before into via "
    "through as since until is was are were be been named called known about over "
    "im am an auf aus bei mit nach von seit zu durch ist war en por con para avec dans chez"
)
"""Words before a name that is not what the sentence is about."""
_CAPITALISED = re.compile(r"(?<![\w’'])[^\W\d_a-zà-öø-ÿ][^\W_]*")
_WITHIN = re.compile(r"(?<=[a-z,] )[^\W\d_a-zà-öø-ÿ][^\W_]*")
"""A word with a capital within a sentence."""
_PRONOUN = re.compile(rf"\W*(?:{PRONOUNS}|that|er|es|sie|il|elle)\b", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(?<![\w.,$€£])(?P<of>[^\W\d_][\w’'-]*)[\s-]#?[vV]?(?P<number>\d{1,4}(?:\.\d+)*)(?![\w%]|[.,:]\d)"
)
_FIGURE = re.compile(r"(?<![\w.,$€£])[vV]?(\d+(?:\.\d+)*)(?:st|nd|rd|th)?(?![\w%]|[.,:]\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LABELS = listed(
    "version release season section chapter part model phase grade class level tier type size zone "
    "room floor route stage episode volume issue article series unit line no number edition lot"
)
_KIND = re.compile(
    r"(?:^\W*(?:the\s|an?\s)?|\b(?:the|an?|its|our|per)\s)(?P<kind>[^\W\d_]{2,})\s(?P<of>[^\W\d_]{2,})",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    r"\b(?P<part>[QH])(?P<number>[1-4])(?!\d)|\b(?P<before>[1-4])(?P<last>[QH])(?![^\W\d_])"
    r"|\b(?P<word>first|second|third|fourth|[1-4](?:st|nd|rd|th))"
    r"[- ](?:\w+ )?(?P<of>quarter|half)\b",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"\b(?:January|February|April|June|July|August|September|October|November|December)\b"
    r"|\b(?:in|during|since|until|of|for|last|this)\s(?:March|May)\b"
)
_FISCAL = re.compile(r"\bFY\s?['’]?(\d\d)(?!\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name where a sentence has it."""

    span: Span
    words: tuple[str, ...]
    """Folded, without what many names have."""
    before: str
    """The word before it, folded."""
    after: str


def mentions(text: str, common: Set[str]) -> list[Mention]:
    """Return the names of `text` in its order; `common`: words that alone are none."""
    found: list[Mention] = []
    read = list(WORD.finditer(text))
    for run in runs(text, published(text), known=(), common=common):
        span = Span(run[0].start(), run[-1].end())
        words = tuple(bare([word.group().casefold() for word in run]))
        if not _TITLES.issuperset(words):
            before = next((each for each in reversed(read) if each.end() <= span.start), None)
            after = WORD.search(text, span.end)
            found.append(
                Mention(
                    span=span,
                    words=words,
                    before=before.group().casefold() if before else "",
                    after=after.group().casefold() if after else "",
                )
            )
    return found


def lead(text: str, found: Sequence[Mention]) -> Mention | None:
    """Return which of the names `found` in `text` it is about, as far as that shows."""
    for mention in found:
        start = max((m.end() for m in _CLAUSE.finditer(text, 0, mention.span.start)), default=0)
        between = folded(text[max(start, published(text)) : mention.span.start])
        if len(between) <= _BEFORE_LEAD and _OBLIQUE.isdisjoint(between):
            return mention
    return None


def refers_back(text: str) -> bool:
    """Tell whether `text` begins with a pronoun."""
    return _PRONOUN.match(text, published(text)) is not None


def asked_names(question: str, evidence: str, common: Set[str]) -> list[frozenset[str]]:
    """Return the names in `question`, each by its folded words.

    Capitals make them; of a question without, or with nothing else, those in the evidence do.

    Args:
        question: with or without capitals.
        evidence: all of it.
        common: words that it has without a capital.
    """
    found = list(WORD.finditer(question))
    upper = [word.group()[0] != word.group()[0].lower() for word in found]
    telling = 0 < sum(upper[1:]) <= max(1, _MOST_CAPITALS * len(found))
    capitals = (_WITHIN if telling else _CAPITALISED).findall(evidence)
    known = {word.casefold() for word in capitals} - common
    names: list[list[str]] = []
    end = -1
    for place, word in enumerate(found):
        text = word.group().casefold()
        if _may_name(text) and (text in known or (telling and place > 0 and upper[place])):
            if end >= 0 and _LINK.fullmatch(question, end, word.start()):
                names[-1].append(text)
            else:
                names.append([text])
            end = word.end()
    return [frozenset(bare(name)) for name in names]


def _may_name(word: str) -> bool:
    is_time = _QUARTER.fullmatch(word) or word.startswith("fy")
    return not (is_time or word.isdigit() or len(word) == 1 or word in _TITLES or is_plain(word))


def figures(text: str) -> frozenset[str]:
    """Return the numbers that `text` names things by, ordinals as well; years are none."""
    written = {match[1] for match in _FIGURE.finditer(text) if not _YEAR.fullmatch(match[1])}
    return frozenset(written).union(RANKS[word] for word in folded(text) if word in RANKS)


def fiscal_years(text: str) -> frozenset[str]:
    """Return the years that `text` names, short ones of accounts as well."""
    return years(text).union(f"20{year}" for year in _FISCAL.findall(text))


def months(text: str) -> frozenset[str]:
    """Return the months that `text` names, whatever the day; not when it was published."""
    return frozenset(match.split()[-1] for match in _MONTH.findall(text, published(text)))


def quarters(text: str) -> frozenset[str]:
    """Return the quarters and halves of years that `text` names: `q1`, `h2`."""
    return frozenset(_quarter(match) for match in _QUARTER.finditer(text))


def _quarter(match: re.Match[str]) -> str:
    part = (match["part"] or match["last"] or match["of"]).casefold()
    number = match["number"] or match["before"] or match["word"].casefold()
    return ("h" if part[0] == "h" else "q") + RANKS.get(number, number[0])


def numbered(text: str, words: Set[str]) -> Iterator[tuple[str, str, Span]]:
    """Yield what `text` tells apart by a number, and where the number is: `version` and `3.2`.

    Args:
        text: a sentence.
        words: those of the question, all of which may be numbered.
    """
    for match in _NUMBERED.finditer(text):
        of = match["of"].casefold()
        is_thing = of in words or of in _LABELS or (match["of"][0].isupper() and not is_plain(of))
        if is_thing and not _YEAR.fullmatch(match["number"]):
            yield of, match["number"], Span(*match.span("number"))


def kinds(text: str, words: Set[str]) -> Iterator[tuple[str, str]]:
    """Yield the words of the question that `text` has, with the word before that says which one."""
    for match in _KIND.finditer(text):
        of, kind = match["of"].casefold(), match["kind"].casefold()
        if of in words and not is_plain(kind) and not is_plain(of) and not kind.endswith("ly"):
            yield of, kind
