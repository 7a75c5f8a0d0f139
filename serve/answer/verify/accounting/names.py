"""The names of a text, and whether another text has them, perhaps in another form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serve.answer.terms import listed
from serve.answer.verify.accounting.plain import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_ACRONYM = re.compile(r"(?<![^\W_])[A-Z]{2,}(?=s?(?![^\W_]))")
_LETTERED = re.compile(r"[^\W\d_]")
_OPENS = re.compile(r"(?:^|[!?:•|#]\"?\s?|[\"(\[]|\s-\s|(?:^|\s)'|\n)[\"'(\[]*$")
"""What stands in front of a word that has a capital for where it stands."""
_ROMAN = re.compile(r"[IVXLC]{2,}|[IVX]")
_STATES = re.compile(r"[.!?]\W*$|\b(?:is|are|was|were|be|been|has|have|had|did|will)\b")
"""What a heading does not have."""
_ACTS = re.compile(
    r" (?:is|was|has|had|does|did|can|could|will|would|also|[a-z]+ed|[a-z]{2,}(?<!s)s)\b"
    r"|, (?:a|an|the|who|which|where|whose)\b|(?<='s) [a-z]"
)
_VERBAL = re.compile(r"(?:ing|ed|ly)$")
_COMMON = re.compile(r"(?:(?<!')s|ing|ed|ly|ity|tion|sion|ness|ment|ism|ance|ence|ship|ery|age)$")
_SMALL = listed(
    "of the and de la le du des van von der den di da del al el bin ibn y e & for in on at to"
)
"""What may stand inside a name without a capital."""
_NO_NAMES = listed(
    "i a an the this that these those it its he she they we you his her their our my your in "
    "on at by for from to of with as and or but nor so yet if when while after before since "
    "during until although though because then than there here who what where which why how "
    "whose both all each every some most many much few several no not yes only just now such "
    "one two three four five six seven eight nine ten first second third next last other "
    "another any under over between among about despite however thus therefore hence also "
    "according is was are were be been has had have do does did will would can could may "
    "might must shall should mr mrs ms miss dr sir madam prof professor president king queen "
    "prince princess lord lady saint st minister senator captain general colonel judge "
    "justice pope emperor january february march april june july august september october "
    "november december monday tuesday wednesday thursday friday saturday sunday bc ad bce ce "
    "am pm usd eur gbp ok tv dvd north south east west northern southern eastern western "
    "earth god internet english form section article chapter figure table item "
    "part page volume appendix note exhibit"
)
"""Words with a capital that name no one by themselves."""
_SAME = (
    "us usa america american americans united states",
    "uk britain british united kingdom gb",
    "eu europe european europeans",
    "un united nations",
    "ussr soviet soviets",
    "france french",
    "spain spanish spaniards",
    "netherlands dutch holland",
    "germany german germans",
    "england english",
    "wales welsh",
    "scotland scottish scots",
    "ireland irish",
    "denmark danish danes",
    "sweden swedish swedes",
    "norway norwegian norwegians",
    "finland finnish finns",
    "poland polish poles",
    "turkey turkish turks",
    "greece greek greeks",
    "switzerland swiss",
    "portugal portuguese",
    "china chinese prc",
    "peru peruvian",
    "thailand thai",
    "philippines filipino philippine",
    "christ christian christians christianity",
    "jew jews jewish judaism",
    "islam islamic muslim muslims",
    "hindu hindus hinduism",
    "buddha buddhist buddhists buddhism",
    "protestant protestants protestantism",
    "nazi nazis nazism",
    "catholic catholics catholicism",
)
_KIN = {word: frozenset(line.split()) for line in _SAME for word in line.split()}
_SUFFIX = re.compile(
    r"(?:ians?|ium|eans?|ans?|ese|ish|ists?|isms?|ites?|ic|ns?|is?|es|s|al|ial|ially|ly|ship|y|a|e|o)$"
)
_FEWEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """Words of a text that name someone or something."""

    written: str
    start: int
    words: tuple[str, ...]
    """Those that say which one it is, as written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The words of what names may be accounted for by."""

    words: frozenset[str]
    stems: frozenset[str]
    initials: str
    """The first letters of the words, in order, small words left out."""
    all_initials: str
    squashed: str
    """All letters and digits, case folded."""
    acronyms: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Known:
        """Return the words of `text`, which is `plain`."""
        found = [folded(match.group()) for match in _WORD.finditer(text)]
        words = {word.removesuffix("'s") for word in found}
        return cls(
            words=frozenset(words),
            stems=frozenset(map(_stem, words)),
            initials="".join(word[0] for word in found if word not in _SMALL),
            all_initials="".join(word[0] for word in found),
            squashed="".join(found).replace("'", ""),
            acronyms=frozenset(_ACRONYM.findall(text)),
        )

    def has(self, word: str) -> bool:
        """Tell whether a word of a name is there, as it is or as a form of it."""
        given = folded(word).removesuffix("'s").removesuffix("'")
        if given in self.words or _KIN.get(given, frozenset()) & self.words:
            return True
        if _stem(given) in self.stems:
            return True
        if word.isupper() and len(given) > 1:
            return given in self.initials or given in self.all_initials
        return len(given) > _FEWEST and given in self.squashed

    def has_initials(self, words: Sequence[str]) -> bool:
        """Tell whether it has the acronym of `words`."""
        return len(words) > 1 and "".join(word[0] for word in words).upper() in self.acronyms


def names(text: str) -> list[Name]:
    """Return the names of `text`, which is `plain`, in its order.

    Where most words have a capital, as in a heading, a capital says nothing, and there are none.
    """
    words = list(_WORD.finditer(text))
    if _is_titled(text, words):
        return []
    return [*_first(text, words), *_runs(text, words)]


def _is_titled(text: str, words: Sequence[re.Match[str]]) -> bool:
    long = [word.group() for word in words if len(word.group()) > 3 and not word.group().isdigit()]
    return (
        len(long) > 3
        and sum(word[0].isupper() for word in long) >= 0.9 * len(long)
        and _STATES.search(text) is None
    )


def _first(text: str, words: Sequence[re.Match[str]]) -> Iterator[Name]:
    """Yield the first word where it is a name though a capital says nothing there.

    In English, a noun in the singular stands there without an article only if it is a name, or is
    not counted, as `water`.
    """
    if not words or not _is_telling(words[0].group()):
        return
    word = words[0].group()
    if word[0].isupper() and not _COMMON.search(word) and _ACTS.match(text, words[0].end()):
        yield Name(written=word.removesuffix("'s"), start=words[0].start(), words=(word,))


def _runs(text: str, words: Sequence[re.Match[str]]) -> Iterator[Name]:
    """Yield what stands together with capitals, small words between them."""
    run: list[re.Match[str]] = []
    for word in words:
        between = text[run[-1].end() : word.start()] if run else ""
        if run and not (between in {" ", "-", ". ", " & ", "'"} or between.isspace()):
            yield from _name(text, run)
            run = []
        if _is_capital(word.group()):
            run.append(word)
        elif run and word.group() not in _SMALL:
            yield from _name(text, run)
            run = []
        elif run:
            run.append(word)
    yield from _name(text, run)


def _name(text: str, run: list[re.Match[str]]) -> Iterator[Name]:
    while run and not _is_capital(run[-1].group()):
        run.pop()
    if not run:
        return
    capitals = [word for word in run if _is_capital(word.group())]
    telling = [word for word in capitals if _is_telling(word.group())]
    if telling[:1] == run[:1] and _opens(text, run[0]) and _is_no_part(run):
        telling = telling[1:]
    if telling:
        yield Name(
            written=text[run[0].start() : run[-1].end()].removesuffix("'s"),
            start=run[0].start(),
            words=tuple(word.group() for word in telling),
        )


def _is_no_part(run: Sequence[re.Match[str]]) -> bool:
    """Tell whether a run's first word, which opens a sentence, may be no part of the name."""
    return (
        len(run) == 1
        or not _is_capital(run[1].group())
        or _VERBAL.search(run[0].group()) is not None
    )


def _opens(text: str, word: re.Match[str]) -> bool:
    given = word.group()
    return _OPENS.search(text, 0, word.start()) is not None and not (
        len(given) > 1 and given.isupper()
    )


def _is_capital(word: str) -> bool:
    return _LETTERED.search(word) is not None and any(map(str.isupper, word[:3]))


def _is_telling(word: str) -> bool:
    given = word.casefold().removesuffix("'s")
    return (
        given not in _NO_NAMES
        and not _ROMAN.fullmatch(word)
        and not any(map(str.isdigit, word))
        and len(given) > 1
    )


def _stem(word: str) -> str:
    """Return a word without its last suffix: `canad` of `canadian`, `austr` of `austria`."""
    bare = _SUFFIX.sub("", word)
    return bare if len(bare) >= _FEWEST else word
