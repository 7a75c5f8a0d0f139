"""The names in a sentence, for what may stand where another name stands."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from serve.answer.terms import listed

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence, Set

    Run: TypeAlias = list[re.Match[str]]
    """The words of a name, in order."""

WORD = re.compile(r"[^\W_]+")
_CAPITAL = r"[^\W\d_a-zà-öø-ÿ]"
_NAMED = rf"(?:{_CAPITAL}\.)+(?=\s)|{_CAPITAL}\w*(?:[’'.&-]?\w+)*"
_LINK = r"(?:of|the|de|da|di|du|del|der|den|la|le|van|von|bin|al|&)"
_NAME = re.compile(
    rf"(?<![\w’'])(?:{_NAMED})(?:\s(?:{_LINK}\s){{0,2}}(?:{_NAMED}|\d{{1,2}}(?=[\s,;:!?)]|\.(?!\d)|$)))*"
)
_HEADLINE = 4
"""A run of so many words with capitals is more likely a headline than a name."""
_CUT_SHORT = 4
"""From so many letters on, the beginning of a word may stand for it."""
_STEM, _ENDING = 4, 2
"""Letters that two forms of a word have in common at least, and those at the end of the longer."""
_REMEMBERED = 100_000
"""Pairs of names that were compared; evidence compares the same few again and again."""
_FORMS = listed("co corp inc ltd llc plc company corporation group the of and")
_PLAIN = listed(
    "a an the this that these those it its he she they we you i his her their our my in on at by "
    "for from to of with as and or but if when while after before since during until although "
    "though because so then than there here who what where which why how whose also both all each "
    "every some most many no not yes only just now such one two three first second third fourth "
    "fifth sixth seventh eighth ninth tenth next last according however despite following under "
    "over between among about is was are were be been has had have do does did will would can "
    "could mr mrs ms dr sir january february march april may june july august september october "
    "november december jan feb mar apr jun jul aug sep sept oct nov dec "
    "monday tuesday wednesday thursday friday saturday sunday unlike like"
)
"""Words that have a capital where a sentence begins, and words of dates: no name begins so."""


def runs(
    sentence: str, start: int, *, known: Container[str], common: Container[str]
) -> Iterator[Run]:
    """Yield the names of `sentence` from `start` on, each as the matches of its words.

    Args:
        sentence: what is read.
        start: where reading begins.
        known: words that are no part of a name.
        common: words that are none where they stand alone or in a headline.
    """
    for match in _NAME.finditer(sentence, start):
        found = list(WORD.finditer(sentence, *match.span()))
        doubtful = len(found) == 1 or len(found) >= _HEADLINE
        yield from _runs(found, (known, common) if doubtful else (known,))


def _runs(found: Sequence[re.Match[str]], dropped: Sequence[Container[str]]) -> Iterator[Run]:
    """Yield what lies between words that are no part of a name; a possessive `s` is none."""
    run: Run = []
    for word in (*found, None):
        text = word.group().casefold() if word else ""
        may_name = text != "s" and (run or text not in _PLAIN)
        if word and may_name and not any(text in each for each in dropped):
            run.append(word)
            continue
        while run and (run[-1].group().islower() or run[-1].group().casefold() in _PLAIN):
            run.pop()
        if any(not each.group().isdigit() for each in run):
            yield run
        run = []


@lru_cache(_REMEMBERED)
def same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether two names, by their folded words, may be one: an alias, a part, an acronym."""
    mine, theirs = _apart(bare(one), bare(other))
    numbered = any(word.isdigit() for word in {*mine} ^ {*theirs})
    return (
        {*mine} <= {*theirs}
        or {*theirs} <= {*mine}
        or (mine[-1] == theirs[-1] and not numbered)
        or acronym(mine) in theirs
        or acronym(theirs) in mine
        or all(any(alike(word, their) for their in theirs) for word in mine)
        or all(any(alike(word, my) for my in mine) for word in theirs)
    )


def is_plain(word: str) -> bool:
    """Tell whether a folded word names nothing, though a sentence may begin with it."""
    return word in _PLAIN


def bare(words: Sequence[str]) -> list[str]:
    """Return the words of a name, without accents and without the forms of companies."""
    return [_plain(word) for word in words if word not in _FORMS] or list(words)


def _apart(one: list[str], other: list[str]) -> tuple[list[str], list[str]]:
    """Return both without what follows in both, if that is more than a family's name."""
    common = 0
    while common < min(len(one), len(other)) - 1 and one[-1 - common] == other[-1 - common]:
        common += 1
    return (one[:-common], other[:-common]) if common > 1 else (one, other)


def _plain(word: str) -> str:
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFKD", word)
    return "".join(character for character in apart if not unicodedata.combining(character))


def acronym(words: Sequence[str]) -> str:
    """Return the first letters of `words`."""
    return "".join(word[0] for word in words)


def alike(one: str, other: str) -> bool:
    """Tell whether two words are one, or one is the other cut short."""
    short = min(len(one), len(other))
    return one == other or (short >= _CUT_SHORT and one[:short] == other[:short])


def missing(name: Set[str], words: Set[str]) -> float:
    """Return the share of the words of `name` that `words` have not, in any form."""
    lost = name - words
    if lost:
        plain = bare([*words])
        lost = {word for word in lost if not any(_one_word(word, other) for other in plain)}
    return len(lost) / max(1, len(name))


def _one_word(one: str, other: str) -> bool:
    """Tell whether two words are one, perhaps with another ending."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    return long.startswith(short) and (
        len(long) == len(short) or (len(short) >= _STEM and len(long) - len(short) <= _ENDING)
    )


def is_sibling(words: Sequence[str], name: frozenset[str]) -> bool:
    """Tell whether a name has a part of `name` and another one instead of the rest."""
    return bool(name & {*words}) and not name.issubset(words) and not name.issuperset(words)


def stands_for(words: Sequence[str], name: frozenset[str]) -> bool:
    """Tell whether `words` are a part or the first letters of `name`."""
    return name.issuperset(words) or (
        len(words) == 1 and sorted(words[0]) == sorted(w[0] for w in name)
    )
