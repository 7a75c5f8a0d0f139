from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.catalog.load import load_catalog
from core.errors import (
    ContextOverflowError,
    CoolingError,
    DeadlineError,
    NoRoomError,
    ParameterError,
    ProviderError,
)
from core.nim.keys import Keys
from core.nim.nim import Nim, NimOptions
from core.nim.probe import PATIENCE_S, Probed, Sign, sign_of
from tests.doubles.clock import ScaledClock
from tests.doubles.memory_records import MemoryRecords
from tests.doubles.nim.asking import EMBED, FLASH, GLM, NANO, RERANK
from tests.doubles.nim.broken import Drop, NoFinish, OnlyThought, Stall
from tests.doubles.nim.faults import (
    CreditsExpired,
    Forbidden,
    HtmlPage,
    InferenceError,
    NotEntitled,
    OpaqueBadRequest,
    PageNotFound,
    Respond,
    TooManyRequests,
    Unauthorized,
    UnsupportedParameter,
)
from tests.doubles.nim.script import Fault
from tests.doubles.nim.standin import NimStandin
from tests.doubles.nim_upstream import IMPORTED, KEY, SPEED

assert IMPORTED
BECOMES: dict[str, tuple[Fault, Sign]] = {
    "401": (Unauthorized(), Sign.KEY_REFUSED),
    "402": (CreditsExpired(), Sign.NO_CREDITS),
    "403": (Forbidden(), Sign.KEY_REFUSED),
    "404 of an account": (NotEntitled(), Sign.NOT_ENTITLED),
    "404 of a page": (PageNotFound(), Sign.NOT_FOUND),
    "429": (TooManyRequests(), Sign.RATE_LIMITED),
    "503": (InferenceError(503), Sign.UNAVAILABLE),
    "400": (OpaqueBadRequest(), Sign.REFUSED),
    "a page": (HtmlPage(), Sign.NO_ANSWER),
    "a broken connection": (Drop(after=None), Sign.UNREACHABLE),
    "nothing": (Stall(after=None), Sign.UNREACHABLE),
}
OF_OURS: dict[str, tuple[ProviderError, Sign]] = {
    "no room": (NoRoomError("35 a minute", model="x"), Sign.NOT_ASKED),
    "no time": (DeadlineError("the time is over", model="x"), Sign.UNREACHABLE),
    "let alone": (CoolingError("failed too often", model="x"), Sign.UNREACHABLE),
    "overflow": (ContextOverflowError("too long", model="x"), Sign.REFUSED),
    "parameter": (
        ParameterError("400", model="x", parameters=frozenset({"stop"})),
        Sign.REFUSED,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    nim: NimStandin
    models: Nim

    async def ask(self, *names: str) -> list[Probed]:
        cards = [self.models.catalog.card(name) for name in names]
        return await self.models.prober().ask(cards, tell=lambda _asked, _count: None)

    async def sign(self, name: str) -> Sign:
        """What becomes of the only id, or the last, of a card."""
        return (await self.ask(name))[-1].sign

    def live_ids(self, name: str) -> tuple[str, ...]:
        return self.models.health.live_ids(self.models.catalog.card(name))


@asynccontextmanager
async def world(
    data_dir: Path, *, keys: dict[str, str] | None = None, per_minute: int = 10_000
) -> AsyncGenerator[World]:
    clock = ScaledClock(SPEED)
    with NimStandin(clock=clock) as nim:
        options = NimOptions(
            catalog=load_catalog(base_url=nim.url),
            data_dir=data_dir,
            requests_per_minute=per_minute,
            clock=clock,
            keys=Keys({"NVIDIA_API_KEY": KEY} if keys is None else keys),
        )
        models = Nim(options, MemoryRecords())
        try:
            yield World(nim=nim, models=models)
        finally:
            await models.close()


async def test_each_kind_of_model_is_asked_for_one_token(data_dir: Path) -> None:
    async with world(data_dir) as asking:
        found = await asking.ask("deepseek-ai/deepseek-v4-flash", EMBED, RERANK)
        [chat], [embedding], [ranking] = (asking.nim.log.of(n) for n in (FLASH, EMBED, RERANK))

    assert [each.sign for each in found] == [Sign.RETIRED, Sign.ALIVE, Sign.ALIVE, Sign.ALIVE]
    assert chat.body["max_tokens"] == 1
    assert embedding.body["input"] == ["ibid"]
    assert ranking.body["passages"] == [{"text": "ibid"}]


async def test_every_id_of_the_catalogue_is_asked_once_and_told_of(data_dir: Path) -> None:
    told: list[tuple[int, int]] = []

    def tell(asked: int, count: int) -> None:
        told.append((asked, count))

    async with world(data_dir) as asking:
        cards = asking.models.catalog.candidates
        found = await asking.models.prober().ask(cards, tell=tell)
        asked = [each.model for each in asking.nim.log]

    ids = {model_id for card in cards for model_id in card.ids}
    assert sorted(asked) == sorted(ids), "several cards have the same successors"
    assert told == [(count, len(ids)) for count in range(len(ids) + 1)]
    assert [(each.card.name, each.model_id) for each in found] == [
        (card.name, model_id) for card in cards for model_id in card.ids
    ]
    assert {each.sign for each in found} == {Sign.ALIVE, Sign.RETIRED, Sign.NOT_FOUND}


@pytest.mark.parametrize(("fault", "sign"), BECOMES.values(), ids=BECOMES)
@pytest.mark.parametrize("model", [NANO, EMBED, RERANK])
async def test_what_became_of_it_is_told_by_its_sign(
    data_dir: Path, model: str, fault: Fault, sign: Sign
) -> None:
    async with world(data_dir) as asking:
        asking.nim.always(model, fault)
        first = (await asking.ask(model))[0]
        asked = asking.nim.log.of(model)

    assert first.sign is sign
    assert first.reason
    assert first.latency_s is None
    assert len(asked) == 1, "a probe is not repeated"


@pytest.mark.parametrize(("error", "sign"), OF_OURS.values(), ids=OF_OURS)
def test_what_is_not_the_models_doing_has_a_sign_too(error: ProviderError, sign: Sign) -> None:
    assert sign_of(error) is sign


@pytest.mark.parametrize("fault", [Drop(after=0), NoFinish(after=0), Stall(after=0)])
async def test_a_model_lives_only_if_its_answer_is_whole(data_dir: Path, fault: Fault) -> None:
    async with world(data_dir) as asking:
        asking.nim.script(GLM, fault)
        assert await asking.sign(GLM) in {Sign.NO_ANSWER, Sign.UNREACHABLE}
        assert await asking.sign(GLM) is Sign.ALIVE


async def test_a_model_that_only_thinks_lives(data_dir: Path) -> None:
    async with world(data_dir) as asking:
        asking.nim.script(GLM, OnlyThought())
        assert await asking.sign(GLM) is Sign.ALIVE


async def test_a_parameter_that_is_refused_is_left_out_and_remembered(data_dir: Path) -> None:
    async with world(data_dir) as asking:
        asking.nim.script(GLM, UnsupportedParameter(("stream_options",)))
        sign = await asking.sign(GLM)
        bodies = [asked.body for asked in asking.nim.log]
        refused = asking.models.health.refused(asking.models.catalog.card(GLM), GLM)

    assert sign is Sign.ALIVE
    assert ["stream_options" in body for body in bodies] == [True, False]
    assert refused == {"stream_options"}


async def test_what_refuses_one_parameter_after_the_other_is_given_up(data_dir: Path) -> None:
    async with world(data_dir) as asking:
        asking.nim.always(GLM, UnsupportedParameter(("stream_options",)))
        assert await asking.sign(GLM) is Sign.REFUSED
        assert len(asking.nim.log) == 3


async def test_an_id_that_is_back_is_asked_for_again(data_dir: Path) -> None:
    name = "deepseek-ai/deepseek-v4-flash"
    async with world(data_dir) as asking:
        asking.nim.script(FLASH, PageNotFound())
        await asking.ask(name)
        gone = asking.live_ids(name)
        await asking.ask(name)
        back = asking.live_ids(name)

    assert (gone, back) == ((), (FLASH,))


async def test_without_a_key_nothing_is_sent(data_dir: Path) -> None:
    async with world(data_dir, keys={}) as asking:
        [found] = await asking.ask(GLM)
        assert (found.sign, found.reason) == (Sign.NO_KEY, "NVIDIA_API_KEY is not set")
        assert not asking.nim.log.requests


async def test_a_key_that_was_refused_is_not_sent_again(data_dir: Path) -> None:
    async with world(data_dir) as asking:
        asking.nim.always("*", Unauthorized())
        found = await asking.ask(*(card.name for card in asking.models.catalog.candidates))
        asked = len(asking.nim.log)

    assert {each.sign for each in found} == {Sign.KEY_REFUSED}
    assert asked < 10 < len(found)


async def test_a_key_that_an_endpoint_echoes_is_not_in_the_reason(data_dir: Path) -> None:
    async with world(data_dir) as asking:
        asking.nim.script(GLM, Respond(403, {"detail": f"no such key: {KEY}"}))
        [found] = await asking.ask(GLM)

    assert "no such key" in found.reason
    assert KEY not in found.reason


async def test_more_ids_than_a_minute_bears_are_all_asked(data_dir: Path) -> None:
    async with world(data_dir, per_minute=2) as asking:
        found = await asking.ask(GLM, NANO)
        latest = max(each.latency_s or 0 for each in found)

    assert {each.sign for each in found} == {Sign.ALIVE}
    assert latest < PATIENCE_S, "waiting for the limits is no latency of the model"
