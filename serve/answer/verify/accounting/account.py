"""What a claim states that its quotes do not: numbers, units, dates, names, denials, words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from core.language import DEFAULT
from serve.answer.verify.accounting.comparison import compared
from serve.answer.verify.accounting.counting import counts_own
from serve.answer.verify.accounting.denial import denied
from serve.answer.verify.accounting.han import in_figures
from serve.answer.verify.accounting.names import Name, names
from serve.answer.verify.accounting.negation import turned
from serve.answer.verify.accounting.quoted import misquoted
from serve.answer.verify.accounting.stated import Kind, Stated, different
from serve.answer.verify.accounting.texts import Text, reads_english

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BULLET = re.compile(r"^[-*+•‣◦▪■●○·–] (?=.)")
_ITEM = re.compile(r"^\s*(?:[-*+•‣◦▪■●○·–]\s+|#+\s+|\(?\d{1,3}[.)]\s+)+(?=\S)")
"""What marks an item of a list."""
_LAYOUT = re.compile(r"[\s\[\]()]+")
_NOUNS_IN_CAPITALS = frozenset({"de", "lb"})
_CACHED = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Unaccounted:
    """What a claim states and no quote does."""

    kind: Kind
    written: str
    """In the claim, on one line and with ASCII digits and marks; of a denial, its word."""


def unaccounted(claim: str, quotes: Sequence[str], *, language: str = DEFAULT) -> list[Unaccounted]:
    """Return what `claim` states that no one of `quotes` accounts for, each thing once.

    A claim that is the quotes verbatim states nothing else. A sum or a difference that no quote
    states is not accounted for, a conversion or rounding is. Names and denials are not looked at
    where claim and quotes are in different languages.

    Args:
        claim: one sentence of an answer, without markers.
        quotes: what it may rest on, with titles and headings.
        language: that of the quotes.
    """
    if _is_quoted(claim, quotes):
        return []
    stated = _stated(tuple(quotes), language)
    said = Text.of(
        _ITEM.sub("", claim), english=reads_english(claim, else_english=language == DEFAULT)
    )
    found = [*_times(said, stated), *_numbers(said, stated), *_names(said, stated, language)]
    false = misquoted(said.plain, [text.plain for text in stated.texts])
    found += [Unaccounted(kind=Kind.QUOTE, written=words) for words in false]
    found += _turned(said, stated, language)
    return list(dict.fromkeys(found))


@lru_cache(maxsize=_CACHED)
def _stated(quotes: tuple[str, ...], language: str) -> Stated:
    english = language == DEFAULT
    texts = [Text.of(q, english=english or reads_english(q, else_english=False)) for q in quotes]
    figures = [(quote, in_figures(quote)) for quote in quotes if not quote.isascii()]
    otherwise = [Text.of(read, english=False) for quote, read in figures if read != quote]
    return Stated.of(texts, otherwise=otherwise)


def _is_quoted(claim: str, quotes: Sequence[str]) -> bool:
    """Tell whether `claim` is one of the quotes or all of them, on one line, without bullets."""
    bare = [_BULLET.sub("", " ".join(quote.split())) for quote in quotes]
    shown = {_LAYOUT.sub("", text) for text in (*bare, "".join(bare))}
    given = " ".join(claim.split())
    return not shown.isdisjoint(_LAYOUT.sub("", text) for text in (given, _BULLET.sub("", given)))


def _times(said: Text, stated: Stated) -> Iterator[Unaccounted]:
    for written in stated.undated(said):
        yield Unaccounted(kind=Kind.DATE, written=written)


def _numbers(said: Text, stated: Stated) -> Iterator[Unaccounted]:
    for amount in different(said.amounts):
        kind = stated.fault(amount)
        if kind and not counts_own(amount, said.plain):
            yield Unaccounted(kind=kind, written=amount.written)
    for numeral, value in said.romans:
        if not stated.has_roman(numeral, value):
            yield Unaccounted(kind=Kind.NUMBER, written=numeral)


def _turned(said: Text, stated: Stated, language: str) -> Iterator[Unaccounted]:
    quotes = [text.plain for text in stated.texts]
    if language != DEFAULT:
        for word in denied(said.plain, quotes, language=language):
            yield Unaccounted(kind=Kind.NEGATION, written=word)
    elif said.english:
        for word in turned(said.plain, quotes):
            yield Unaccounted(kind=Kind.NEGATION, written=word)
        for words in compared(said, stated.texts):
            yield Unaccounted(kind=Kind.COMPARISON, written=words)


def _names(said: Text, stated: Stated, language: str) -> Iterator[Unaccounted]:
    for written in said.identifiers:
        if not stated.has_identifier(written):
            yield Unaccounted(kind=Kind.NAME, written=written)
    if language in _NOUNS_IN_CAPITALS or said.english != (language == DEFAULT):
        return
    for name in names(said.undated):
        if not _is_known(name, stated):
            yield Unaccounted(kind=Kind.NAME, written=name.written)


def _is_known(name: Name, stated: Stated) -> bool:
    return all(map(stated.known.has, name.words)) or stated.known.has_initials(name.words)
