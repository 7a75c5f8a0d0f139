"""Who answers: the first live model of the smallest tier that holds the prompt."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from core.answers import Fallback
from core.chat import Began, Completion, Written
from core.errors import ContextOverflowError, ReplyError
from core.nim.candidates import first_live
from core.tokens import Calibration, estimate, exact_counter, measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalog.card import ModelCard, TokenFamily
    from core.catalog.catalog import Catalog, Tier
    from core.chat import Hear, Prompt
    from core.clock import Deadline
    from core.nim.chat import NimChat
    from core.nim.health import Health
    from core.types import TokenCount

_PER_MESSAGE = 16
"""Tokens that a template puts around a message, at most."""
_SURELY = 0.85
"""Of the room for a prompt: what an estimate may be of it to be believed. None is too low by more
than a tenth, before calibration."""
_EXACT_UP_TO = 300_000
"""Tokens, in cl100k, that are counted again by the model's own tokenizer: half a second's work at
1.6 µs each, beside the many seconds that a model takes to read them."""
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """A prompt on its way to the models that may answer it."""

    prompt: Prompt
    count: TokenCount
    reserve: int
    """Tokens for the answer, the reasoning before it, and the template around the messages."""
    deadline: Deadline
    tiers: Sequence[Tier]
    hear: Hear | None

    def tier_of(self, card: ModelCard) -> str:
        """Return the name of the tier that `card` is asked in."""
        named = (tier.name for tier in self.tiers if card in tier.candidates)
        return next(named, self.tiers[0].name)


class NimWriter:
    """The catalogue's tiers, or one model of it."""

    def __init__(
        self, catalog: Catalog, chat: NimChat, health: Health, *, model: str | None = None
    ) -> None:
        """Ask `model` alone, or the tiers' candidates where it is `None`.

        Raises:
            NotFoundError: the catalogue has no such model.
        """
        self._catalog, self._chat, self._health = catalog, chat, health
        self._only = catalog.card(model) if model else None

    async def write(
        self, prompt: Prompt, *, deadline: Deadline, hear: Hear | None = None
    ) -> Written:
        """Return what the first live model writes whose window holds `prompt` and its answer.

        Args:
            prompt: what is asked.
            deadline: for all models that are tried together.
            hear: is told who begins, and what is said; a model that breaks off is heard no more
                when the next one begins.

        Raises:
            NoModelError: none did; it has the reasons of all that were asked.
        """
        await self._health.refresh()
        count = sum((measure(m.text) for m in prompt.messages), start=measure(""))
        reserve = prompt.max_tokens + prompt.thinking_tokens + _PER_MESSAGE * len(prompt.messages)
        tiers = self._tiers(count.cl100k + reserve)
        request = _Request(
            prompt=prompt, count=count, reserve=reserve, deadline=deadline, tiers=tiers, hear=hear
        )
        complete = partial(self._complete, request)
        answered = await first_live(self._candidates(tiers), complete, deadline=deadline)
        return Written(
            completion=answered.result,
            model=answered.card.name,
            tier=request.tier_of(answered.card),
            window=self._health.window(answered.card),
            prompt_tokens=count.cl100k,
            cost_usd=_cost(answered.card, answered.result),
            fallbacks=tuple(
                Fallback(model=each.model, error=str(each.error)) for each in answered.fallbacks
            ),
        )

    def _tiers(self, tokens: int) -> Sequence[Tier]:
        """Return the smallest tier that is meant for so many tokens, and those above it."""
        tiers = self._catalog.tiers
        return [tier for tier in tiers if tokens <= tier.up_to] or tiers[-1:]

    def _candidates(self, tiers: Sequence[Tier]) -> Sequence[ModelCard]:
        """Return who may be asked, each once, in order."""
        if self._only:
            return [self._only]
        return list({card.name: card for tier in tiers for card in tier.candidates}.values())

    async def _complete(self, request: _Request, card: ModelCard) -> Completion:
        prompt, count = request.prompt, request.count
        window = self._health.window(card)
        most = window - request.reserve
        needed = await self._counted(card, prompt, count, most=most) + request.reserve
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

    async def _said(self, request: _Request, card: ModelCard) -> Completion:
        prompt, deadline, hear = request.prompt, request.deadline, request.hear
        if hear is None:
            return await self._chat.complete(card, prompt, deadline=deadline)
        window = self._health.window(card)
        hear(Began(model=card.name, tier=request.tier_of(card), window=window))
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


def _cost(card: ModelCard, completion: Completion) -> float | None:
    price, usage = card.price, completion.usage
    if price is None or usage is None:
        return None
    spent = usage.prompt_tokens * price.prompt_usd + usage.completion_tokens * price.completion_usd
    return spent / _MILLION
