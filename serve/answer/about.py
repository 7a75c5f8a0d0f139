"""Whom and when a question is about, and which of the passages found are about that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from serve.answer.terms import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence, Set

    from core.types import Passage
    from serve.answer.terms import Lexicon

_WORD = re.compile(r"(?<![\w-])[^\W\d_][\w&’'-]*")
_POSSESSIVE = re.compile(r"['’]s?$")
_SENTENCE_END = re.compile(r"[.!?:;]\s*[\"'“”‘’(]*\s*$")
_LOOK_BACK = 40
"""Characters before a word in which it shows whether a sentence begins with it."""
_ACRONYM = 4
"""So short a word in capitals abbreviates a thing more often than it names one: CEO, EPS."""
_NAMES_AT_MOST = 0.5
"""Where more of a question's words have capitals than this, they tell nothing."""
_NO_NAMES = listed(
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday"
)
CAPITALISED = frozenset({"de", "lb"})
"""Languages that write every noun with a capital."""
_YEAR = re.compile(r"(?<![\d.$€£])(?:19|20)\d\d(?!\d|\.\d|\s?%)")
_FISCAL = re.compile(r"\bFY\s?['’]?(\d\d)(?!\d)", re.IGNORECASE)
_QUARTER = re.compile(
    r"\bQ([1-4])(?!\d)|\b([1-4])Q(?=\d|\b)|\b(first|second|third|fourth)[- ](?:\w+ )?quarter\b",
    re.IGNORECASE,
)
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a question names: a passage about anything else does not answer it."""

    names: tuple[str, ...]
    """Of whom or what, as they are written in the question."""
    years: tuple[str, ...]
    quarters: tuple[str, ...]
    """`Q1` to `Q4`."""

    @property
    def is_stated(self) -> bool:
        """Tell whether the question names anything."""
        return bool(self.names or self.years or self.quarters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevant:
    """The passages that are about a subject, and what of it none is about."""

    passages: tuple[Passage, ...]
    """Those about the most of it, in their order."""
    unmet: tuple[str, ...]


def foretold(subject: Subject, passage: Passage, quoted: str) -> tuple[str, ...]:
    """Return the years asked about that a document of an earlier time does not speak of.

    It does where what is quoted states the year, and the quarter if one is asked about. A
    document's time is the last year in its title, its headings or the name of its file; a fiscal
    year may be one ahead.
    """
    dated = _years(_label(passage))
    quarters = set(subject.quarters)
    stated = set(_years(quoted)) if quarters <= set(_quarters(quoted)) else set[str]()
    return tuple(
        year
        for year in subject.years
        if dated and int(year) > int(max(dated)) + 1 and year not in stated
    )


def subject_of(question: str) -> Subject:
    """Return whom and when `question` names; names are known by their capitals."""
    return Subject(
        names=tuple(dict.fromkeys(_names(question))),
        years=tuple(dict.fromkeys(_years(question))),
        quarters=tuple(dict.fromkeys(_quarters(question))),
    )


def relevant(
    subject: Subject,
    passages: Sequence[Passage],
    *,
    terms: Sequence[Set[int]],
    lexicon: Lexicon,
) -> Relevant:
    """Return those of `passages` that are about `subject`.

    A name may stand anywhere in what was found of the document, a year or quarter must stand with
    the passage itself if any does: in its text, its headings, its title, the name of its file.

    Args:
        subject: what the question names.
        passages: what was found for it.
        terms: of each of them.
        lexicon: what made the terms.
    """
    if not subject.is_stated:
        return Relevant(passages=tuple(passages), unmet=())
    known = _terms_of_documents(passages, terms, lexicon)
    years = _years_of_documents(passages)
    named, nameless = _most(
        subject.names, passages, lambda name, of: _has_name(name, of, known, lexicon)
    )
    dated, dateless = _most(
        subject.years,
        named,
        lambda year, of: year in (set(_years(_context(of))) or years[of.document_id]),
    )
    quartered, otherwise = _most(
        subject.quarters,
        dated,
        lambda quarter, of: quarter in (set(_quarters(_context(of))) or {quarter}),
    )
    if 2 * len(nameless) < len(subject.names):
        nameless = []
    return Relevant(passages=tuple(quartered), unmet=(*nameless, *dateless, *otherwise))


def _most(
    asked: Sequence[str], passages: Sequence[Passage], has: Callable[[str, Passage], bool]
) -> tuple[list[Passage], list[str]]:
    """Return the passages that have the most of what is asked, and what none of them has."""
    held = [frozenset(each for each in asked if has(each, passage)) for passage in passages]
    most = max(map(len, held), default=0)
    best = [passage for passage, has_of in zip(passages, held, strict=True) if len(has_of) == most]
    met = frozenset[str]().union(*(has_of for has_of in held if len(has_of) == most))
    return best, [each for each in asked if each not in met]


def _has_name(name: str, passage: Passage, known: Mapping[str, Set[int]], lexicon: Lexicon) -> bool:
    if passage.language in CAPITALISED:
        return True
    wanted = lexicon.terms(name, language=passage.language)
    return 2 * len(wanted & known[passage.document_id]) >= len(wanted)


def _terms_of_documents(
    passages: Sequence[Passage], terms: Sequence[Set[int]], lexicon: Lexicon
) -> dict[str, set[int]]:
    known: dict[str, set[int]] = {}
    for passage, its in zip(passages, terms, strict=True):
        known.setdefault(passage.document_id, set()).update(
            its, lexicon.terms(_file(passage), language=passage.language)
        )
    return known


def _years_of_documents(passages: Sequence[Passage]) -> dict[str, set[str]]:
    years: dict[str, set[str]] = {}
    for passage in passages:
        years.setdefault(passage.document_id, set()).update(_years(_context(passage)))
    return years


def _context(passage: Passage) -> str:
    return f"{_label(passage)}\n{passage.text}"


def _label(passage: Passage) -> str:
    return "\n".join((_file(passage), passage.title, *passage.section))


def _file(passage: Passage) -> str:
    """Return the name of the passage's file and of its directory, as words."""
    return " ".join(PurePath(passage.source).parts[-2:]).replace("_", " ")


def _names(question: str) -> list[str]:
    found: list[list[str]] = []
    end = -1
    every = list(_WORD.finditer(question))
    for match in every:
        word = _POSSESSIVE.sub("", match.group())
        if not _is_name(word, match, question):
            continue
        if found and question[end : match.start()].isspace():
            found[-1].append(word)
        else:
            found.append([word])
        end = match.end() if word == match.group() else -1
    too_many = sum(map(len, found)) > max(1, _NAMES_AT_MOST * len(every))
    return [] if too_many else [" ".join(name) for name in found]


def _is_name(word: str, match: re.Match[str], question: str) -> bool:
    if (
        not word[:1].isupper()
        or word.casefold().rstrip("s") in _NO_NAMES
        or any(map(str.isdigit, word))
    ):
        return False
    if word != match.group():
        return True
    if word.isupper():
        return len(word) > _ACRONYM
    before = question[max(0, match.start() - _LOOK_BACK) : match.start()]
    return bool(before.strip(" \"'“”‘’(")) and _SENTENCE_END.search(before) is None


def _years(text: str) -> list[str]:
    short = [f"20{year}" for year in _FISCAL.findall(text)]
    return [*_YEAR.findall(text), *short]


def _quarters(text: str) -> list[str]:
    written = (match[match.lastindex or 0].casefold() for match in _QUARTER.finditer(text))
    return ["Q" + _ORDINALS.get(each, each) for each in written]
