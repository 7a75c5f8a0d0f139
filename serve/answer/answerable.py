"""How likely it is that what was found answers the question."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping

WEIGHTS = Path(__file__).with_name("answerable.json")
"""Made from data by `python -m bench.train_reader`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What is known of a question and its evidence before it is answered."""

    sentence: float
    """Cosine of the question and the sentence nearest to it."""
    passage: float
    """Cosine of the question and the passage nearest to it."""
    coverage: float
    """The most of the question that one passage has, words by their rarity, 0 to 1."""
    fits: float
    """1 where the best sentence has the kind of thing that the question asks for, else 0."""


class _Stored(TypedDict):
    weights: Mapping[str, float]
    intercept: float
    threshold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerability:
    """A logistic model over `Signals`, and how sure it must be."""

    weights: Mapping[str, float]
    intercept: float
    threshold: float
    """Evidence is good enough from this probability on."""

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Answerability:
        """Return the model that is kept at `path`."""
        stored: _Stored = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            weights=stored["weights"],
            intercept=stored["intercept"],
            threshold=stored["threshold"],
        )

    def probability(self, signals: Signals) -> float:
        """Return how likely it is that the evidence answers the question, 0 to 1."""
        values: Mapping[str, float] = asdict(signals)
        score = self.intercept + sum(weight * values[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-score))
