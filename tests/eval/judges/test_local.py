from __future__ import annotations

from collections.abc import Sequence

import pytest

from core.answers import Verdict
from eval.judges.judge import Reading
from eval.judges.local import LocalJudge, is_said
from serve.answer.verify.entailment.support import Checkable, Support


class EvenScorer:
    """Gives every claim the same support, and remembers what it was asked."""

    def __init__(self, supported: float) -> None:
        self._support = Support(supported=supported, partial=0.0)
        self.asked: list[Checkable] = []

    async def score(self, claims: Sequence[Checkable]) -> list[Support]:
        self.asked += claims
        return [self._support for _ in claims]


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("The moon is small.", True),
        ("The moon  is\nsmall. It is far.", True),
        ("moon is small.", False),
        ("The moon is small", False),
        ("The moon is large.", False),
    ],
)
def test_only_whole_sentences_of_a_quote_are_said(claim: str, said: object) -> None:
    assert is_said(claim, ["Look up. The moon is small. It is far."]) is said


async def test_what_is_said_word_for_word_is_supported_whatever_is_scored() -> None:
    scorer = EvenScorer(0.0)

    [verdict] = await LocalJudge(scorer).support(
        [Reading(claim="The moon is small.", quotes=("The moon is small. It is far.",))]
    )

    assert verdict is Verdict.SUPPORTED
    assert not scorer.asked


async def test_a_number_that_no_quote_has_outweighs_the_score() -> None:
    readings = [
        Reading(claim=f"It has a mass of {mass} tonnes in all.", quotes=("Its mass is 73 tonnes.",))
        for mass in (73, 74)
    ]

    verdicts = await LocalJudge(EvenScorer(0.9)).support(readings)

    assert verdicts == [Verdict.SUPPORTED, Verdict.CONTRADICTED]
