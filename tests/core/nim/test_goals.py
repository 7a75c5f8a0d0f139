"""What `bench/nim.py` measures at length: that faults and limits lose no work and spoil none."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import numpy as np
import pytest

from core.catalog.catalog import ModelRole
from core.limits.limiter import Rates
from core.nim.batches import Bounds
from core.nim.chat import NimChat
from core.nim.connections import Timeouts
from core.nim.embeddings import NimEmbedder
from core.nim.writer import NimWriter
from tests.doubles.nim.conditions import Conditions
from tests.doubles.nim.faults import TooManyRequests
from tests.doubles.nim.model import Kind
from tests.doubles.nim.words import vector
from tests.doubles.nim_load import Load, Outcome, Tally, ask_all, prompts
from tests.doubles.nim_upstream import WayToStandin, way_to_standin

PASSAGES = [f"Tower {n} stands in town {n}. It is {n + 30} metres high." for n in range(600)]
TIMEOUTS = Timeouts(turn_s=12, first_event_s=48, between_events_s=30)
HOSTED = Rates()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    way: WayToStandin
    writer: NimWriter

    async def tally(self, count: int, *, at_once: int, timeout_s: float = 120) -> Tally:
        load = Load(clock=self.way.clock, at_once=at_once, timeout_s=timeout_s)
        return Tally.of(await ask_all(self.writer, prompts(PASSAGES, count), load))


@asynccontextmanager
async def _asking(conditions: Conditions) -> AsyncGenerator[Asking]:
    async with way_to_standin(conditions, rates=HOSTED) as way:
        chat = NimChat(way.upstream, clock=way.clock, timeouts=TIMEOUTS)
        yield Asking(way=way, writer=NimWriter(way.catalog, chat, way.health))
        await chat.close()


async def test_with_one_request_in_five_failing_every_question_is_answered_whole() -> None:
    async with _asking(Conditions(faults=0.2, seed=1)) as asking:
        tally = await asking.tally(60, at_once=8)
        assert (tally.answered, tally.wrong, tally.hung) == (60, 0, 0), tally.errors
        assert len({asked.fault for asked in asking.way.nim.log if asked.fault}) >= 5


async def test_with_every_request_failing_nothing_is_taken_for_an_answer_and_all_ends() -> None:
    async with _asking(Conditions(faults=1.0, seed=2)) as asking:
        tally = await asking.tally(40, at_once=40, timeout_s=70)
        assert (tally.wrong, tally.hung) == (0, 0)
        assert tally.errors.total() == 40 - tally.answered
        assert len({asked.fault for asked in asking.way.nim.log if asked.fault}) >= 5


async def test_an_answer_that_is_not_all_that_was_meant_counts_as_wrong() -> None:
    async with _asking(Conditions()) as asking:
        load = Load(clock=asking.way.clock)
        [outcome] = await ask_all(asking.writer, prompts(PASSAGES, 1), load)
    assert outcome.completion
    assert not outcome.wrong
    cut = replace(outcome.completion, text=outcome.completion.text[:-1])
    assert replace(outcome, completion=cut).wrong
    assert not Outcome(prompt=outcome.prompt).wrong


@pytest.mark.parametrize(("faults", "texts"), [(0.0, 5), (0.1, 12)], ids=["quiet", "429s"])
async def test_chunks_for_a_limited_endpoint_all_get_their_vectors(
    faults: float, texts: int
) -> None:
    refusals = {Kind.EMBEDDING: (TooManyRequests(), TooManyRequests(retry_after="5"))}
    conditions = Conditions(requests_per_minute=40, faults=faults, seed=3, pool=refusals)
    chunks = PASSAGES[:300]
    async with way_to_standin(conditions, rates=HOSTED) as way:
        card = way.catalog.role(ModelRole.EMBED)[0]
        embedder = NimEmbedder(card, way.upstream, clock=way.clock, bounds=Bounds(texts=texts))
        vectors = np.stack(await embedder.embed_passages(chunks))
        await embedder.close()
        log = way.nim.log.requests
    meant = [vector(text, embedder.dimensions, mark="passage") for text in chunks]
    assert np.allclose(vectors, np.stack(meant), atol=1e-6)
    assert not [asked for asked in log if asked.status == 429 and not asked.fault]
    assert any(asked.fault for asked in log) == bool(faults)
