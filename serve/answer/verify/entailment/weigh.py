"""From the words of a claim to how likely the evidence supports it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from serve.answer.verify.entailment.align import SIGNALS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from serve.answer.verify.entailment.align import Array

WEIGHTS = Path(__file__).with_name("support.json")
"""Made from data by `python -m bench.train_support`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """How far the evidence supports a claim; the rest to 1: it does not."""

    supported: float
    """How likely it supports all of the claim."""
    partial: float
    """How likely it supports a part of it and not all."""


_QUOTED = 2.0
"""Up to here people's labels say how much to trust a score; the claims beyond are near quotes."""

NO_SUPPORT = Support(supported=0.0, partial=0.0)


class _Stored(TypedDict):
    words: Mapping[str, float]
    intercept: float
    softness: float
    calibration: Sequence[float]
    partly: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A claim is supported as its worst supported words are.

    That is a soft minimum over the words, of a linear model of each: what multiple-instance
    learning makes of a label for all of them (Ilse et al. 2018, https://arxiv.org/abs/1802.04712,
    with attention that goes by the support itself).
    """

    words: Array
    """A weight for each of `SIGNALS`."""
    intercept: float
    softness: float
    """How much the other words count beside the worst; 0: not at all."""
    calibration: tuple[float, ...]
    """From the worst words to a probability: an intercept, and weights of `bent`."""
    partly: tuple[float, ...]
    """Of whether there is support for any of it: an intercept, and weights of `overall`."""

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Weights:
        """Return the weights that are kept at `path`."""
        stored: _Stored = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            words=np.array([stored["words"][name] for name in SIGNALS], dtype=np.float32),
            intercept=stored["intercept"],
            softness=stored["softness"],
            calibration=tuple(stored["calibration"]),
            partly=tuple(stored["partly"]),
        )

    def support(self, signals: Array) -> Support:
        """Return what the `signals` of the words of a claim say."""
        overall = self.overall(signals)
        supported = _probability(self.calibration, bent(overall[0]))
        partly = _probability(self.partly, overall)
        return Support(supported=supported, partial=max(0.0, partly - supported))

    def overall(self, signals: Array) -> tuple[float, float, float]:
        """Return the support of the worst words, the mean of all words', and the cosine."""
        words = signals @ self.words + self.intercept
        shares = np.exp((words.min() - words) / self.softness)
        cosine = signals[0, SIGNALS.index("cosine")]
        return float(words @ shares / shares.sum()), float(words.mean()), float(cosine)


def bent(weakest: float) -> tuple[float, float]:
    """Return `weakest`, and how far it is above what only near quotes reach."""
    return weakest, max(0.0, weakest - _QUOTED)


def _probability(model: Sequence[float], values: Sequence[float]) -> float:
    intercept, *weights = model
    score = intercept + sum(w * v for w, v in zip(weights, values, strict=True))
    return float(1 / (1 + np.exp(-score)))
