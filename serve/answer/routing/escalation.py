"""Whether reading whole documents is likely to answer better than the passages did."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypedDict

import numpy as np

from serve.answer.routing.attempt import answered, asked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from serve.answer.routing.attempt import Attempt

    Array: TypeAlias = NDArray[np.float64]

WEIGHTS = Path(__file__).with_name("escalation.json")
"""Made from data by `python -m bench.train_escalation`."""
KINDS = ("place", "reason", "compare", "absent")
"""What may be asked: what one place says, what follows from several, how two compare, what the
documents do not say."""
REFUSED, SIZE = 0, 1
"""Where these stand among the signals of an answer."""
_TUNED = "-instruct"
_PER = 100_000


class _Stored(TypedDict):
    asked: Sequence[str]
    answered: Sequence[str]
    kinds: Mapping[str, Sequence[float]]
    retrieval: Sequence[float]
    long_context: Sequence[float]
    history: Mapping[str, Sequence[float]]
    needed: float
    needed_per_100k_tokens: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """The names of what the weights go by, in their order."""

    asked: tuple[str, ...]
    answered: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """Logistic models of what was asked, and of whether either way answers it rightly.

    A refusal alone is no reason to read more: it counts as far as the question looks like one that
    the documents answer. Every weight vector begins with its constant.
    """

    signals: Signals
    kinds: Array
    """A row for each of `KINDS`."""
    ways: Array
    """Two rows: retrieval, long context."""
    history: Mapping[str, Array]
    """What is added to the gain for a model that both ways of were recorded, by plain name."""
    needed: float
    """The gain from which on it is worth it, whatever it costs."""
    needed_per_100k_tokens: float = 0.0

    @classmethod
    @cache
    def load(cls, path: Path = WEIGHTS) -> Escalation:
        """Return the models that are kept at `path`, read once."""
        stored: _Stored = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            signals=Signals(asked=tuple(stored["asked"]), answered=tuple(stored["answered"])),
            kinds=np.array([stored["kinds"][kind] for kind in KINDS]),
            ways=np.array([stored["retrieval"], stored["long_context"]]),
            history={name: np.array(weights) for name, weights in stored["history"].items()},
            needed=stored["needed"],
            needed_per_100k_tokens=stored["needed_per_100k_tokens"],
        )

    def gain(self, attempt: Attempt) -> float:
        """Return how much likelier a right answer is from the whole documents, −1 to 1."""
        question, answer = asked(attempt.question, attempt.passages), answered(attempt)
        kinds = kinds_of(self.kinds, np.array([[question[name] for name in self.signals.asked]]))
        said = np.array([[answer[name] for name in self.signals.answered]])
        return float(self.gains(kinds, said, model=attempt.model)[0])

    def worth(self, attempt: Attempt) -> bool:
        """Tell whether the gain is worth the tokens of the documents."""
        return self.gain(attempt) > self.price(attempt.document_tokens)

    def price(self, document_tokens: int) -> float:
        """Return the gain that reading so much has to bring."""
        return self.needed + self.needed_per_100k_tokens * document_tokens / _PER

    def gains(self, kinds: Array, answers: Array, *, model: str) -> Array:
        """Return the gain for each row of the likely kinds and of the signals of an answer."""
        tried = crossed(kinds, answers)
        retrieval, long_context = (logistic(tried, way) for way in self.ways)
        gains = long_context - retrieval
        known = self.history.get(plain_name(model))
        if known is not None:
            gains = gains + known[0] + recalled(kinds, answers) @ known[1:]
        return np.clip(gains, -1.0, 1.0)


def plain_name(model: str) -> str:
    """Return the name of a model without its maker and without what it was tuned for."""
    return model.casefold().rpartition("/")[2].removesuffix(_TUNED)


def kinds_of(weights: Array, questions: Array) -> Array:
    """Return how likely each of `KINDS` is for each row of the signals of a question."""
    odds = np.column_stack([logistic(questions, each) for each in weights])
    return odds / odds.sum(axis=1, keepdims=True)


def crossed(kinds: Array, answers: Array) -> Array:
    """Return what the ways are judged by: each kind beside each signal of the answer."""
    refused, size = answers[:, [REFUSED]], answers[:, [SIZE]]
    manner = np.delete(answers, [REFUSED, SIZE], axis=1)
    each = [kinds[:, [kind]] * manner for kind in range(len(KINDS))]
    shared = [recalled(kinds, answers), size * refused * kinds, manner, manner * refused]
    return np.hstack([*shared, *each])


def recalled(kinds: Array, answers: Array) -> Array:
    """Return what the history of a model is by: kinds, refused or not, and how much is read."""
    refused, size = answers[:, [REFUSED]], answers[:, [SIZE]]
    return np.hstack([kinds * refused, kinds * (1 - refused), kinds * size])


def logistic(rows: Array, weights: Array) -> Array:
    """Return the probability of each row; the first of `weights` is the constant."""
    return 1 / (1 + np.exp(-(rows @ weights[1:] + weights[0])))
