"""Questions as readers get them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.ids import CollectionName
from core.types import Scope
from retrieval.pack import Evidence
from serve.answer.finding import Assignment
from serve.answer.question import Question
from serve.answer.routing.planned import retrieval_route
from tests.doubles.clock import in_good_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.clock import Deadline
    from core.types import Passage

SCOPE = Scope(collection=CollectionName("default"))
ROUTE = retrieval_route("the passages found fit into one prompt")


def asked(text: str, scope: Scope = SCOPE) -> Question:
    return Question(text=text, scope=scope)


def evidence_of(*passages: Passage) -> list[Evidence]:
    return [Evidence(number=n, passage=p, tokens=9) for n, p in enumerate(passages, start=1)]


def assigned(
    question: str | Question, evidence: Sequence[Evidence], *, deadline: Deadline | None = None
) -> Assignment:
    question = asked(question) if isinstance(question, str) else question
    return Assignment(
        question=question,
        text=question.text,
        evidence=evidence,
        route=ROUTE,
        deadline=deadline or in_good_time(),
    )
