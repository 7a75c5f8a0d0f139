"""An embedding model of the stand-in: what it is called, was asked, and answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from core.catalog.card import ModelCard
from core.catalog.load import load_catalog
from tests.doubles.nim.log import Asked
from tests.doubles.nim.standin import NimStandin
from tests.doubles.nim.words import vector

MODEL = "nvidia/llama-nemotron-embed-vl-1b-v2"
DIMENSIONS = 2048
KEY = "nvapi-a-secret"


def card_of(nim: NimStandin, name: str = MODEL) -> ModelCard:
    return load_catalog(base_url=nim.url).card(name)


def texts_of(asked: Asked) -> list[str]:
    return list(cast("list[str]", asked.body["input"]))


def batches_of(nim: NimStandin) -> list[list[str]]:
    """Return what it was asked to embed, each request's texts, in alphabetical order."""
    return sorted(texts_of(asked) for asked in nim.log.to("/embeddings"))


def are_of(
    vectors: Sequence[NDArray[np.float32]], texts: Sequence[str], *, kind: str = "passage"
) -> bool:
    """Tell whether `vectors` are what the model makes of `texts`, in order."""
    expected = np.stack([vector(text, DIMENSIONS, mark=kind) for text in texts])
    return np.allclose(np.stack(vectors), expected, atol=1e-6)
