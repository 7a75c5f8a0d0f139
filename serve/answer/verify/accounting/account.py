"""What a claim states that its quotes do not: numbers, units, dates, names, denials, words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from core.language import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from serve.answer.verify.accounting.beyond import Unaccounted

BULLET = re.compile(r"^[-*+•‣◦▪■●○·–] (?=.)")
"""What a quote is shown without."""
_LAYOUT = str.maketrans({"[": "(", "]": ")"} | dict.fromkeys(" \t\n", ""))
"""An answer has the numbers in brackets of what it quotes in round ones."""


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
    from serve.answer.verify.accounting.beyond import beyond  # noqa: PLC0415 - 0.1 s

    return list(dict.fromkeys(beyond(claim, quotes, language=language)))


def _is_quoted(claim: str, quotes: Sequence[str]) -> bool:
    """Tell whether `claim` is one of the quotes or all of them, on one line, without bullets."""
    bare = [BULLET.sub("", " ".join(quote.split())) for quote in quotes]
    shown = {text.translate(_LAYOUT) for text in (*bare, "".join(bare))}
    given = " ".join(claim.split())
    return not shown.isdisjoint(text.translate(_LAYOUT) for text in (given, BULLET.sub("", given)))
