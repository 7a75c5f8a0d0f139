"""Whether a question is after a figure, which tables are full of."""

from __future__ import annotations

import re

_ASKS = re.compile(
    r"\bhow (?:much|many)\b"
    r"|\b(?:amount|ratio|percent(?:age)?|rate|margin|average|total|number|growth)s?\b"
    r"|\b(?:usd|eur|million|billion)s?\b|[%$€£¥]",
    re.IGNORECASE,
)


def asks_for_figure(question: str) -> bool:
    """Tell whether the answer to `question` is likely to be a number."""
    return bool(_ASKS.search(question))
