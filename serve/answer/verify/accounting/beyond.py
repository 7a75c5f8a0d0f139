"""What a claim states that none of its quotes does, looked for thing by thing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from core.language import DEFAULT
from serve.answer.verify.accounting.comparison import compared, done
from serve.answer.verify.accounting.counting import counts_own
from serve.answer.verify.accounting.denial import denied
from serve.answer.verify.accounting.han import in_figures
from serve.answer.verify.accounting.names import Name, names
from serve.answer.verify.accounting.negation import turned
from serve.answer.verify.accounting.quoted import misquoted
from serve.answer.verify.accounting.spelt import spelt
from serve.answer.verify.accounting.stated import Kind, Stated, different
from serve.answer.verify.accounting.texts import Text, reads_english

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ITEM = re.compile(r"^\s*(?:[-*+•‣◦▪■●○·–]\s+|#+\s+|\(?\d{1,3}[.)]\s+)+(?=\S)")
"""What marks an item of a list."""
_NOUNS_IN_CAPITALS = frozenset({"de", "lb"})
_CACHED = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Unaccounted:
    """What a claim states and no quote does."""

    kind: Kind
    written: str
    """In the claim, on one line and with ASCII digits and marks; of a denial, its word."""


def beyond(claim: str, quotes: Sequence[str], *, language: str) -> Iterator[Unaccounted]:
    """Yield what `claim` states beyond `quotes`, of `language`; a thing may come twice."""
    stated = _stated(tuple(quotes), language)
    said = Text.of(
        _ITEM.sub("", claim), english=reads_english(claim, else_english=language == DEFAULT)
    )
    yield from _times(said, stated)
    yield from _numbers(said, stated, language)
    yield from _names(said, stated, language)
    for words in misquoted(said.plain, [text.plain for text in stated.texts]):
        yield Unaccounted(kind=Kind.QUOTE, written=words)
    yield from _turned(said, stated, language)


@lru_cache(maxsize=_CACHED)
def _stated(quotes: tuple[str, ...], language: str) -> Stated:
    english = language == DEFAULT
    texts = [Text.of(q, english=english or reads_english(q, else_english=False)) for q in quotes]
    figures = [(quote, in_figures(quote)) for quote in quotes if not quote.isascii()]
    otherwise = [Text.of(read, english=False) for quote, read in figures if read != quote]
    return Stated.of(texts, otherwise=otherwise, language=language)


def _times(said: Text, stated: Stated) -> Iterator[Unaccounted]:
    for written in stated.undated(said):
        yield Unaccounted(kind=Kind.DATE, written=written)


def _numbers(said: Text, stated: Stated, language: str) -> Iterator[Unaccounted]:
    for amount in different(said.amounts):
        kind = stated.fault(amount, said.plain)
        if kind and not counts_own(amount, said.plain):
            yield Unaccounted(kind=kind, written=amount.written)
    for amount in stated.table.misplaced(said):
        yield Unaccounted(kind=Kind.NUMBER, written=amount.written)
    for word in stated.unpaced(said):
        yield Unaccounted(kind=Kind.UNIT, written=word)
    for numeral, value in (*said.romans, *spelt(said.plain, language)):
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
        for words in (*compared(said, stated.texts), *done(said, stated.texts)):
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
