"""An upstream without limits and retries: each call is one attempt, whose errors are raised."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from core.nim.attempts import Attempt, Request, T
from core.nim.policy import Upstream

if TYPE_CHECKING:
    from pydantic import SecretStr

    from core.catalog.card import ModelCard
    from core.clock import Deadline


@dataclass
class DirectUpstream(Upstream):
    api_key: SecretStr | None = None
    without: frozenset[str] = frozenset()
    retired: set[str] = field(default_factory=set[str])
    """Ids that are passed over."""
    counted: int = 0
    """How often an attempt had a further request counted."""

    async def call(
        self,
        card: ModelCard,
        attempt: Attempt[T],
        *,
        deadline: Deadline,
        turn_s: float = inf,  # noqa: ARG002 - the signature is given
        large: bool = False,  # noqa: ARG002
    ) -> T:
        async def count() -> None:
            self.counted += 1

        request = Request(
            model_id=next(model_id for model_id in card.ids if model_id not in self.retired),
            api_key=self.api_key,
            timeout_s=deadline.remaining_s(),
            without=self.without,
            count=count,
        )
        return await attempt(request)
