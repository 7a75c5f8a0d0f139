"""Whether a question asks about documents as a whole, not about something that a passage tells."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from serve.answer.routing.asking.words import ASKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.protocols import Embedder
    from core.types import Vector

WEIGHTS = Path(__file__).with_name("whole.json")
"""Made from data by `python -m bench.train_whole`."""
_LONGEST = 20_000
_READ = 600
"""Characters of a question that are read: its last ones, where it asks."""
_OPTIONS = re.compile(r"\n\s*\(?[Aa][.)]\s")
"""Where the answers to choose from begin."""


class _Stored(TypedDict):
    embedder: str
    weights: Sequence[float]
    intercept: float
    threshold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeModel:
    """A logistic model over the vector of a question, and how sure it must be.

    It knows English only; of questions in other languages it is never sure.
    """

    embedder: str
    """How the names of the embedders begin whose vectors it reads."""
    weights: Sequence[float]
    intercept: float
    threshold: float
    """A question is about documents as a whole from this probability on."""

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> WholeModel:
        """Return the model that is kept at `path`."""
        stored: _Stored = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            embedder=stored["embedder"],
            weights=stored["weights"],
            intercept=stored["intercept"],
            threshold=stored["threshold"],
        )

    def probability(self, vector: Vector) -> float:
        """Return how likely it is that a question is about whole documents, 0 to 1."""
        score = self.intercept + float(vector @ self.weights)
        return 1 / (1 + math.exp(-score))


class WholeQuestions:
    """Knows questions about documents as a whole, by their words and by their vectors."""

    def __init__(self, embedder: Embedder | None = None, model: WholeModel | None = None) -> None:
        """Know them by words alone where `embedder` is not the one that `model` was made with.

        Args:
            embedder: what search embeds the question with, so that it costs nothing more.
            model: `None`: the one that is kept.
        """
        self._model = model or WholeModel.load()
        fits = embedder is not None and embedder.name.startswith(self._model.embedder)
        self._embedder = embedder if fits else None

    async def are_asked(self, text: str) -> bool:
        """Tell whether `text` asks about documents as a whole, not about a passage of them."""
        if names_part(text):
            return False
        if words_whole(text):
            return True
        if self._embedder is None:
            return False
        vector = await self._embedder.embed_query(text)
        return self._model.probability(vector) >= self._model.threshold


def words_whole(question: str) -> bool:
    """Tell whether the words of `question` ask about whole documents: summarise, list all, compare.

    Its time is bounded for a question of any length.
    """
    asked = _asked(question)
    return any(asks.search(asked) for asks, _ in _patterns())


def names_part(question: str) -> bool:
    """Tell whether `question` names the part of a document that it is about, such as a section."""
    asked = _asked(question)
    return any(part.search(asked) for _, part in _patterns())


def _asked(question: str) -> str:
    stem = _OPTIONS.split(question[:_LONGEST], maxsplit=1)[0]
    return unicodedata.normalize("NFC", stem[-_READ:]).casefold().strip()


@cache
def _patterns() -> Sequence[tuple[re.Pattern[str], re.Pattern[str]]]:
    """Return for each language what asks about a whole and what names a part."""
    return [(re.compile("|".join(asks)), re.compile(part)) for asks, part in ASKING.values()]
