"""What calls have taught of served models: retired ids, circuits, windows, refused parameters."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.errors import RateLimitedError, StoreError
from core.nim.circuit import Circuit, CircuitLimits
from core.records import read_record
from core.tokens import Calibration
from core.types import Record, RecordKind

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from core.catalog.card import ModelCard
    from core.clock import Clock
    from core.errors import ProviderError
    from core.protocols import RecordStore

_log = logging.getLogger(__name__)

TRY_AGAIN_AFTER = timedelta(days=1)
"""A retired id is asked again then; some come back, and some were never gone."""
FORGET_AFTER = timedelta(days=7)
"""A learned window or a refused parameter is put to the test again then."""
FORGET_CIRCUIT_AFTER = timedelta(hours=1)
"""A circuit that another process left open so long ago says nothing any more."""
FRESH_S = 60.0
"""What other processes have learned since is read after this."""
_SHRINK = 0.75
"""What is left of a window when a prompt was too long and the endpoint does not say by how much."""
_SMALLEST_WINDOW = 256
_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelHealth:
    """What is known of one id at one endpoint; dates are ISO 8601, in UTC."""

    base_url: str
    model: str
    retired_at: str | None = None
    retired_because: str = ""
    window: int | None = None
    """Tokens that calls have shown it to take; `None`: as its card says."""
    window_at: str | None = None
    refused: tuple[str, ...] = ()
    """Parameters that it does not take, in alphabetical order."""
    refused_at: str | None = None
    open_until: str | None = None
    """When it may be asked again, after it had failed too often in a row."""
    cooling_s: float = 0.0
    ratios: dict[str, tuple[float, ...]] = field(default_factory=dict[str, tuple[float, ...]])
    """By language, how its counts of tokens compare with estimates: of a `Calibration`."""

    @property
    def key(self) -> str:
        """Unique among records of its kind."""
        return f"{self.base_url} {self.model}"

    def to_record(self, revision: int) -> Record:
        """Return the row to store in the place of one of that revision."""
        return Record(kind=RecordKind.MODEL, key=self.key, data=asdict(self), revision=revision)


class Health:
    """What is known of every id; kept in the store, so that it outlives the process.

    While the store is out, what is learned is known to this process alone.
    """

    def __init__(
        self, records: RecordStore, *, clock: Clock, circuit: CircuitLimits | None = None
    ) -> None:
        """Know nothing yet: `refresh` reads what there is."""
        self._records, self._clock = records, clock
        self._limits = circuit or CircuitLimits()
        self._known: dict[str, ModelHealth] = {}
        self._circuits: dict[str, Circuit] = {}
        self._reading = asyncio.Lock()
        self._read_at: float | None = None

    async def refresh(self) -> None:
        """Read what the store has, unless that was done a moment ago."""
        async with self._reading:
            now = self._clock.monotonic()
            if self._read_at is not None and now - self._read_at < FRESH_S:
                return
            self._read_at = now
            try:
                await self._load()
            except StoreError as error:
                _log.warning("what is known of models could not be read: %s", error)

    @property
    def known(self) -> tuple[ModelHealth, ...]:
        """Every id of which something is known, in alphabetical order."""
        return tuple(self._known[key] for key in sorted(self._known))

    def of(self, card: ModelCard, model_id: str) -> ModelHealth:
        """Return what is known of an id."""
        blank = ModelHealth(base_url=card.endpoint.base_url, model=model_id)
        return self._known.get(blank.key, blank)

    def live_ids(self, card: ModelCard) -> tuple[str, ...]:
        """Return the ids of `card` that may be asked for: not retired, or a day ago."""
        return tuple(
            model_id
            for model_id in card.ids
            if not self._is_within(self.of(card, model_id).retired_at, TRY_AGAIN_AFTER)
        )

    def why_gone(self, card: ModelCard) -> str:
        """Return why no id of `card` may be asked for."""
        known = [self.of(card, model_id) for model_id in card.ids]
        told = "; ".join(f"{k.model} since {k.retired_at}: {k.retired_because}" for k in known)
        days = TRY_AGAIN_AFTER.days
        return (
            f"retired ({told}); tried again {days} day later, or at once by `ibid doctor --probe`"
        )

    def window(self, card: ModelCard) -> int:
        """Return how many tokens the id of `card` that is asked for now is trusted to take."""
        return self._window(card, self._asked_id(card))

    def learned_window(self, card: ModelCard, model_id: str) -> int | None:
        """Return the tokens that calls have shown an id to take; `None`: none has lately."""
        known = self.of(card, model_id)
        return known.window if self._is_within(known.window_at, FORGET_AFTER) else None

    def calibration(self, card: ModelCard, language: str) -> Calibration:
        """Return how counts by the id of `card` that is asked for now compare with estimates."""
        known = self.of(card, self._asked_id(card))
        return Calibration(ratios=known.ratios.get(language, ()))

    def refused(self, card: ModelCard, model_id: str) -> frozenset[str]:
        """Return the parameters that an id does not take."""
        known = self.of(card, model_id)
        fresh = self._is_within(known.refused_at, FORGET_AFTER)
        return card.refuses | frozenset(known.refused if fresh else ())

    def wait_s(self, card: ModelCard, model_id: str) -> float:
        """Return the seconds for which an id is let alone; 0: it may be asked now."""
        return self._circuit(card, model_id).wait_s(self._clock.now())

    @contextmanager
    def asking(self, card: ModelCard, model_id: str) -> Generator[bool]:
        """Have one request to an id inside; yields whether it is the trial of an open circuit."""
        circuit = self._circuit(card, model_id)
        on_trial = circuit.begin()
        try:
            yield on_trial
        finally:
            if on_trial:
                circuit.end_trial()

    async def answered(self, card: ModelCard, model_id: str) -> None:
        """Note that an id answers, if only to refuse a request."""
        was_open = self._circuit(card, model_id).answered()
        if was_open or self.of(card, model_id).retired_at:
            await self._learn(
                self.of(card, model_id),
                lambda known: replace(
                    known, retired_at=None, retired_because="", open_until=None, cooling_s=0.0
                ),
            )

    async def failed(
        self, card: ModelCard, model_id: str, error: ProviderError, *, on_trial: bool = False
    ) -> None:
        """Note that an id did not answer, or not as it should."""
        circuit = self._circuit(card, model_id)
        limited = isinstance(error, RateLimitedError)
        if circuit.failed(self._clock.now(), limited=limited, on_trial=on_trial):
            until = circuit.open_until.isoformat() if circuit.open_until else None
            await self._learn(
                self.of(card, model_id),
                lambda known: replace(known, open_until=until, cooling_s=circuit.cooling_s),
            )

    async def retire(self, card: ModelCard, model_id: str, reason: str) -> None:
        """Note that an id is gone; it is not asked for a day."""
        await self._learn(
            self.of(card, model_id),
            lambda known: replace(known, retired_at=self._now(), retired_because=reason),
        )

    async def refuse(self, card: ModelCard, model_id: str, parameters: frozenset[str]) -> None:
        """Note parameters that an id does not take."""
        await self._learn(
            self.of(card, model_id),
            lambda known: replace(
                known,
                refused=tuple(sorted(parameters | set(known.refused))),
                refused_at=self._now(),
            ),
        )

    async def overflowed(self, card: ModelCard, model_id: str, limit: int | None) -> None:
        """Note that a prompt was too long; `limit` is what the endpoint says it takes."""
        if limit is None:
            limit = int(self._window(card, model_id) * _SHRINK)
        await self._learn_window(card, model_id, max(limit, _SMALLEST_WINDOW))

    async def took(self, card: ModelCard, model_id: str, tokens: int) -> None:
        """Note that so many tokens, by the provider's count, were taken."""
        if tokens > self._window(card, model_id):
            await self._learn_window(card, model_id, tokens)

    async def counted(
        self, card: ModelCard, model_id: str, language: str, *, estimated: int, counted: int
    ) -> None:
        """Note how many tokens of a prompt in `language` were estimated, and how many counted."""

        def calibrated(known: ModelHealth) -> ModelHealth:
            before = Calibration(ratios=known.ratios.get(language, ()))
            after = before.learn(estimated=estimated, counted=counted)
            if after == before:
                return known
            return replace(known, ratios={**known.ratios, language: after.ratios})

        known = self.of(card, model_id)
        if calibrated(known) != known:
            await self._learn(known, calibrated)

    async def _learn_window(self, card: ModelCard, model_id: str, tokens: int) -> None:
        await self._learn(
            self.of(card, model_id),
            lambda known: replace(known, window=tokens, window_at=self._now()),
        )

    def _window(self, card: ModelCard, model_id: str) -> int:
        return self.learned_window(card, model_id) or card.effective_window

    def _asked_id(self, card: ModelCard) -> str:
        return next(iter(self.live_ids(card)), card.name)

    def _circuit(self, card: ModelCard, model_id: str) -> Circuit:
        known = self.of(card, model_id)
        if known.key not in self._circuits:
            self._circuits[known.key] = self._left_by_others(known)
        return self._circuits[known.key]

    def _left_by_others(self, known: ModelHealth) -> Circuit:
        if known.open_until and self._is_within(known.open_until, FORGET_CIRCUIT_AFTER):
            until = datetime.fromisoformat(known.open_until)
            return Circuit(self._limits, open_until=until, cooling_s=known.cooling_s)
        return Circuit(self._limits)

    async def _learn(
        self, known: ModelHealth, change: Callable[[ModelHealth], ModelHealth]
    ) -> None:
        """Keep what `change` makes of what is known by now, here and in the store."""
        self._known[known.key] = change(known)
        try:
            for _ in range(_TRIES):
                stored = (await self._records.get(RecordKind.MODEL, [known.key])).get(known.key)
                latest = read_record(ModelHealth, stored) if stored else known
                changed = change(latest)
                if await self._records.put_if(changed.to_record(stored.revision if stored else 0)):
                    self._known[known.key] = changed
                    return
        except StoreError as error:
            _log.warning("what was learned of %s is not kept: %s", known.model, error)

    async def _load(self) -> None:
        cursor: str | None = None
        while True:
            records, cursor = await self._records.list(RecordKind.MODEL, cursor=cursor)
            for record in records:
                known = read_record(ModelHealth, record)
                self._known[known.key] = known
            if cursor is None:
                return

    def _now(self) -> str:
        return self._clock.now().isoformat()

    def _is_within(self, moment: str | None, span: timedelta) -> bool:
        """Tell whether a moment is known, and not longer ago than `span`."""
        return bool(moment) and self._clock.now() - datetime.fromisoformat(moment) < span
