"""Counting tokens as the families of tokenizers do: cl100k, or its like with a token per digit.

The factors are measured ones; where a tokenizer could not be had, those of a proxy.
"""

from __future__ import annotations

import base64
import math
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tiktoken import Encoding

PIECE = 2**18
TABLE = "_static/tiktoken_cache/9b5ad71b2ce5302211f9c61530b329a4922fc6a4"
PATTERN = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+"
    r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)
UNSPACED = re.compile(r"[\u1100-\u11ff\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokenizer:
    factor: float = 1.0
    """Tokens for one of cl100k's."""
    unspaced: float = 1.0
    """The same for Chinese, Japanese and Korean."""
    single_digits: bool = False

    def count(self, text: str) -> int:
        """Return how many tokens `text` has."""
        encoding = _encoding(single_digits=self.single_digits)
        all_of_it = _length(encoding, text)
        unspaced = _length(encoding, "".join(UNSPACED.findall(text)))
        return math.ceil((all_of_it - unspaced) * self.factor + unspaced * self.unspaced)

    def cut(self, text: str, limit: int, *, end: bool) -> str:
        """Return what `limit` tokens hold of `text`: its start, or its end."""
        encoding = _encoding(single_digits=self.single_digits)
        keep = max(1, int(limit / max(self.factor, self.unspaced)))
        tokens = encoding.encode_ordinary(text)
        kept = tokens[-keep:] if end else tokens[:keep]
        return encoding.decode_bytes(kept).decode("utf-8", "ignore")


CL100K = Tokenizer()
LLAMA3 = Tokenizer(unspaced=0.78)
LLAMA4 = Tokenizer(factor=1.01, unspaced=0.63)
DEEPSEEK = Tokenizer(factor=1.05, unspaced=0.7)
QWEN = Tokenizer(factor=1.02, unspaced=0.7, single_digits=True)
TEKKEN = Tokenizer(factor=1.06, unspaced=0.93, single_digits=True)


def warm_up() -> None:
    """Load the tables now, so that the first request is not slower than the others."""
    for single_digits in (False, True):
        _encoding(single_digits=single_digits)


def _length(encoding: Encoding, text: str) -> int:
    pieces = (text[start : start + PIECE] for start in range(0, len(text), PIECE))
    return sum(len(encoding.encode_ordinary(piece)) for piece in pieces)


@cache
def _encoding(*, single_digits: bool) -> Encoding:
    spec = find_spec("llama_index.core")
    places = spec.submodule_search_locations if spec else None
    assert places
    lines = Path(places[0], TABLE).read_bytes().splitlines()
    ranks = {base64.b64decode(token): int(rank) for token, rank in map(bytes.split, lines)}
    pattern = PATTERN.replace(r"\p{N}{1,3}+", r"\p{N}") if single_digits else PATTERN
    return Encoding("standin", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
