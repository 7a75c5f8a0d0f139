"""Numbers with a scale word, written out: `1.3 million` and `1,300,000` are the same word then."""

from __future__ import annotations

import re
from decimal import Decimal

_SCALES = {"thousand": 3, "million": 6, "mn": 6, "billion": 9, "bn": 9, "trillion": 12}
_SCALED = re.compile(
    rf"(?<![\w.,])(?P<number>\d{{1,9}}(?:,\d{{3}})*(?:\.\d{{1,9}})?)[\s-]?(?P<scale>{'|'.join(_SCALES)})\b",
    re.IGNORECASE,
)


def in_full(text: str) -> str:
    """Return `text` with every such number in figures."""
    return _SCALED.sub(_figures, text)


def _figures(match: re.Match[str]) -> str:
    number = Decimal(match["number"].replace(",", ""))
    return f"{number.scaleb(_SCALES[match['scale'].casefold()]).normalize():f}"
