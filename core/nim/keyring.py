"""Which key goes with a model, whose limits that is, and which keys are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import CreditsError, KeyRefusedError, ProviderError
from core.limits.limiter import Lane
from core.nim.keys import Keys, fingerprint

if TYPE_CHECKING:
    from pydantic import SecretStr

    from core.catalog.card import ModelCard
    from core.clock import Clock

_STOP_S = 60.0
"""How long nothing is sent with a key that was refused; then it may have been put right."""
_HIDDEN = "…"


def lane_of(card: ModelCard, model_id: str, key: SecretStr | None) -> Lane:
    """Return whose limits a request counts for; without a key a server is one's own."""
    if key is None:
        return Lane(account=card.endpoint.base_url, model=model_id, limited=False)
    return Lane(account=fingerprint(key), model=model_id)


def hide_key(error: ProviderError, key: SecretStr) -> None:
    """Take `key` out of what `error` says, should an endpoint have echoed it."""
    secret = key.get_secret_value()
    if secret in str(error):
        error.reason = error.reason.replace(secret, _HIDDEN)
        error.args = tuple(str(part).replace(secret, _HIDDEN) for part in error.args)
    behind = error.__cause__ or error.__context__
    while behind is not None:
        if secret in f"{behind} {behind!r}":
            error.__cause__, error.__suppress_context__ = None, True
            return
        behind = behind.__cause__ or behind.__context__


class Keyring:
    """The keys that may be used at this moment."""

    def __init__(self, keys: Keys, *, clock: Clock) -> None:
        self._keys, self._clock = keys, clock
        self._stopped: dict[str, tuple[float, ProviderError]] = {}

    def key(self, card: ModelCard) -> SecretStr | None:
        """Return the key for `card` as it is now; `None`: its endpoint takes none.

        Raises:
            KeyRefusedError: there is no key, or it was refused a moment ago.
            CreditsError: its account had no credits a moment ago.
        """
        name = card.endpoint.api_key_env
        if name is None:
            return None
        key = self._keys.get(name)
        if key is None:
            raise KeyRefusedError(
                f"there is no key; set {name}, or {name}_FILE to a file that has it",
                model=card.name,
            )
        until, error = self._stopped.get(fingerprint(key), (0.0, None))
        if error is not None and self._clock.monotonic() < until:
            raise type(error)(error.reason, model=card.name, status=error.status)
        return key

    def refused(self, card: ModelCard, key: SecretStr | None, error: ProviderError) -> None:
        """Note a refusal; after 401 and 402 nothing is sent with this key for a while.

        After 403 other models may still be asked: it may be this one that is not allowed.
        """
        name = card.endpoint.api_key_env
        if key is None or error.status == 403:
            return
        until = self._clock.monotonic() + _STOP_S
        reason = error.reason if name is None else f"{error.reason} (the key is {name})"
        kind = CreditsError if isinstance(error, CreditsError) else KeyRefusedError
        self._stopped[fingerprint(key)] = (
            until,
            kind(reason, model=card.name, status=error.status),
        )
