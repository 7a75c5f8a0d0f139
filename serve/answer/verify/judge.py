"""A model's second opinion on claims that the checks without a model leave in doubt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from core.answers import Step, Verdict
from core.clock import Deadline
from core.errors import ProviderError
from serve.answer.marker import marker_for
from serve.answer.prompt import judge_prompt
from serve.answer.usage import step_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.chat import Wanted
    from core.protocols import Writer
    from retrieval.pack import Evidence
    from serve.answer.verify.statement import Statement

JUDGED = "judge"
"""What a citation was checked by that a model was asked about."""

_SURE = (0.15, 0.9)
"""Outside of these a claim is not in doubt: a model would seldom know better."""
_OPEN = 0.5
"""How likely a claim is supported of which nothing is known."""
_JUDGING_S = 30.0
"""What a second opinion may take; after that verdicts stay as they were."""
_MOST = 20
"""Claims of one answer that a model is asked about."""
_WEIGHT = 0.78 / 0.22
"""What a verdict weighs against the score, as odds.

A large model takes supported for supported in about 78 of 100 cases, and so for the rest (balanced
accuracy on WiCE: Kamoi et al. 2023, https://arxiv.org/abs/2303.01432; Tang et al. 2024,
https://arxiv.org/abs/2404.10774).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Statements, some of them with a verdict by a model."""

    statements: Sequence[Statement]
    steps: tuple[Step, ...] = ()
    """What was asked; none: nothing was in doubt, or nobody answered."""


class Judge:
    """Asks a model about the claims in doubt, all at once."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def judge(
        self,
        question: str,
        statements: Sequence[Statement],
        evidence: Sequence[Evidence],
        *,
        deadline: Deadline,
        wanted: Wanted | None = None,
    ) -> Judged:
        """Return the statements; those in doubt with the verdict of a model, if one answers."""
        doubtful = [place for place, each in enumerate(statements) if in_doubt(each)][:_MOST]
        if not doubtful:
            return Judged(statements=statements)
        claims = [(statements[i].said.text, statements[i].numbers) for i in doubtful]
        texts = (f"{each.passage.head}\n{each.passage.text}" for each in evidence)
        marker = marker_for((question, *texts, *(text for text, _ in claims)))
        prompt = judge_prompt(question, claims, evidence, marker=marker)
        soon = Deadline.after(min(deadline.remaining_s(), _JUDGING_S), clock=deadline.clock)
        try:
            written = await self._writer.write(prompt, deadline=soon, wanted=wanted)
        except ProviderError as error:
            failed = Step(
                kind="judge", model="none", input=prompt.messages[-1].text, output=str(error)
            )
            return Judged(statements=statements, steps=(failed,))
        verdicts = _verdicts(written.completion.data)
        judged = list(statements)
        for number, place in enumerate(doubtful, start=1):
            if number in verdicts:
                judged[place] = _with(judged[place], verdicts[number])
        return Judged(statements=judged, steps=(step_of("judge", prompt, written),))


def in_doubt(statement: Statement) -> bool:
    """Tell whether the checks without a model leave open if a claim is supported."""
    least, most = _SURE
    is_open = statement.said.states and statement.places and not statement.missing
    if not is_open or statement.is_endless:
        return False
    return statement.verdict is Verdict.UNCHECKED or least <= statement.score <= most


def _verdicts(data: object) -> dict[int, Verdict]:
    """Return the verdicts of a reply that meets the schema; the first one of each claim."""
    found = cast("dict[str, list[dict[str, object]]]", data)["verdicts"]
    return {
        cast("int", each["claim"]): Verdict(cast("str", each["verdict"]))
        for each in reversed(found)
    }


def _with(statement: Statement, verdict: Verdict) -> Statement:
    supported = verdict is Verdict.SUPPORTED
    before = _OPEN if statement.verdict is Verdict.UNCHECKED else statement.score
    score = _weighed(before, _WEIGHT if supported else 1 / _WEIGHT)
    places = (replace(place, checked_by=(*place.checked_by, JUDGED)) for place in statement.places)
    if len(statement.numbers) == 1:
        places = (replace(place, verdict=verdict, score=score) for place in places)
    return replace(statement, verdict=verdict, score=score, places=tuple(places))


def _weighed(probability: float, ratio: float) -> float:
    odds = ratio * probability / (1 - probability)
    return odds / (1 + odds)
