"""Which documents are read whole after an answer from passages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.answers import AbstainReason, Abstention
from core.types import Passage
from serve.answer.finding import Finding
from serve.answer.question import Question
from serve.answer.routing.attempt import Attempt
from serve.answer.routing.escalate import Escalating
from serve.answer.routing.escalation import Escalation
from serve.answer.strategies.strategy import Outcome
from tests.doubles.assignments import ROUTE, SCOPE
from tests.doubles.passages import passage
from tests.doubles.records import document
from tests.doubles.small_library import turn

QUESTION = Question(text="How do the two towers compare?", scope=SCOPE)
RECORDS = [document(f"{n}.md", tokens=50_000) for n in range(4)]


class Sure(Escalation):
    """Expects the same gain of every attempt, and remembers them."""

    def gain(self, attempt: Attempt) -> float:
        ATTEMPTS.append(attempt)
        return GAIN[0]


GAIN = [0.5]
ATTEMPTS: list[Attempt] = []


@pytest.fixture(autouse=True)
def fresh() -> None:
    GAIN[0] = 0.5
    ATTEMPTS.clear()


def escalating(*, price: float = 0.1, per_100k: float = 0.0) -> Escalating:
    learned = Escalation.load()
    return Escalating(
        Sure(
            signals=learned.signals,
            kinds=learned.kinds,
            ways=learned.ways,
            history=learned.history,
            needed=price,
            needed_per_100k_tokens=per_100k,
        )
    )


def found(*scores: float) -> list[Passage]:
    return [
        replace(passage("The tower leans.", source=f"{n}.md"), score=score)
        for n, score in enumerate(scores)
    ]


def outcome(*scores: float, reason: AbstainReason | None = None) -> Outcome:
    abstained = Abstention(reason=reason, detail="") if reason else None
    text = None if abstained else "The towers are alike. [1]"
    finding = Finding(text=text, abstained=abstained, generated=True, route=ROUTE)
    return Outcome(finding=finding, found=found(*scores))


def test_document_that_the_passages_point_at_is_read() -> None:
    more = escalating().decide(turn(QUESTION), outcome(0.2, 0.9), RECORDS)
    assert more
    assert more.documents[0] == RECORDS[1]
    assert "50,000 tokens" in more.why or "100,000 tokens" in more.why


def test_more_documents_are_read_as_long_as_they_are_worth_it() -> None:
    equal = outcome(0.5, 0.5, 0.5, 0.5)
    free = escalating(price=0.0).decide(turn(QUESTION), equal, RECORDS)
    assert free
    assert len(free.documents) == 4
    dear = escalating(price=0.0, per_100k=0.2).decide(
        turn(QUESTION), outcome(0.9, 0.05, 0.05), RECORDS
    )
    assert dear
    assert len(dear.documents) == 1


def test_gain_that_is_not_worth_its_price_reads_nothing() -> None:
    GAIN[0] = 0.05
    assert escalating().decide(turn(QUESTION), outcome(1.0), RECORDS) is None


@pytest.mark.parametrize("reason", [AbstainReason.MODEL_UNAVAILABLE, AbstainReason.OVER_BUDGET])
def test_answer_that_more_text_would_not_give_is_left(reason: AbstainReason) -> None:
    assert escalating().decide(turn(QUESTION), outcome(1.0, reason=reason), RECORDS) is None
    assert not ATTEMPTS


def test_documents_beyond_what_is_allowed_are_not_read() -> None:
    few = replace(QUESTION, max_context_tokens=60_000)
    more = escalating(price=0.0).decide(turn(few), outcome(0.5, 0.5), RECORDS)
    assert more
    assert len(more.documents) == 1
    none = replace(QUESTION, max_context_tokens=40_000)
    assert escalating().decide(turn(none), outcome(0.5), RECORDS) is None


def test_refusal_is_known_and_so_is_an_answer() -> None:
    escalating().decide(turn(QUESTION), outcome(1.0, reason=AbstainReason.NO_EVIDENCE), RECORDS)
    escalating().decide(turn(QUESTION), outcome(1.0), RECORDS)
    assert [attempt.refused for attempt in ATTEMPTS] == [True, False]


def test_document_out_of_scope_is_not_read() -> None:
    assert escalating().decide(turn(QUESTION), outcome(1.0), RECORDS[1:]) is None


def test_document_that_was_read_in_passages_is_not_read_again() -> None:
    small = [replace(RECORDS[0], characters=len("The tower leans."))]
    assert escalating().decide(turn(QUESTION), outcome(1.0), small) is None
