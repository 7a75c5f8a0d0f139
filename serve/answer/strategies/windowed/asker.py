"""Asks models for notes, within what a question may cost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from core.chat import Need
from core.errors import OverBudgetError
from core.tokens import measure
from serve.answer.notes_prompt import reserved_tokens
from serve.answer.routing.wanted import wanted

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.chat import Prompt, Wanted, Written
    from core.clock import Deadline
    from core.protocols import Writer
    from serve.answer.question import Question


_MARGIN = 1.1
"""What others' replies, while it is asked, may teach of the tokens of a prompt."""


class Asker:
    """The models that a question is for; several prompts may be on their way at a time."""

    def __init__(self, writer: Writer, question: Question) -> None:
        self._writer, self._question = writer, question
        self._spent = self._kept_back = 0.0
        self._under_way: list[float] = []
        """What the prompts may cost that are on their way."""
        self._settled = asyncio.Condition()

    @property
    def left_usd(self) -> float | None:
        """What the question may still cost; `None`: anything."""
        most = self._question.max_cost_usd
        return None if most is None else max(0.0, most - self._spent)

    async def keep_back(self, need: Need) -> None:
        """Leave so much for the answer itself as a prompt of that size costs."""
        if self._question.max_cost_usd is not None:
            self._kept_back = await self._price(need, documents=1) or 0.0

    async def takes(self, need: Need) -> bool:
        """Tell whether somebody may be asked so much at what the question may still cost."""
        at_most = replace(wanted(self._question, documents=1), max_usd=self.left_usd)
        found = await self._writer.candidates(need, at_most)
        return any(each.considered.fits for each in found)

    async def ask(
        self, make: Callable[[], Prompt], *, deadline: Deadline, documents: int
    ) -> tuple[Prompt, Written]:
        """Return a prompt and what is written for it.

        Args:
            make: makes the prompt, which may be megabytes, off the loop.
            deadline: for all models that are tried.
            documents: how many it is about.

        Raises:
            OverBudgetError: it may cost more than is left; nothing was sent.
            ProviderError: no model answered.
        """
        prompt = await asyncio.to_thread(_counted, make)
        asked = wanted(self._question, documents=documents)
        if self._question.max_cost_usd is None:
            return prompt, await self._writer.write(prompt, deadline=deadline, wanted=asked)
        price = await self._reserved(_need(prompt), documents)
        try:
            asked = replace(asked, max_usd=price)
            written = await self._writer.write(prompt, deadline=deadline, wanted=asked)
            self._spent += price if written.cost_usd is None else written.cost_usd
        finally:
            async with self._settled:
                self._under_way.remove(price)
                self._settled.notify_all()
        return prompt, written

    async def _reserved(self, need: Need, documents: int) -> float:
        """Return what a prompt may cost, which is then under way.

        Where that is more than is left, those before it may turn out to cost less than they might.
        """
        estimated = await self._price(need, documents=documents)
        if estimated is None:
            raise OverBudgetError("nobody knows what it costs", model="the next part")
        price = estimated * _MARGIN
        async with self._settled:
            while price > self._left_for_reading and self._under_way:
                await self._settled.wait()
            if price > (left := self._left_for_reading):
                reason = f"it may cost ${price:.4g}; ${max(0.0, left):.4g} is left for reading"
                raise OverBudgetError(reason, model="the next part")
            self._under_way.append(price)
        return price

    @property
    def _left_for_reading(self) -> float:
        most = self._question.max_cost_usd or 0.0
        return most - self._spent - sum(self._under_way) - self._kept_back

    async def _price(self, need: Need, *, documents: int) -> float | None:
        """Return what the first model costs that takes so much; `None`: nobody knows.

        Where none takes it, what the cheapest would cost: it is for the models to say so.
        """
        found = await self._writer.candidates(need, self._freely(documents))
        fit = [
            each.cost_usd for each in found if each.considered.fits and each.cost_usd is not None
        ]
        known = [each.cost_usd for each in found if each.cost_usd is not None]
        return next(iter(fit), min(known, default=None))

    def _freely(self, documents: int) -> Wanted:
        return replace(wanted(self._question, documents=documents), max_usd=None)


def _counted(make: Callable[[], Prompt]) -> Prompt:
    """Return a prompt with its tokens counted."""
    prompt = make()
    counts = (measure(message.text) for message in prompt.messages)
    return replace(prompt, count=sum(counts, start=measure("")))


def _need(prompt: Prompt) -> Need:
    return Need(
        count=prompt.count or measure(""),
        reserve=reserved_tokens(prompt),
        language=prompt.language,
    )
