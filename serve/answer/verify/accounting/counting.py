"""Small numbers by which a sentence counts what it or its answer lists; no source states them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from serve.answer.verify.accounting.amounts import Amount

_MOST = 12
_ABOUT_SOURCES = re.compile(
    r"\b(?:passage|text|document|source|excerpt|article|evidence|information|context)s?\s"
    r"(?:here\s)?(?:describe|mention|contain|discuss|provide|list|cover|talk|refer|appear|give|name|"
    r"state|present|identif)",
    re.IGNORECASE,
)
_FOR_ITSELF = re.compile(r"(?: one| of (?:these|them|those))?(?: (?:is|was|are|were|being)\b|[,:])")
_THE = re.compile(r"\bthe $", re.IGNORECASE)
_DIVIDED = re.compile(r",|;|\band\b|\bor\b|&")


def counts_own(amount: Amount, text: str) -> bool:
    """Tell whether a number of `text` counts what is listed: `The second is …`, `two kinds: …`."""
    value = amount.quantities[0].value
    if not (amount.in_words and amount.is_whole and value <= _MOST):
        return False
    before, behind = text[: amount.start], text[amount.end :]
    if amount.ordinal:
        return _FOR_ITSELF.match(behind) is not None and _THE.search(before) is not None
    if _ABOUT_SOURCES.search(before):
        return True
    _, colon, listed = behind.partition(":")
    return bool(colon) and len(_DIVIDED.findall(listed)) + 1 >= value
