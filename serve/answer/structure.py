"""Answers as the objects that callers want: a JSON Schema, filled from what was checked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from core.answers import Step
from core.clock import Deadline
from core.errors import ProviderError
from serve.answer.prompt import data_prompt
from serve.answer.routing.wanted import helping
from serve.answer.usage import step_of, total

if TYPE_CHECKING:
    from core.protocols import Writer
    from core.types import JsonObject
    from serve.answer.finding import Finding
    from serve.answer.question import Question


_LEAST_S = 30.0
"""What filling a schema may take, whenever the answer came."""


class Structuring:
    """Has a model fill a schema from an answer and its quotes, and from nothing else."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def filled(
        self, question: Question, text: str, finding: Finding, *, deadline: Deadline
    ) -> Finding:
        """Return `finding` with data that meets `schema`; without, where no model can fill it.

        Raises:
            RequestError: the schema cannot be used.
        """
        if finding.text is None or question.schema is None:
            return finding
        prompt = data_prompt(text, finding, schema=question.schema)
        # What was read for minutes is not lost for the want of a moment.
        least = Deadline.after(_LEAST_S, clock=deadline.clock)
        until = max(deadline, least, key=lambda each: each.at)
        wanted = helping(question, finding.steps)
        try:
            written = await self._writer.write(prompt, deadline=until, wanted=wanted)
        except ProviderError as error:
            asked = prompt.messages[-1].text
            failed = Step(kind="structure", model="none", input=asked, output=str(error))
            return replace(finding, steps=(*finding.steps, failed))
        steps = (*finding.steps, step_of("structure", prompt, written))
        data = cast("JsonObject", written.completion.data)
        return replace(finding, data=data, steps=steps, usage=total(steps))
