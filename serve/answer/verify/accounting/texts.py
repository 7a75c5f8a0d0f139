"""A text taken apart: its dates, its numbers, and what has digits and is neither."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serve.answer.verify.accounting.dates import Dated, dates
from serve.answer.verify.accounting.figures import amounts, identifiers
from serve.answer.verify.accounting.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from serve.answer.verify.accounting.amounts import Amount

_SHORT_RANGE = re.compile(
    r"(?<![\d.,-])(?P<century>[12]\d)(?P<first>\d\d)(?P<to>[-/])(?P<last>\d\d)(?![\d/-]|\.\d)"
)
_ENGLISH = re.compile(
    r"\b(?:the|of|and|to|is|was|are|were|with|by|for|from|that|has|have|it)\b", re.IGNORECASE
)
_FOREIGN = re.compile(
    r"\b(?:der|das|und|ist|ein|eine|nicht|sind|wurde|les|est|une|dans|pour|los|las|una|que|che|"
    r"het|een|não|uma|och|att|jest|nie)\b|[^\W\d_a-zA-ZÀ-ɏ]{2}"
)
_ROMAN = re.compile(
    r"(?<=[^\W\d_] )(?P<many>[IVX]{2,6}|V|X)\b"
    r"|\b(?:War|Part|Type|Vol|Volume|Act|Chapter|Phase|Class|Title|Article|Book|Grade|Stage)"
    r"\s(?P<one>I)\b"
)
_WELL_FORMED = re.compile(r"X{0,4}(?:IX|IV|V?I{0,4})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text taken apart; each of its figures is in one part only."""

    plain: str
    undated: str
    """The same, with spaces instead of dates."""
    english: bool
    dated: tuple[Dated, ...]
    identifiers: tuple[str, ...]
    amounts: tuple[Amount, ...]
    romans: tuple[tuple[str, int], ...]
    """Roman numerals behind a word, with their values."""

    @classmethod
    def of(cls, text: str, *, english: bool) -> Text:
        """Take `text` apart, whose numbers may be written as in English alone, or in any way."""
        whole = rest = _SHORT_RANGE.sub(_in_full, plain(text))
        dated = dates(rest)
        for each in dated:
            rest = _without(rest, each.start, each.end)
        undated = rest
        named = identifiers(rest)
        for match in named:
            rest = _without(rest, match.start(), match.end())
        return cls(
            plain=whole,
            undated=undated,
            english=english,
            dated=tuple(dated),
            identifiers=tuple(match.group() for match in named),
            amounts=tuple(amounts(rest, english=english)),
            romans=tuple(_romans(whole)),
        )


def reads_english(text: str, *, else_english: bool) -> bool:
    """Tell whether `text` has words that hold English together.

    Args:
        text: what is read.
        else_english: whether a text that has no such words of any language is taken for English.
    """
    if _ENGLISH.search(text):
        return True
    return else_english and _FOREIGN.search(text) is None


def _in_full(match: re.Match[str]) -> str:
    """Return `2008-2009` for `2008-09`; anything else, such as `2008-06`, as it is."""
    century, first, _, last = match.groups()
    return f"{century}{first}-{century}{last}" if int(first) < int(last) else match.group()


def _without(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _romans(text: str) -> Iterator[tuple[str, int]]:
    for match in _ROMAN.finditer(text):
        numeral = match["many"] or match["one"]
        if _WELL_FORMED.fullmatch(numeral):
            values = [_ROMAN_VALUES[letter] for letter in numeral]
            after = [*values[1:], 0]
            yield (
                numeral,
                sum(-v if v < then else v for v, then in zip(values, after, strict=True)),
            )
