"""The embedder that a setting, or the record of a collection, names."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import SettingsError
from core.local.embedder import MODEL, MiniLmEmbedder
from core.local.precision import Precision

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import SecretStr

    from core.local.fastembed import FastEmbedEmbedder
    from core.local.openai_compatible import Endpoint, OpenAiCompatibleEmbedder

    AnyEmbedder = MiniLmEmbedder | FastEmbedEmbedder | OpenAiCompatibleEmbedder

LOCAL = {
    MODEL: Precision.INT8,
    f"{MODEL}-{Precision.INT8}": Precision.INT8,
    f"{MODEL}-{Precision.FP32}": Precision.FP32,
}
ALLOWED = f"allowed are 'auto', {MODEL!r}, 'nim:MODEL', 'fastembed:MODEL' and 'openai:MODEL'"


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

    The loop goes on meanwhile: a model is imported, built and loaded for up to seconds.

    Raises:
        SettingsError: no embedder is called so, or its endpoint is not set.
        EmbedderError: it cannot be opened.
    """
    name = recorded_name(choice)
    kind, _, model = name.partition(":")
    if kind == "openai":
        return await _connect(model, options)
    return await asyncio.to_thread(_load, name, options)


def _load(name: str, options: EmbedderOptions) -> MiniLmEmbedder | FastEmbedEmbedder:
    if name in LOCAL:
        return MiniLmEmbedder(options.data_dir, precision=LOCAL[name], workers=options.workers)
    from core.local.fastembed import FastEmbedEmbedder  # noqa: PLC0415 - seldom used

    model = name.partition(":")[2]
    return FastEmbedEmbedder(model, options.data_dir, threads=options.workers)


async def _connect(model: str, options: EmbedderOptions) -> OpenAiCompatibleEmbedder:
    if not options.base_url:
        raise SettingsError(
            f"the embedder 'openai:{model}' needs its endpoint: set IBID_EMBEDDER_BASE_URL"
        )
    endpoint = await asyncio.to_thread(_endpoint, model, options)
    from core.local.openai_compatible import OpenAiCompatibleEmbedder  # noqa: PLC0415

    return await OpenAiCompatibleEmbedder.connect(endpoint)


def _endpoint(model: str, options: EmbedderOptions) -> Endpoint:
    from core.local.openai_compatible import Endpoint  # noqa: PLC0415 - imports httpx

    return Endpoint(base_url=options.base_url, model=model, api_key=options.api_key)
