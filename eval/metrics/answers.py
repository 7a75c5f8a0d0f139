"""Whether an answer is right: by its words, its numbers, or as judged."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Protocol

from core.language import DEFAULT
from eval.metrics.numbers import EXACT, NO_NUMBER, Tolerance, numeric_match
from eval.metrics.scores import NOT_JUDGED, Unscored
from eval.metrics.words import answer_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.answers import Answer
    from eval.metrics.scores import Score

NO_GOLD_TEXT = Unscored(reason="the gold answer has no text")


class Grade(StrEnum):
    """What a judge says of an answer."""

    CORRECT = "correct"
    PARTIAL = "partial"
    WRONG = "wrong"


_WORTH = {Grade.CORRECT: 1.0, Grade.PARTIAL: 0.5, Grade.WRONG: 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldAnswer:
    """What is right."""

    answerable: bool = True
    """False: the right thing is to abstain."""
    accepted: tuple[str, ...] = ()
    """Whole answers, each right alone."""
    facts: tuple[tuple[str, ...], ...] = ()
    """What all has to be said, each in any of its wordings; empty: any of the `accepted`."""
    tolerance: Tolerance = EXACT
    language: str = DEFAULT
    """ISO 639-1."""


def answer_scores(
    answer: Answer | None, gold: GoldAnswer, *, judged: Grade | Unscored | None = None
) -> dict[str, Score]:
    """Return how right an answer is.

    To abstain is right where there is no answer and wrong where there is one, as in SQuAD 2.0
    (Rajpurkar et al. 2018, https://aclanthology.org/P18-2124), whatever a judge says.

    Args:
        answer: what was given; `None`, no result, is wrong.
        gold: what is right.
        judged: what a judge says of the answer, or why it says nothing (it need not be asked where
            nothing was answered); `None`: the run has no judge.
    """
    if not gold.answerable:
        right = float(answer is not None and answer.abstained is not None)
        words = dict.fromkeys(("exact_match", "token_f1", "containment"), right)
        by_judge = NOT_JUDGED if judged is None else right
        return {**words, "numeric_match": NO_NUMBER, "judged_correct": by_judge}
    given = (answer.answer if answer else None) or ""
    facts = gold.facts or ((gold.accepted,) if gold.accepted else ())
    return {
        "exact_match": _best(exact_match, given, gold),
        "token_f1": _best(token_f1, given, gold),
        "containment": containment(given, facts, language=gold.language) if facts else NO_GOLD_TEXT,
        "numeric_match": _best(partial(numeric_match, tolerance=gold.tolerance), given, gold),
        "judged_correct": correct(judged) if given or judged is None else 0.0,
    }


def exact_match(given: str, gold: str, *, language: str = DEFAULT) -> float:
    """Return 1 if both have the same `answer_words` (SQuAD's exact match), else 0."""
    return float(answer_words(given, language=language) == answer_words(gold, language=language))


def token_f1(given: str, gold: str, *, language: str = DEFAULT) -> float:
    """Return the harmonic mean of the shares of words in common (SQuAD's F1).

    Where either has no words it is 1 if neither has, else 0.
    """
    mine = Counter(answer_words(given, language=language))
    theirs = Counter(answer_words(gold, language=language))
    common = (mine & theirs).total()
    if not common:
        return float(not mine and not theirs)
    return 2 * common / (mine.total() + theirs.total())


def containment(given: str, facts: Sequence[Sequence[str]], *, language: str = DEFAULT) -> float:
    """Return the share of `facts` one of whose wordings stands in `given`, word for word.

    ALCE's exact match recall (Gao et al. 2023, https://aclanthology.org/2023.emnlp-main.398), but
    of whole words, as in DPR's `has_answer`. Raises `ValueError` without facts.
    """
    if not facts:
        raise ValueError("containment is undefined without facts; give what has to be said")
    said = _in_words(given, language)
    worded = [[_in_words(each, language) for each in wordings] for wordings in facts]
    found = [any(len(each) > 1 and each in said for each in several) for several in worded]
    return sum(found) / len(facts)


def correct(judged: Grade | Unscored | None) -> Score:
    """Return what a judge's grade is worth: 1, ½ or 0; without one, why there is none."""
    if judged is None:
        return NOT_JUDGED
    return judged if isinstance(judged, Unscored) else _WORTH[judged]


class _Measure(Protocol):
    def __call__(self, given: str, gold: str, /, *, language: str) -> Score: ...


def _best(measure: _Measure, given: str, gold: GoldAnswer) -> Score:
    """Return the best score over the accepted answers; what says nothing is right of none."""
    found = [measure(given, each, language=gold.language) for each in gold.accepted]
    scores = [score for score in found if not isinstance(score, Unscored)]
    if not scores:
        return found[0] if found else NO_GOLD_TEXT
    return max(scores) if given else 0.0


def _in_words(text: str, language: str) -> str:
    """Return the words of `text`, each between two line breaks."""
    return "\n".join(("", *answer_words(text, language=language), ""))
