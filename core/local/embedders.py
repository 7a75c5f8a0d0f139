"""The embedder that a setting, or the record of a collection, names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import SettingsError
from core.local.embedder import MODEL, MiniLmEmbedder
from core.local.precision import Precision

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import SecretStr

    from core.local.fastembed import FastEmbedEmbedder
    from core.local.openai_compatible import OpenAiCompatibleEmbedder

    AnyEmbedder = MiniLmEmbedder | FastEmbedEmbedder | OpenAiCompatibleEmbedder

LOCAL = {
    MODEL: Precision.INT8,
    f"{MODEL}-{Precision.INT8}": Precision.INT8,
    f"{MODEL}-{Precision.FP32}": Precision.FP32,
}
ALLOWED = f"allowed are {MODEL!r}, 'fastembed:MODEL' and 'openai:MODEL'"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedderOptions:
    """What the embedders need to be opened, each of them some of it."""

    data_dir: Path
    workers: int = 0
    """Threads; 0: one for each processor."""
    base_url: str = ""
    """Of `openai:`, up to and with `/v1`."""
    api_key: SecretStr | None = None


def recorded_name(choice: str) -> str:
    """Return the `name` that the embedder chosen by `choice` has; opens nothing.

    Raises:
        SettingsError: no embedder is called so.
    """
    if choice in LOCAL:
        return f"{MODEL}-{LOCAL[choice]}"
    kind, _, model = choice.partition(":")
    if kind not in {"fastembed", "openai"} or not model:
        raise SettingsError(f"there is no embedder {choice!r}; {ALLOWED}")
    return choice


async def open_embedder(choice: str, options: EmbedderOptions) -> AnyEmbedder:
    """Return the embedder that `choice` names: a setting's value, or a name in a record.

    Raises:
        SettingsError: no embedder is called so, or its endpoint is not set.
        EmbedderError: it cannot be opened.
    """
    name = recorded_name(choice)
    if choice in LOCAL:
        return MiniLmEmbedder(options.data_dir, precision=LOCAL[choice], workers=options.workers)
    kind, _, model = name.partition(":")
    if kind == "fastembed":
        from core.local.fastembed import FastEmbedEmbedder  # noqa: PLC0415 - seldom used

        return FastEmbedEmbedder(model, options.data_dir, threads=options.workers)
    if not options.base_url:
        raise SettingsError(f"the embedder {name!r} needs its endpoint: set IBID_EMBEDDER_BASE_URL")
    from core.local.openai_compatible import (  # noqa: PLC0415 - imports httpx
        Endpoint,
        OpenAiCompatibleEmbedder,
    )

    return await OpenAiCompatibleEmbedder.connect(
        Endpoint(base_url=options.base_url, model=model, api_key=options.api_key)
    )
