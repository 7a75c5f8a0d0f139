"""Who answers: the first live model of the smallest tier that holds the prompt."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from core.answers import Fallback
from core.chat import Written
from core.errors import ContextOverflowError, NoModelError, ProviderError, ReplyError
from core.nim.policy import first_live
from core.tokens import Calibration, estimate, measure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from core.catalog.card import ModelCard
    from core.catalog.catalog import Catalog, Tier
    from core.chat import Completion, Prompt
    from core.clock import Deadline
    from core.nim.chat import NimChat
    from core.nim.health import Health
    from core.nim.policy import Answered
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
            NoModelError: none did; it has the reasons of all that were asked.
        """
        await self._health.refresh()
        count = sum((measure(m.text) for m in prompt.messages), start=measure(""))
        reserve = prompt.max_tokens + prompt.thinking_tokens + _PER_MESSAGE * len(prompt.messages)
        tiers = self._tiers(count.cl100k + reserve)
        answered = await self._first_live(
            partial(self._complete, prompt, count, reserve, deadline), tiers, deadline
        )
        return Written(
            completion=answered.result,
            model=answered.card.name,
            tier=next((t.name for t in tiers if answered.card in t.candidates), tiers[0].name),
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

    async def _first_live(
        self,
        call: Callable[[ModelCard], Awaitable[Completion]],
        tiers: Sequence[Tier],
        deadline: Deadline,
    ) -> Answered[Completion]:
        """Return what the first candidate of `tiers` that answers gives."""
        candidates = {card.name: card for tier in tiers for card in tier.candidates}
        cards = [self._only] if self._only else list(candidates.values())
        causes: dict[str, ProviderError] = {}

        async def noting(card: ModelCard) -> Completion:
            try:
                return await call(card)
            except ProviderError as error:
                causes[card.name] = error
                raise

        try:
            return await first_live(cards, noting, deadline=deadline)
        except ProviderError as error:  # of one candidate, it may be
            raise NoModelError(tuple(causes.items())) from error

    async def _complete(
        self, prompt: Prompt, count: TokenCount, reserve: int, deadline: Deadline, card: ModelCard
    ) -> Completion:
        factor = self._health.calibration(card, prompt.language).factor
        needed = estimate(count, card.family, factor) + reserve
        window = self._health.window(card)
        if needed > window:
            raise ContextOverflowError(
                f"the prompt and its answer need {needed} tokens, it takes {window}",
                model=card.name,
                limit=window,
            )
        completion = await self._chat.complete(card, prompt, deadline=deadline)
        if not completion.text.strip() and not prompt.tools:
            raise ReplyError(f"nothing was said ({completion.finish})", model=completion.model)
        await self._learn(card, completion, prompt.language, estimate(count, card.family))
        return completion

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


def _cost(card: ModelCard, completion: Completion) -> float | None:
    price, usage = card.price, completion.usage
    if price is None or usage is None:
        return None
    spent = usage.prompt_tokens * price.prompt_usd + usage.completion_tokens * price.completion_usd
    return spent / _MILLION
