"""Answers without documents: what a model knows by heart, as a control."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from core.answers import AbstainReason, Abstention, Answer, Claim, Route, Timings, Verdict
from core.chat import Message, Prompt, Role
from core.clock import Deadline
from core.text import sentences, trimmed
from serve.answer.prompt import NO_ANSWER, answer_tokens, thinking_tokens
from serve.answer.routing.refusals import refuses
from serve.answer.usage import usage_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.chat import Written
    from core.clock import Clock
    from core.protocols import Writer
    from serve.answer.question import Question

STRATEGY = "closed_book"
CLOSED_RULES = f"""\
You answer a question from what you know. You have no documents and cannot search.

- If you do not know the answer, reply with {NO_ANSWER} and nothing else. Do not guess.
- Answer in the language of the question, briefly, in plain text."""


class ClosedBook:
    """Asks a model and shows it nothing."""

    def __init__(self, writer: Writer, *, clock: Clock, timeout_s: float) -> None:
        self._writer, self._clock, self._timeout_s = writer, clock, timeout_s

    async def ask(self, question: Question) -> Answer:
        """Return what the model says, without a citation.

        Raises:
            ProviderError: no model answered.
        """
        started = self._clock.monotonic()
        deadline = Deadline.after(self._timeout_s, clock=self._clock)
        written = await self._writer.write(closed_prompt(question), deadline=deadline)
        took = (self._clock.monotonic() - started) * 1000
        return _answer(question, written, total_ms=round(took, 3))


def closed_prompt(question: Question) -> Prompt:
    """Return what is asked of the model."""
    sampling = question.sampling
    return Prompt(
        messages=(
            Message(role=Role.SYSTEM, text=CLOSED_RULES),
            *question.history,
            Message(role=Role.USER, text=f"Question: {question.text}"),
        ),
        max_tokens=answer_tokens(question),
        thinking_tokens=thinking_tokens(question),
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        stop=sampling.stop,
    )


def _answer(question: Question, written: Written, *, total_ms: float) -> Answer:
    text = written.completion.text.strip()
    declined = NO_ANSWER in text or refuses(text)
    why = Abstention(reason=AbstainReason.NO_EVIDENCE, detail=text[:500])
    return Answer(
        id=f"ans_{uuid.uuid4().hex[:24]}",
        question=question.text,
        answer=None if declined else text,
        abstained=why if declined else None,
        generated=True,
        claims=() if declined else tuple(_claims(text)),
        route=Route(
            strategy=STRATEGY,
            tier=written.tier,
            model=written.model,
            context_tokens=written.prompt_tokens,
            reserve_tokens=answer_tokens(question),
            window=written.window,
            reason="the model was asked without documents",
            fallbacks=written.fallbacks,
        ),
        usage=usage_of(written),
        timings_ms=Timings(generate=total_ms, total=total_ms),
    )


def _claims(text: str) -> Iterator[Claim]:
    for each in sentences(text):
        span = trimmed(each, text)
        if span:
            yield Claim(
                text=span.slice(text),
                start=span.start,
                end=span.end,
                citations=(),
                verdict=Verdict.UNCHECKED,
                score=0.0,
            )
