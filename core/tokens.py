"""Counting tokens offline: in cl100k, what every budget is measured in, and as each model would."""

from __future__ import annotations

import math
import re
from binascii import a2b_base64
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import IbidError
from core.types import TokenCount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tiktoken import Encoding

    from core.catalog.card import TokenFamily

PIECE = 2**18
"""Characters encoded at once (1 MB at most): memory stays flat however long the text is."""
LONGEST = 128
"""Characters of the longest token, a run of spaces."""
CARRIER = "llama_index.core"
TABLE = "_static/tiktoken_cache/9b5ad71b2ce5302211f9c61530b329a4922fc6a4"
"""Where llama-index-core carries cl100k; tiktoken itself would download it."""
PATTERN = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+"
    r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)
"""How cl100k splits a text before it merges bytes; part of its definition, as the table is."""

ENOUGH, KEPT = 8, 32
"""Calls that must have agreed before estimates are lowered; and how many are remembered."""
MARGIN = 1.05
FEWEST = 1000
"""Tokens of the shortest prompt that is learned from."""
LOWEST, HIGHEST = 0.3, 3.0
"""Tokens for each estimated one, beyond which a provider's count cannot be meant."""

_DIGITS = re.compile(r"[0-9]{2,}")
_RUNS = re.compile(r"([^\d\r])\1{5,}", re.DOTALL)
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def count_tokens(text: str) -> int:
    """Return how many tokens cl100k makes of `text`; names of special tokens are ordinary text.

    A text longer than `PIECE` is counted in pieces, which may add a token at each border.
    """
    return _tiktoken_counter(_encoding())(text)


def measure(text: str) -> TokenCount:
    """Return what `estimate` needs to know of `text`; counts of parts can be added up."""
    return TokenCount(
        cl100k=count_tokens(text), digits=digit_correction(text), runs=run_correction(text)
    )


def digit_correction(text: str) -> int:
    """Return how many more tokens there are where every digit is one; cl100k takes three each."""
    return sum(len(run) - math.ceil(len(run) / 3) for run in _DIGITS.findall(text))


def run_correction(text: str) -> int:
    """Return how many more tokens, at most, a vocabulary without cl100k's longest ones makes.

    Seen in the tokenizers that are public: three for two carriage returns, one for each character
    outside the basic plane, and of runs of one character tokens that are far shorter than cl100k's.
    """
    runs = sum(_shorter(match.group(1), len(match.group())) for match in _RUNS.finditer(text))
    return math.ceil(text.count("\r") * 1.5) + len(_ASTRAL.findall(text)) + runs


def estimate(count: TokenCount, family: TokenFamily, calibration: float = 1.0) -> int:
    """Return how many tokens a tokenizer makes of a text, at most: see docs/models.md.

    Args:
        count: of the text.
        family: the tokenizer.
        calibration: `Calibration.factor` of the calls so far.
    """
    tokens = count.cl100k * family.factor
    tokens += count.digits if family.single_digits else 0
    tokens += count.runs if family.short_runs else 0
    return math.ceil(tokens * calibration)


def count_for(text: str, family: TokenFamily, calibration: float = 1.0) -> int:
    """Return how many tokens `text` has, exactly where the tokenizer is at hand, else at most.

    For prompts; of documents there is a count already, and an exact one takes ten times as long.
    """
    exact = exact_counter(family)
    return exact(text) if exact else estimate(measure(text), family, calibration)


@cache
def exact_counter(family: TokenFamily) -> Callable[[str], int] | None:
    """Return what counts as a tokenizer does, or `None` if no installed package carries it."""
    if not family.package or (file := _carried(family.package, family.file)) is None:
        return None
    if family.pattern:
        return _tiktoken_counter(_load(family.name, file, family.pattern))
    return _hugging_face_counter(file)


def first_tokens(text: str, limit: int) -> str:
    """Return the start of `text` that its first `limit` tokens cover, in whole characters."""
    encoding = _encoding()
    tokens = encoding.encode_ordinary(well_formed(text[: limit * LONGEST]))[:limit]
    return text[: len(encoding.decode_bytes(tokens).decode("utf-8", "ignore"))]


def well_formed(text: str) -> str:
    """Return `text` with `?` for each half of a surrogate pair, which no encoder takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How a model's own counts compare with what was estimated; of one model and one language.

    It rises at once where too little was estimated. It falls only when some calls have agreed, and
    to the worst of the last ones: a text unlike all of them may have more tokens than it says.
    """

    ratios: tuple[float, ...] = ()
    """Of the last calls: tokens counted for each one estimated."""

    @property
    def factor(self) -> float:
        """What estimates are to be multiplied by."""
        worst = max(self.ratios, default=1.0) * MARGIN
        return worst if len(self.ratios) >= ENOUGH or worst > MARGIN else 1.0

    def learn(self, *, estimated: int, counted: int) -> Calibration:
        """Return what is known after a call.

        Args:
            estimated: for the prompt, with a calibration of 1. Short prompts say nothing: what the
                model's chat template adds weighs too much.
            counted: `usage.prompt_tokens`. A number that cannot be meant is passed over.
        """
        if estimated < FEWEST or not LOWEST <= counted / estimated <= HIGHEST:
            return self
        return Calibration(ratios=(*self.ratios, counted / estimated)[-KEPT:])


def _pieces(text: str) -> Iterator[str]:
    return (text[start : start + PIECE] for start in range(0, len(text), PIECE))


def _shorter(char: str, length: int) -> int:
    """Return how many more tokens than cl100k's a run of `length` times `char` may be."""
    if char == " ":
        return length // 64
    if char == "\n":
        return math.ceil(length / 4)
    return math.ceil(length / (2 if char.isalpha() else 8))


@cache
def _encoding() -> Encoding:
    table = _carried(CARRIER, TABLE)
    if table is None:
        raise IbidError("llama-index-core, which carries the token table, is not whole; reinstall")
    return _load("cl100k", table, PATTERN)


def _load(name: str, table: Path, pattern: str) -> Encoding:
    from tiktoken import Encoding  # noqa: PLC0415 - with the table 0.2 s, for who counts

    read = table.read_bytes().split()
    # A hundred thousand lines: a loop over them would take twice as long.
    ranks = dict(zip(map(a2b_base64, read[::2]), map(int, read[1::2]), strict=True))
    return Encoding(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={})


def _tiktoken_counter(encoding: Encoding) -> Callable[[str], int]:
    return lambda text: sum(len(encoding.encode_ordinary(piece)) for piece in _pieces(text))


def _hugging_face_counter(file: Path) -> Callable[[str], int]:
    from tokenizers import Tokenizer  # noqa: PLC0415 - with the table 0.3 s, for who counts

    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True  # that is, as ordinary text

    def count(text: str) -> int:
        return sum(
            len(tokenizer.encode(piece, add_special_tokens=False))
            for piece in _pieces(well_formed(text))
        )

    return count


def _carried(package: str, file: str) -> Path | None:
    """Return where a file of a package is, without importing it; `None`: it is not there."""
    try:
        spec = find_spec(package)
    except ModuleNotFoundError:  # what it is a part of
        return None
    places = spec.submodule_search_locations if spec else None
    found = Path(places[0], file) if places else None
    return found if found and found.is_file() else None
