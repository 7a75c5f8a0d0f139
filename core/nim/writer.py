"""Who answers: the first live model of the smallest tier that holds the prompt."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from core.answers import Fallback
from core.chat import PER_MESSAGE, Began, Completion, Need, Written
from core.errors import ContextOverflowError, OverBudgetError, ParameterError, ReplyError
from core.nim.candidates import first_live
from core.nim.choice import ANYBODY, Choice, cost_usd, why_dear
from core.tokens import Calibration, estimate, exact_counter, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from core.catalog.card import ModelCard, TokenFamily
    from core.catalog.catalog import Catalog
    from core.chat import Candidate, Hear, Prompt, Wanted
    from core.clock import Deadline
    from core.nim.candidates import Answered
    from core.nim.chat import NimChat
    from core.nim.health import Health
    from core.types import TokenCount

_TOOLS = "tools"
_SURELY = 0.85
"""Of the room for a prompt: what an estimate may be of it to be believed. None is too low by more
than a tenth, before calibration."""
_EXACT_UP_TO = 300_000
"""Tokens, in cl100k, that are counted again by the model's own tokenizer: half a second's work at
1.6 µs each, beside the many seconds that a model takes to read them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """A prompt on its way to the models that may answer it."""

    prompt: Prompt
    need: Need
    deadline: Deadline
    tiers: Mapping[str, str]
    """The tier that each model is asked in, by its name."""
    hear: Hear | None
    max_usd: float | None


class NimWriter:
    """The catalogue's tiers, or one model of it."""

    def __init__(
        self,
        catalog: Catalog,
        chat: NimChat,
        health: Health,
        *,
        opens: Callable[[ModelCard], bool] = lambda _: True,
        model: str | None = None,
    ) -> None:
        """Ask `model` alone, or the tiers' candidates where it is `None`.

        Raises:
            NotFoundError: the catalogue has no such model.
        """
        only = catalog.card(model) if model else None
        self._chat, self._health = chat, health
        self._choice = Choice(catalog=catalog, health=health, opens=opens, only=only)

    async def write(
        self,
        prompt: Prompt,
        *,
        deadline: Deadline,
        hear: Hear | None = None,
        wanted: Wanted | None = None,
    ) -> Written:
        """Return what the first live model writes whose window holds `prompt` and its answer.

        Args:
            prompt: what is asked.
            deadline: for all models that are tried together.
            hear: is told who begins, and what is said; a model that breaks off is heard no more
                when the next one begins.
            wanted: whom to ask; `None`: those that a prompt of its size is for.

        Raises:
            NoModelError: none did; it has the reasons of all that were asked.
            NotFoundError: the catalogue has no such model, or no such role.
        """
        await self._health.refresh()
        wanted = wanted or ANYBODY
        need = _need(prompt)
        chosen = self._choice.cards(need.count.cl100k + need.reserve, wanted)
        request = _Request(
            prompt=prompt,
            need=need,
            deadline=deadline,
            tiers={card.name: tier.name for tier, card in chosen},
            hear=hear,
            max_usd=wanted.max_usd,
        )
        complete = partial(self._complete, request)
        answered = await first_live([card for _, card in chosen], complete, deadline=deadline)
        return self._written(request, answered)

    async def candidates(self, need: Need, wanted: Wanted | None = None) -> Sequence[Candidate]:
        """Return who would be asked, in order, and why those are not that are not; asks nobody.

        Raises:
            NotFoundError: the catalogue has no such model, or no such role.
        """
        await self._health.refresh()
        return self._choice.candidates(need, wanted or ANYBODY)

    def _written(self, request: _Request, answered: Answered[Completion]) -> Written:
        card, completion = answered.card, answered.result
        return Written(
            completion=completion,
            model=card.name,
            tier=request.tiers[card.name],
            window=self._health.window(card),
            prompt_tokens=request.need.count.cl100k,
            cost_usd=_cost(card, completion),
            fallbacks=tuple(
                Fallback(model=each.model, error=str(each.error)) for each in answered.fallbacks
            ),
        )

    async def _complete(self, request: _Request, card: ModelCard) -> Completion:
        prompt, count, reserve = request.prompt, request.need.count, request.need.reserve
        window = self._health.window(card)
        self._check_tools(card, prompt)
        needed = await self._counted(card, prompt, count, most=window - reserve) + reserve
        self._check_cost(request, card, prompt_tokens=needed - reserve)
        if needed > window:
            raise ContextOverflowError(
                f"the prompt and its answer need {needed} tokens, it takes {window}",
                model=card.name,
                limit=window,
            )
        completion = await self._said(request, card)
        if not completion.text.strip() and not prompt.tools:
            raise ReplyError(f"nothing was said ({completion.finish})", model=completion.model)
        await self._learn(card, completion, prompt.language, estimate(count, card.family))
        return completion

    def _check_tools(self, card: ModelCard, prompt: Prompt) -> None:
        ids = self._health.live_ids(card)
        if prompt.tools and ids and all(_TOOLS in self._health.refused(card, each) for each in ids):
            raise ParameterError(
                "does not call tools", model=card.name, parameters=frozenset({_TOOLS})
            )

    def _check_cost(self, request: _Request, card: ModelCard, *, prompt_tokens: int) -> None:
        reserve = request.need.reserve
        cost = cost_usd(card, prompt_tokens=prompt_tokens, completion_tokens=reserve)
        if reason := why_dear(cost, request.max_usd):
            raise OverBudgetError(reason, model=card.name)

    async def _said(self, request: _Request, card: ModelCard) -> Completion:
        prompt, deadline, hear = request.prompt, request.deadline, request.hear
        if hear is None:
            return await self._chat.complete(card, prompt, deadline=deadline)
        window = self._health.window(card)
        hear(Began(model=card.name, tier=request.tiers[card.name], window=window))
        async with aclosing(self._chat.stream(card, prompt, deadline=deadline)) as stream:
            async for each in stream:
                if isinstance(each, Completion):
                    return each
                hear(each)
        raise ReplyError("the answer has no end", model=card.name)

    async def _counted(
        self, card: ModelCard, prompt: Prompt, count: TokenCount, *, most: int
    ) -> int:
        """Return how many tokens the model makes of `prompt`.

        Exactly, where the tokenizer is at hand and it may decide whether the prompt fits into
        `most` tokens, else at most.
        """
        factor = self._health.calibration(card, prompt.language).factor
        estimated = estimate(count, card.family, factor)
        surely = estimate(count, card.family) <= _SURELY * most
        # Who has counted more than was estimated has another tokenizer than the one at hand.
        if surely or factor > 1 or count.cl100k > _EXACT_UP_TO:
            return estimated
        exact = await asyncio.to_thread(_exactly, prompt, card.family)
        return estimated if exact is None else exact

    async def _learn(
        self, card: ModelCard, completion: Completion, language: str, estimated: int
    ) -> None:
        used = completion.usage
        if used is None or completion.calls > 1:  # then it has counted several prompts
            return
        model_id, counted = completion.model, used.prompt_tokens
        if not Calibration().learn(estimated=estimated, counted=counted).ratios:
            return
        await self._health.took(card, model_id, counted)
        await self._health.counted(card, model_id, language, estimated=estimated, counted=counted)


def _exactly(prompt: Prompt, family: TokenFamily) -> int | None:
    """Return how many tokens a tokenizer makes of `prompt`; `None`: it is not at hand."""
    counter = exact_counter(family)
    return sum(counter(message.text) for message in prompt.messages) if counter else None


def _need(prompt: Prompt) -> Need:
    """Return what `prompt` takes; it is counted where that is not known."""
    count = prompt.count or sum((measure(m.text) for m in prompt.messages), start=measure(""))
    reserve = prompt.max_tokens + prompt.thinking_tokens + PER_MESSAGE * len(prompt.messages)
    return Need(count=count, reserve=reserve, language=prompt.language)


def _cost(card: ModelCard, completion: Completion) -> float | None:
    used = completion.usage
    if used is None:
        return None
    return cost_usd(
        card, prompt_tokens=used.prompt_tokens, completion_tokens=used.completion_tokens
    )
