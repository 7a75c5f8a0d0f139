"""The models that may be asked, for what, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING

from core.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.catalog.card import ModelCard

ANY_LANGUAGE = "*"
"""Stands for every language that has no candidates of its own."""


class ModelRole(StrEnum):
    """What a model is wanted for, beside answering from a context of some size."""

    REWRITE = "rewrite"
    JUDGE = "judge"
    SUMMARIZE = "summarize"
    STRUCTURED = "structured"
    """Answers that must meet a schema."""
    REASONING = "reasoning"
    CODE = "code"
    CODE_MANY_FILES = "code_many_files"
    PLAN = "plan"
    VISION = "vision"
    """The text of a picture of a page."""
    GUARD = "guard"
    """Whether a question or an answer is harmful."""
    EMBED = "embed"
    RERANK = "rerank"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A size of context, and who reads it."""

    name: str
    up_to: int
    """The most tokens, as cl100k counts, of context, prompt and what is kept for the answer."""
    candidates: tuple[ModelCard, ...]
    """In the order in which they are tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """All model cards, and the candidates of each tier, role and language."""

    cards: tuple[ModelCard, ...]
    tiers: tuple[Tier, ...]
    """The smallest first."""
    roles: Mapping[ModelRole, tuple[ModelCard, ...]]
    languages: Mapping[str, tuple[ModelCard, ...]]

    def card(self, name: str) -> ModelCard:
        """Return the card of that name, else the first that has it as a successor.

        Raises:
            NotFoundError: there is none; the message has names like it.
        """
        by_id = cards_by_id(self.cards)
        if name not in by_id:
            raise _unknown("model", name, by_id)
        return by_id[name]

    def tier(self, name: str) -> Tier:
        """Return the tier of that name; raises `NotFoundError`."""
        by_name = {tier.name: tier for tier in self.tiers}
        if name not in by_name:
            raise _unknown("tier", name, by_name)
        return by_name[name]

    def role(self, name: str) -> tuple[ModelCard, ...]:
        """Return the candidates of a role, in order; raises `NotFoundError`."""
        if name not in self.roles:
            raise _unknown("role", name, {str(role): () for role in self.roles})
        return self.roles[ModelRole(name)]

    def language(self, code: str) -> tuple[ModelCard, ...]:
        """Return the candidates for a language (ISO 639-1, also `zh-Hant`), in order."""
        primary = code.replace("_", "-").partition("-")[0].lower()
        return self.languages.get(primary, self.languages.get(ANY_LANGUAGE, ()))

    @property
    def candidates(self) -> tuple[ModelCard, ...]:
        """Every card that a tier, role or language names, once, in the order of the catalogue."""
        named = {
            card.name
            for card in chain(
                *(tier.candidates for tier in self.tiers),
                *self.roles.values(),
                *self.languages.values(),
            )
        }
        return tuple(card for card in self.cards if card.name in named)


def cards_by_id(cards: Sequence[ModelCard]) -> dict[str, ModelCard]:
    """Return the card of each name, and of each successor that no card is called as."""
    by_id = {model_id: card for card in reversed(cards) for model_id in card.successors}
    return by_id | {card.name: card for card in cards}


def near(name: str, names: Mapping[str, object]) -> str:
    """Return a hint with the names that `name` may have been meant for."""
    close = get_close_matches(name, names, n=3)
    if close:
        return f"did you mean {' or '.join(map(repr, close))}?"
    return f"there are {', '.join(map(repr, names))}"


def _unknown(kind: str, name: str, names: Mapping[str, object]) -> NotFoundError:
    return NotFoundError(kind, name, hint=near(name, names))
