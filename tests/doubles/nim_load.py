"""Many questions put to the stand-in, and what became of each, beside what it meant to say."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import openai

import core.nim.clients
from core.chat import Completion, Finish, Message, Prompt, Role
from core.clock import Deadline
from core.errors import ProviderError
from core.nim.writer import NimWriter
from tests.doubles.clock import ScaledClock
from tests.doubles.nim.models import CHAT
from tests.doubles.nim.requests import ChatRequest
from tests.doubles.nim.requests import Message as Turn
from tests.doubles.nim.utterance import utterance

IMPORTED = (openai.__name__, core.nim.clients.__name__)
"""By now: the seconds that it takes would be minutes of a scaled clock."""
SHOWN = 3
"""Passages in one prompt."""
REASONED = 4
"""Of so many questions one allows reasoning before the answer."""
STUCK_S = 10.0
"""Of the machine's time beyond the deadline; after it nobody waits any more."""
_WORD = re.compile(r"\w{4,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How questions are put."""

    clock: ScaledClock
    timeout_s: float = 120.0
    """Of the clock, for each question."""
    at_once: int = 8
    slack_s: float = 5.0
    """Of the machine's time, which may be busy: what ends so soon after its deadline was cut off by
    it, and did not hang."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one question."""

    prompt: Prompt
    model: str = ""
    completion: Completion | None = None
    error: ProviderError | None = None
    hung: bool = False
    """Whether it did not end with its deadline."""

    @property
    def answered(self) -> bool:
        return self.completion is not None

    @property
    def wrong(self) -> bool:
        """Whether what was given as the answer is anything but the whole of what was meant."""
        said = self.completion
        if said is None:
            return False
        return said.text != meant(self.prompt) or said.finish is not Finish.STOP


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of all of them."""

    asked: int
    answered: int
    wrong: int
    hung: int
    errors: Counter[str]
    models: Counter[str]

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Tally:
        return cls(
            asked=len(outcomes),
            answered=sum(outcome.answered for outcome in outcomes),
            wrong=sum(outcome.wrong for outcome in outcomes),
            hung=sum(outcome.hung for outcome in outcomes),
            errors=Counter(f"{type(o.error).__name__}: {o.error}" for o in outcomes if o.error),
            models=Counter(outcome.model for outcome in outcomes if outcome.answered),
        )


def prompts(passages: Sequence[str], count: int) -> list[Prompt]:
    """Return so many questions about some of `passages` each; no two have the same answer."""
    made = (_prompt(passages, number) for number in range(len(passages) // SHOWN))
    distinct = {meant(prompt): prompt for prompt in made}
    asked = list(distinct.values())[:count]
    assert len(asked) == count, f"{len(passages)} passages are enough for {len(asked)} questions"
    return [
        prompt if number % REASONED else replace(prompt, thinking_tokens=500)
        for number, prompt in enumerate(asked)
    ]


def meant(prompt: Prompt) -> str:
    """Return all that the stand-in has to say to `prompt`, whichever of its models is asked."""
    turns = [Turn(role=turn.role.value, content=turn.text) for turn in prompt.messages]
    model = CHAT[0]
    return utterance(ChatRequest(model=model.id, messages=turns), model, thinks=False).text


async def ask_all(writer: NimWriter, asked: Sequence[Prompt], load: Load) -> list[Outcome]:
    """Return what became of each of `asked`; the next is put whenever one has ended."""
    waiting: Iterator[Prompt] = iter(asked)

    async def questioner() -> list[Outcome]:
        return [await _ask(writer, prompt, load) for prompt in waiting]

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(questioner()) for _ in range(load.at_once)]
    return [outcome for task in tasks for outcome in task.result()]


async def _ask(writer: NimWriter, prompt: Prompt, load: Load) -> Outcome:
    clock, outcome = load.clock, Outcome(prompt=prompt)
    deadline = Deadline.after(load.timeout_s, clock=clock)
    try:
        async with asyncio.timeout(load.timeout_s / clock.factor + STUCK_S):
            written = await writer.write(prompt, deadline=deadline)
    except ProviderError as error:
        outcome = replace(outcome, error=error)
    except TimeoutError:
        pass  # it hung, as will be seen
    else:
        outcome = replace(outcome, model=written.model, completion=written.completion)
    late_s = (clock.monotonic() - deadline.at) / clock.factor
    return replace(outcome, hung=late_s > load.slack_s)


def _prompt(passages: Sequence[str], number: int) -> Prompt:
    shown = [passages[(number * SHOWN + i) % len(passages)] for i in range(SHOWN)]
    evidence = "\n\n".join(f"[{i}] {text}" for i, text in enumerate(shown, start=1))
    words = " ".join(_WORD.findall(shown[number % SHOWN])[:5])
    message = Message(role=Role.USER, text=f"{evidence}\n\nWhat is said of {words}?")
    return Prompt(messages=(message,), max_tokens=1000)
