"""Counting tokens in cl100k, offline: what every token budget is measured in."""

from __future__ import annotations

import base64
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import IbidError

if TYPE_CHECKING:
    from tiktoken import Encoding

PIECE = 2**18
"""Characters encoded at once (1 MB at most): memory stays flat however long the text is."""
LONGEST = 128
"""Characters of the longest token, a run of spaces."""
TABLE = "_static/tiktoken_cache/9b5ad71b2ce5302211f9c61530b329a4922fc6a4"
"""Where llama-index-core carries cl100k; tiktoken itself would download it."""
PATTERN = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+"
    r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)
"""How cl100k splits a text before it merges bytes; part of its definition, as the table is."""


def count_tokens(text: str) -> int:
    """Return how many tokens cl100k makes of `text`; names of special tokens are ordinary text.

    A text longer than `PIECE` is counted in pieces, which may add a token at each border.
    """
    encoding = _encoding()
    pieces = (text[start : start + PIECE] for start in range(0, len(text), PIECE))
    return sum(len(encoding.encode_ordinary(piece)) for piece in pieces)


def first_tokens(text: str, limit: int) -> str:
    """Return the start of `text` that its first `limit` tokens cover, in whole characters."""
    encoding = _encoding()
    tokens = encoding.encode_ordinary(well_formed(text[: limit * LONGEST]))[:limit]
    return text[: len(encoding.decode_bytes(tokens).decode("utf-8", "ignore"))]


def well_formed(text: str) -> str:
    """Return `text` with `?` for each half of a surrogate pair, which no encoder takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


@cache
def _encoding() -> Encoding:
    from tiktoken import Encoding  # noqa: PLC0415 - with the table 0.2 s, for who counts

    lines = _table().read_bytes().splitlines()
    ranks = {base64.b64decode(token): int(rank) for token, rank in map(bytes.split, lines)}
    return Encoding("cl100k", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})


def _table() -> Path:
    spec = find_spec("llama_index.core")  # finds the package without importing it
    places = spec.submodule_search_locations if spec else None
    table = Path(places[0], TABLE) if places else None
    if table is None or not table.is_file():
        raise IbidError("llama-index-core, which carries the token table, is not whole; reinstall")
    return table
