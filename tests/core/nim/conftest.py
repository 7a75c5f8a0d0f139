"""A stand-in without policy in front of it, for what is asked of it in a single attempt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.clock import SystemClock
from core.nim.batches import Bounds
from core.nim.embeddings import NimEmbedder
from core.nim.vector_cache import VectorCache
from tests.doubles.direct_upstream import DirectUpstream
from tests.doubles.embeddings import KEY, card_of
from tests.doubles.nim.standin import NimStandin


@pytest.fixture
def nim() -> Iterator[NimStandin]:
    with NimStandin() as running:
        yield running


@pytest.fixture
def upstream() -> DirectUpstream:
    return DirectUpstream(api_key=SecretStr(KEY))


@pytest.fixture
def embedder(nim: NimStandin, upstream: DirectUpstream) -> NimEmbedder:
    return NimEmbedder(card_of(nim), upstream, clock=SystemClock(), bounds=Bounds(texts=4))


@pytest.fixture
def kept(data_dir: Path) -> Iterator[VectorCache]:
    opened = VectorCache(data_dir / "vectors.sqlite")
    yield opened
    opened.close()
