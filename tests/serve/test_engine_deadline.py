"""A question has one time for all that models are asked on the way to its answer."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from core.answers import AbstainReason
from core.errors import DeadlineError
from serve.problems import problem_of
from tests.doubles.engine_at_standin import EngineAtStandin, engine_at_standin
from tests.doubles.nim.broken import Stall
from tests.doubles.nim.faults import PageNotFound

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

EMBED = "nvidia/llama-nemotron-embed-vl-1b-v2"
RERANK = "nvidia/llama-nemotron-rerank-vl-1b-v2"
QUESTION = "How many steps has the leaning tower of Pisa?"
TOWER = "The leaning tower of Pisa is 56 m high. It has 294 steps. Work on it began in 1173."
HANGS = Stall(after=None)
TIMEOUT_S = 20


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NVIDIA_API_KEY", "nvapi-a-secret")


@asynccontextmanager
async def _ingested(
    data_dir: Path, model: str = "auto", timeout_s: float = TIMEOUT_S
) -> AsyncGenerator[EngineAtStandin]:
    opened = engine_at_standin(data_dir, model=model, embedder=f"nim:{EMBED}", timeout_s=timeout_s)
    async with opened as at:
        await at.ingest(("Tower", TOWER))
        yield at


async def test_embedding_the_question_has_no_longer_than_the_question(data_dir: Path) -> None:
    async with _ingested(data_dir) as at:
        at.nim.always(EMBED, HANGS)
        for ask in (at.ask, at.search):
            with pytest.raises(
                DeadlineError, match=f"{EMBED}.* did not embed the question"
            ) as late:
                await ask(QUESTION)
            assert problem_of(late.value).status == 504
        assert not at.nim.log.to("/ranking")


async def test_what_is_not_reranked_in_time_is_answered_from_all_the_same(data_dir: Path) -> None:
    async with _ingested(data_dir, timeout_s=240) as at:
        at.nim.always(RERANK, HANGS)
        found = await at.search(QUESTION)
        answer = await at.ask(QUESTION)
    assert [each.title for each in found.passages] == ["Tower"]
    assert [each.model for each in found.fallbacks] == [RERANK]
    assert answer.abstained is None
    assert [each.model for each in answer.route.fallbacks] == [RERANK]


async def test_writing_has_what_the_others_left(data_dir: Path) -> None:
    async with _ingested(data_dir, timeout_s=400) as at:
        at.nim.script(EMBED, Stall(after=None, seconds=8))
        at.always(PageNotFound())
        answer = await at.ask(QUESTION)
        asked = at.nim.log.to("/chat/completions")[0]
    assert answer.abstained
    assert answer.abstained.reason is AbstainReason.MODEL_UNAVAILABLE
    assert int(asked.headers["nvcf-poll-seconds"]) <= 400 - 8  # what it has is what it says


async def test_sentences_that_are_quoted_are_embedded_in_the_time_of_the_question(
    data_dir: Path,
) -> None:
    async with _ingested(data_dir, model="extractive", timeout_s=120) as at:
        await at.search(QUESTION)  # keeps its vector
        at.nim.always(EMBED, HANGS)
        with pytest.raises(DeadlineError, match="did not embed the sentences"):
            await at.ask(QUESTION)
