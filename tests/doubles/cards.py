"""Model cards that say no more than a test needs."""

from __future__ import annotations

from core.catalog.card import Endpoint, Licence, ModelCard, ModelKind, TokenFamily

HERE = "http://127.0.0.1:9/v1"


def chat_card(
    name: str = "vendor/model",
    *successors: str,
    key: str | None = "SOME_KEY",
    base_url: str = HERE,
    window: int = 100_000,
) -> ModelCard:
    return ModelCard(
        name=name,
        successors=successors,
        kind=ModelKind.CHAT,
        window=2 * window,
        effective_window=window,
        family=TokenFamily(name="cl100k", factor=1.0),
        endpoint=Endpoint(base_url=base_url, api_key_env=key),
        licence=Licence(name="MIT"),
        refuses=frozenset({"seed"}),
    )
