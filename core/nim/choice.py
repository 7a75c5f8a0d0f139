"""Which models a prompt is for, and what keeps each from answering it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.answers import Considered
from core.catalog.card import ModelKind
from core.chat import Candidate, Wanted
from core.errors import RequestError
from core.tokens import estimate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.catalog.card import ModelCard
    from core.catalog.catalog import Catalog, Tier
    from core.chat import Need
    from core.nim.health import Health

ANYBODY = Wanted()
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The catalogue's tiers and roles, by what is known of its models today."""

    catalog: Catalog
    health: Health
    opens: Callable[[ModelCard], bool]
    """Whether there is a key for a model."""
    only: ModelCard | None = None
    """Nobody else is asked."""

    def tiers(self, tokens: int) -> Sequence[Tier]:
        """Return the smallest tier that is meant for so many tokens, and those above it."""
        tiers = self.catalog.tiers
        return [tier for tier in tiers if tokens <= tier.up_to] or tiers[-1:]

    def cards(self, tokens: int, wanted: Wanted) -> list[tuple[Tier, ModelCard]]:
        """Return who may be asked, each once, in order, and in which tier.

        Models of a role or language are asked before those of the smallest tier; where a context
        is too long for that tier, its size alone decides.

        Raises:
            NotFoundError: the catalogue has no such model, or no such role.
            RequestError: the model that is wanted is none that answers.
        """
        tiers = self.tiers(tokens)
        only = self._chat_model(wanted.model) if wanted.model else self.only
        if only is not None:
            return [(next((tier for tier in tiers if only in tier.candidates), tiers[0]), only)]
        first = self._preferred(wanted) if tiers[0] is self.catalog.tiers[0] else ()
        offered = [(tiers[0], card) for card in first]
        offered += [(tier, card) for tier in tiers for card in tier.candidates]
        unique: dict[str, tuple[Tier, ModelCard]] = {}
        for tier, card in offered:
            unique.setdefault(card.name, (tier, card))
        return list(unique.values())

    def candidates(self, need: Need, wanted: Wanted = ANYBODY) -> list[Candidate]:
        """Return who would be asked, in order, and why those are not that are not."""
        tokens = need.count.cl100k + need.reserve
        return [
            self._candidate(tier, card, need, wanted) for tier, card in self.cards(tokens, wanted)
        ]

    def _chat_model(self, name: str) -> ModelCard:
        card = self.catalog.card(name)
        if card.kind is not ModelKind.CHAT:
            raise RequestError(f"{name!r} is a model for {card.kind.value}; it answers nothing")
        return card

    def _preferred(self, wanted: Wanted) -> Sequence[ModelCard]:
        if wanted.role is not None:
            return self.catalog.role(wanted.role)
        return self.catalog.language(wanted.language) if wanted.language else ()

    def _candidate(self, tier: Tier, card: ModelCard, need: Need, wanted: Wanted) -> Candidate:
        calibration = self.health.calibration(card, need.language)
        prompt = estimate(need.count, card.family, calibration.factor)
        cost = cost_usd(card, prompt_tokens=prompt, completion_tokens=need.reserve)
        window, tokens = self.health.window(card), prompt + need.reserve
        reasons = (
            self._why_out(card),
            f"needs {tokens:,} tokens, takes {window:,}" if tokens > window else None,
            self._why_beyond(tier, need),
            why_dear(cost, wanted.max_usd),
        )
        lasting = next(filter(None, reasons), None)
        passing = self._why_cooling(card)
        why_not = lasting or passing
        considered = Considered(
            model=card.name, tier=tier.name, window=window, fits=why_not is None, why_not=why_not
        )
        cooling = lasting is None and passing is not None
        return Candidate(considered=considered, tokens=tokens, cost_usd=cost, cooling=cooling)

    def _why_out(self, card: ModelCard) -> str | None:
        if not self.opens(card):
            return "there is no key for it"
        return None if self.health.live_ids(card) else self.health.why_gone(card)

    def _why_cooling(self, card: ModelCard) -> str | None:
        waits = [self.health.wait_s(card, each) for each in self.health.live_ids(card)]
        return (
            f"failed too often, let alone for {min(waits):.0f} s" if waits and all(waits) else None
        )

    def _why_beyond(self, tier: Tier, need: Need) -> str | None:
        tokens = need.count.cl100k + need.reserve
        if tokens <= tier.up_to:
            return None
        return f"{tokens:,} tokens; in one call at most {tier.up_to:,} are read"


def cost_usd(card: ModelCard, *, prompt_tokens: int, completion_tokens: int) -> float | None:
    """Return what so many tokens cost; `None`: the price is not known."""
    if card.price is None:
        return None
    prompt = prompt_tokens * card.price.prompt_usd
    return (prompt + completion_tokens * card.price.completion_usd) / _MILLION


def why_dear(cost: float | None, most: float | None) -> str | None:
    """Return why a call of that cost is not made; `None`: it is within `most`."""
    if most is None:
        return None
    if cost is None:
        return f"its price is not known, so ${most:g} cannot be kept; IBID_CATALOG may name one"
    return f"may cost ${cost:.4g}, at most ${most:g} is allowed" if cost > most else None
