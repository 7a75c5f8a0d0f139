"""Judges that ask a model, each reply held to a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from core.answers import Verdict
from core.clock import Deadline
from core.errors import ProviderError
from core.ids import ChunkId, DocumentId, VersionId
from core.types import Passage, Span
from eval.judges.prompt import grade_prompt
from eval.metrics.answers import Grade
from eval.metrics.scores import Unscored
from retrieval.pack import Evidence
from serve.answer.marker import marker_for
from serve.answer.prompt import judge_prompt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.chat import Prompt
    from core.clock import Clock
    from core.protocols import Writer
    from eval.judges.judge import Graded, Reading

__all__ = ["ModelAnswerJudge", "ModelSupportJudge"]

NO_REPLY = Unscored(reason="the judge did not answer")
_AT_ONCE = 20
"""Claims that a model is asked about in one prompt."""
_JUDGING_S = 120.0


class _Asking:
    """A model in the role of a judge."""

    def __init__(self, writer: Writer, *, name: str, clock: Clock) -> None:
        """Ask `writer`; `name` tells it from other judges."""
        self._writer, self._clock = writer, clock
        self.name = name

    async def _asked(self, prompt: Prompt) -> object | None:
        """Return the data of its reply; `None`: nobody answered, or not in the form asked for."""
        deadline = Deadline.after(_JUDGING_S, clock=self._clock)
        try:
            written = await self._writer.write(prompt, deadline=deadline)
        except ProviderError:
            return None
        return written.completion.data


class ModelSupportJudge(_Asking):
    """Asks a model whether quotes support claims, by the rules that answers are checked by."""

    async def support(self, readings: Sequence[Reading]) -> list[Verdict | Unscored]:
        """Return a verdict for each reading; `NO_REPLY` where the model gave none."""
        found: list[Verdict | Unscored] = []
        for several in _together(readings):
            found += await self._several(several)
        return found

    async def _several(self, readings: Sequence[Reading]) -> list[Verdict | Unscored]:
        numbers: dict[tuple[str, str], int] = {}
        for each in readings:
            for quote in each.quotes:
                numbers.setdefault((each.head, quote), len(numbers) + 1)
        claims = [(r.claim, [numbers[r.head, quote] for quote in r.quotes]) for r in readings]
        evidence = [_evidence(n, head, quote) for (head, quote), n in numbers.items()]
        question = readings[0].question
        texts = (f"{each.passage.head}\n{each.passage.text}" for each in evidence)
        marker = marker_for((question, *texts, *(claim for claim, _ in claims)))
        data = await self._asked(judge_prompt(question, claims, evidence, marker=marker))
        said = _verdicts(data)
        return [said.get(number, NO_REPLY) for number in range(1, len(readings) + 1)]


class ModelAnswerJudge(_Asking):
    """Asks a model whether answers agree with gold."""

    async def grade(self, answers: Sequence[Graded]) -> list[Grade | Unscored]:
        """Return a grade for each answer; `NO_REPLY` where the model gave none."""
        found: list[Grade | Unscored] = []
        for each in answers:
            data = await self._asked(grade_prompt(each))
            grade = cast("dict[str, str]", data).get("grade") if isinstance(data, dict) else None
            found.append(NO_REPLY if grade is None else Grade(grade))
        return found


def _together(readings: Sequence[Reading]) -> Iterator[Sequence[Reading]]:
    """Yield readings of one question together, as many as a prompt takes."""
    several: list[Reading] = []
    for each in readings:
        if several and (len(several) == _AT_ONCE or each.question != several[0].question):
            yield several
            several = []
        several.append(each)
    if several:
        yield several


def _evidence(number: int, head: str, quote: str) -> Evidence:
    passage = Passage(
        chunk_id=ChunkId(str(number)),
        document_id=DocumentId(head),
        version=VersionId(""),
        title=head,
        source="",
        span=Span(0, len(quote)),
        text=quote,
        pages=(),
        section=(),
        score=1.0,
    )
    return Evidence(number=number, passage=passage, tokens=0)


def _verdicts(data: object) -> dict[int, Verdict]:
    """Return the verdicts of a reply that meets the schema; the first one of each claim."""
    if not isinstance(data, dict):
        return {}
    found = cast("dict[str, list[dict[str, object]]]", data)["verdicts"]
    return {
        cast("int", each["claim"]): Verdict(cast("str", each["verdict"]))
        for each in reversed(found)
    }
