"""Who answers: the first live model of the smallest tier that holds the prompt."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from core.answers import Fallback
from core.chat import Written
from core.errors import ContextOverflowError
from core.nim.policy import first_live
from core.tokens import estimate, measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalog.card import ModelCard
    from core.catalog.catalog import Catalog, Tier
    from core.chat import Completion, Prompt
    from core.clock import Deadline
    from core.nim.chat import NimChat
    from core.nim.health import Health
    from core.types import TokenCount

_PER_MESSAGE = 16
"""Tokens that a template puts around a message, at most."""
_MILLION = 1_000_000


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

    async def write(self, prompt: Prompt, *, deadline: Deadline) -> Written:
        """Return what the first live model writes whose window holds `prompt` and its answer.

        Raises:
            ProviderError: none did; the message has all reasons.
        """
        await self._health.refresh()
        count = sum((measure(m.text) for m in prompt.messages), start=measure(""))
        reserve = prompt.max_tokens + prompt.thinking_tokens + _PER_MESSAGE * len(prompt.messages)
        tier = self._tier(count.cl100k + reserve)
        cards = [self._only] if self._only else self._candidates(tier)
        answered = await first_live(
            cards, partial(self._complete, prompt, count, reserve, deadline), deadline=deadline
        )
        return Written(
            completion=answered.result,
            model=answered.card.name,
            tier=tier.name,
            window=self._health.window(answered.card),
            prompt_tokens=count.cl100k,
            cost_usd=_cost(answered.card, answered.result),
            fallbacks=tuple(
                Fallback(model=each.model, error=str(each.error)) for each in answered.fallbacks
            ),
        )

    def _tier(self, tokens: int) -> Tier:
        tiers = self._catalog.tiers
        return next((tier for tier in tiers if tokens <= tier.up_to), tiers[-1])

    def _candidates(self, tier: Tier) -> Sequence[ModelCard]:
        """Return the candidates of `tier` and of those above it, each once."""
        tiers = self._catalog.tiers[self._catalog.tiers.index(tier) :]
        cards = {card.name: card for each in tiers for card in each.candidates}
        return list(cards.values())

    async def _complete(
        self, prompt: Prompt, count: TokenCount, reserve: int, deadline: Deadline, card: ModelCard
    ) -> Completion:
        needed, window = estimate(count, card.family) + reserve, self._health.window(card)
        if needed > window:
            raise ContextOverflowError(
                f"the prompt and its answer need {needed} tokens, it takes {window}",
                model=card.name,
                limit=window,
            )
        return await self._chat.complete(card, prompt, deadline=deadline)


def _cost(card: ModelCard, completion: Completion) -> float | None:
    price, usage = card.price, completion.usage
    if price is None or usage is None:
        return None
    spent = usage.prompt_tokens * price.prompt_usd + usage.completion_tokens * price.completion_usd
    return spent / _MILLION
