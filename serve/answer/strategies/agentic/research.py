"""A model that searches and reads until it has enough, or may not go on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from core.answers import Step
from core.chat import Wanted
from core.errors import DeadlineError, ProviderError
from serve.answer.routing.looking import MOST_STEPS
from serve.answer.steps.little import charged
from serve.answer.strategies.agentic.prompt import Round, agent_prompt, spelled
from serve.answer.strategies.agentic.tools import Result
from serve.answer.usage import usage_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.chat import ToolCall, Written
    from core.clock import Deadline
    from core.protocols import Writer
    from serve.answer.question import Question
    from serve.answer.strategies.agentic.gathered import Gathered
    from serve.answer.strategies.agentic.tools import Tools

MOST_AT_ONCE = 5
"""Calls that are done of those it asks for at once."""
MOST_IDLE = 3
"""Times in a row that nothing new came of it."""
FEWEST_TOKENS = 200
"""Less is not worth another search."""
ROLE = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Why a model looks no further."""

    why: str
    complete: bool
    """Whether it looked at all that it wanted to."""
    error: ProviderError | None = None


@dataclass(slots=True, kw_only=True)
class Research:
    """One question on its way: what was asked of a model, and what it was shown."""

    question: Question
    text: str
    """What it asks, also without what was said before it."""
    writer: Writer
    tools: Tools
    gathered: Gathered
    deadline: Deadline
    kept_usd: float = 0.0
    """Of what may be spent, what is kept for the answer."""
    documents: int
    steps: list[Step] = field(default_factory=list[Step])
    _rounds: list[Round] = field(default_factory=list[Round])
    _model: str | None = None
    """Who answered last, and is asked on."""

    async def run(self) -> Ended:
        """Return why it ended; what was found is in `gathered`, what was done in `steps`."""
        idle = 0
        for _ in range(MOST_STEPS):
            if ended := self._may_not():
                return ended
            try:
                written = await self._asked()
            except ProviderError as error:
                return self._failed(error)
            if not written.completion.tool_calls:
                return self._finished()
            before = len(self.gathered.evidence)
            await self._do(written)
            idle = idle + 1 if len(self.gathered.evidence) == before else 0
            if idle == MOST_IDLE:
                return Ended(why=f"nothing new came of {idle} steps in a row", complete=True)
        return Ended(why=f"it was stopped after {MOST_STEPS} steps", complete=False)

    def _may_not(self) -> Ended | None:
        """Return why the model is not asked again; `None`: it is."""
        if self.gathered.left < FEWEST_TOKENS:
            return Ended(why="as much was read as may be", complete=False)
        if not self.deadline.remaining_s():
            return Ended(why="the time for searching was over", complete=False)
        allowed = self._allowed_usd()
        if allowed is not None and allowed <= 0:
            return Ended(why="what is left to spend is kept for the answer", complete=False)
        return None

    def _finished(self) -> Ended:
        if self._rounds and self.gathered.evidence:
            return Ended(why="it had what it wanted", complete=True)
        if self._rounds:
            return Ended(why="nothing came of what the model looked for", complete=False)
        return Ended(why="the model called no tool", complete=False)

    def _failed(self, error: ProviderError) -> Ended:
        self.steps.append(Step(kind="plan", model="none", input=self.text, output=str(error)))
        why = "no model could be asked on" if self._rounds else "no model calls tools"
        if isinstance(error, DeadlineError) or not self.deadline.remaining_s():
            why = "the time for searching was over"
        return Ended(why=why, complete=False, error=error)

    async def _asked(self) -> Written:
        """Return what the model says next; another one is asked where it fails.

        Raises:
            ProviderError: nobody says anything.
        """
        prompt = agent_prompt(self.text, self._rounds, documents=self.documents)
        named = self.question.model or self._model
        wanted = Wanted(role=ROLE, model=named, max_usd=self._allowed_usd())
        try:
            written = await self.writer.write(prompt, deadline=self.deadline, wanted=wanted)
        except ProviderError:
            if self._model is None or self.question.model or not self.deadline.remaining_s():
                raise
            anybody = replace(wanted, model=None)
            written = await self.writer.write(prompt, deadline=self.deadline, wanted=anybody)
        self._model = written.model
        completion = written.completion
        self.steps.append(
            Step(
                kind="plan",
                model=completion.model,
                input=self.text,
                output="\n".join(map(spelled, completion.tool_calls)) or completion.text,
                usage=usage_of(written),
            )
        )
        return written

    async def _do(self, written: Written) -> None:
        """Do what the model asks for, in its order."""
        calls = self._named(written.completion.tool_calls)
        results: list[Result] = []
        for at, call in enumerate(calls):
            if at < MOST_AT_ONCE:
                result = await self.tools.call(call, self.deadline)
            else:
                result = Result(error=f"not done: {MOST_AT_ONCE} calls at once are allowed")
            results.append(result)
            self.steps.append(
                Step(kind="search", model="none", input=spelled(call), output=result.told)
            )
        said = written.completion.text.strip()
        self._rounds.append(Round(said=said, calls=calls, results=tuple(results)))

    def _named(self, calls: Sequence[ToolCall]) -> tuple[ToolCall, ...]:
        """Return `calls` with ids of nine letters and figures, which every server takes.

        See https://github.com/vllm-project/vllm/issues/9019.
        """
        done = sum(len(each.calls) for each in self._rounds)
        return tuple(replace(call, id=f"call{n:05d}") for n, call in enumerate(calls, done + 1))

    def _allowed_usd(self) -> float | None:
        left = charged(self.question, self.steps).max_cost_usd
        return None if left is None else left - self.kept_usd
