"""Words that a claim puts between quotation marks, and that nothing says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from serve.answer.verify.accounting.plain import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_QUOTED = re.compile(r'(?<!\w)"(?P<said>[^"]+)"(?!\w)')
_LEFT_OUT = re.compile(r"\.{2,}|…|\[[^\]]*\]|\([^)]*\)")
"""What a quotation leaves out or puts in."""
_WORD = re.compile(r"[^\W_]+")
_FEWEST_WORDS = 4
"""Fewer may be a title, or a word that is only mentioned."""


def misquoted(claim: str, texts: Sequence[str]) -> Iterator[str]:
    """Yield what `claim` quotes, a few words or more, and none of `texts` has; all are `plain`."""
    said = [_joined(text) for text in texts]
    for match in _QUOTED.finditer(claim):
        parts = [part for part in _LEFT_OUT.split(match["said"]) if part.strip()]
        if len(match["said"].split()) < _FEWEST_WORDS:
            continue
        if not all(any(_joined(part) in text for text in said) for part in parts):
            yield match["said"]


def _joined(text: str) -> str:
    """Return the words of `text`, each with a space on either side."""
    return f" {' '.join(_WORD.findall(folded(text)))} "
