from __future__ import annotations

from core.answers import AbstainReason, Abstention, Claim, Verdict
from serve.answer.better import better_of
from serve.answer.finding import Finding
from serve.answer.strategies.strategy import Outcome
from tests.doubles.assignments import ROUTE

DECLINED = Abstention(reason=AbstainReason.NO_EVIDENCE, detail="nothing says it")


def outcome(text: str | None, *verdicts: Verdict, complete: bool = True) -> Outcome:
    claims = [
        Claim(text="x", start=0, end=1, citations=(1,), verdict=each, score=0.9)
        for each in verdicts
    ]
    finding = Finding(
        text=text,
        claims=claims,
        abstained=None if text else DECLINED,
        generated=True,
        complete=complete,
        route=ROUTE,
    )
    return Outcome(finding=finding)


GOOD = (Verdict.SUPPORTED, Verdict.SUPPORTED)
FIRST = outcome("Copper came from Brno. It was sold at Ostrava.", *GOOD)


def test_answer_takes_the_place_of_an_abstention() -> None:
    second = outcome("Copper was sold.", Verdict.SUPPORTED)
    assert better_of(outcome(None), second).finding.text == "Copper was sold."


def test_answer_takes_the_place_of_a_refusal_in_words() -> None:
    refusal = outcome("The documents do not mention copper.", Verdict.SUPPORTED)
    second = outcome("Copper was sold.", Verdict.SUPPORTED)
    assert better_of(refusal, second).finding.text == "Copper was sold."


def test_answer_is_not_given_up_for_less() -> None:
    for second in (
        outcome(None),
        outcome("The documents do not mention copper.", *GOOD),
        outcome("Copper was sold.", Verdict.SUPPORTED),
        outcome("Copper was sold. It was dear.", Verdict.SUPPORTED, Verdict.UNSUPPORTED),
        outcome("Copper was sold. It was dear.", *GOOD, complete=False),
    ):
        assert better_of(FIRST, second).finding.text == FIRST.finding.text


def test_answer_that_is_supported_as_well_takes_its_place() -> None:
    second = outcome("Copper came from Brno. Tin did not.", *GOOD)
    assert better_of(FIRST, second).finding.text == second.finding.text


def test_second_abstention_is_told_where_there_was_no_answer() -> None:
    assert better_of(outcome(None), outcome(None)).finding.abstained == DECLINED
