"""The tokenizer of all-MiniLM-L6-v2."""

from __future__ import annotations

from tokenizers import Tokenizer

from core.local.weights import model_folder
from core.tokens import well_formed


class WordPiece:
    """Text to token ids; any number of threads may use it at once."""

    def __init__(self) -> None:
        self._tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._first, self._last = self._tokenizer.encode("").ids

    def count(self, text: str) -> int:
        """Return how many tokens `text` has, all of it, without special ones."""
        return len(self._tokenizer.encode(well_formed(text), add_special_tokens=False))

    def ids(self, text: str, *, limit: int) -> list[int]:
        """Return the first `limit` tokens of `text` between the two special ones."""
        ids = self._tokenizer.encode(well_formed(text), add_special_tokens=False).ids
        return [self._first, *ids[:limit], self._last]

    def places(self, text: str, *, limit: int) -> tuple[list[int], list[tuple[int, int]]]:
        """Return what `ids` does, and the start and end in `text` of each that is not special."""
        found = self._tokenizer.encode(well_formed(text), add_special_tokens=False)
        return [self._first, *found.ids[:limit], self._last], found.offsets[:limit]
