"""Who answers, over HTTP: the first model of the catalogue that can."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.catalog.card import Price
from core.chat import Finish, Tool, ToolCall
from core.clock import Deadline
from core.errors import (
    ContextOverflowError,
    CoolingError,
    DeadlineError,
    KeyRefusedError,
    ModelGoneError,
    NoModelError,
    NotFoundError,
    ReplyError,
)
from core.nim.writer import NimWriter
from core.tokens import ENOUGH, estimate, exact_counter, measure
from tests.doubles.nim.broken import ALL, Drop, ErrorShape, Garbage, NoFinish, Stall, StreamError
from tests.doubles.nim.faults import HtmlPage, InferenceError, PageNotFound, Unauthorized
from tests.doubles.nim.script import Say
from tests.doubles.nim_chat import ANSWER, ChatAtStandin, chat_at_standin, question

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from core.catalog.card import ModelCard
    from core.chat import Prompt, Written
    from tests.doubles.nim.script import Fault

FIRST, FIRST_SERVED = "deepseek-ai/deepseek-v4-flash", "deepseek-ai/deepseek-v4-flash-0731"
SECOND, SECOND_SERVED = "nvidia/nemotron-3-super-120b", "nvidia/nemotron-3-super-120b-a12b"
OTHERS = ("google/gemma-4-31b-it", "openai/gpt-oss-120b")
BROKEN: dict[str, Fault] = {
    "error in the stream": StreamError(ErrorShape.OBJECT),
    "problem in the stream": StreamError(ErrorShape.PROBLEM),
    "no finish_reason": NoFinish(after=ALL, done=True),
    "half of it": NoFinish(),
    "dropped": Drop(),
    "stalled": Stall(),
    "garbage": Garbage(),
    "a page": HtmlPage(),
    "500": InferenceError(),
}

TEXTS: dict[str, str] = json.loads(
    (Path(__file__).parents[1] / "token_texts.json").read_text(encoding="utf-8")
)
CHINESE, ENGLISH = TEXTS["Chinese prose"], TEXTS["English docs"]
RESERVE = question().max_tokens + 16
"""For the answer, and for what a template puts around the one message."""


def _counts(card: ModelCard, prompt: Prompt) -> tuple[int, int]:
    """The tokens of a prompt: exactly, and as estimated."""
    (message,) = prompt.messages
    exact = exact_counter(card.family)
    assert exact
    return exact(message.text), estimate(measure(message.text), card.family)


@pytest.fixture
async def at() -> AsyncIterator[ChatAtStandin]:
    async with chat_at_standin() as running:
        yield running


async def write(
    at: ChatAtStandin, prompt: Prompt | None = None, *, model: str | None = None, s: float = 1000
) -> Written:
    writer = NimWriter(at.catalog, at.chat, at.health, model=model)
    return await writer.write(prompt or question(), deadline=Deadline.after(s, clock=at.clock))


async def test_short_prompt_goes_to_the_first_model_of_the_smallest_tier(at: ChatAtStandin) -> None:
    written = await write(at)
    assert written.completion.text == ANSWER
    assert (written.model, written.completion.model) == (FIRST, FIRST_SERVED)
    assert (written.tier, written.fallbacks) == ("standard", ())
    assert written.window == at.card(FIRST).effective_window
    assert written.prompt_tokens == 15
    assert written.cost_usd is None


async def test_long_prompt_goes_to_the_tier_that_is_meant_for_it(at: ChatAtStandin) -> None:
    written = await write(at, question(evidence="one word " * 66_000))
    assert (written.tier, written.completion.model) == ("long", "moonshotai/kimi-k2.6")
    assert written.prompt_tokens > 131_071


async def test_reserve_for_the_answer_counts_for_the_tier(at: ChatAtStandin) -> None:
    prompt = replace(question(), max_tokens=131_071)
    assert (await write(at, prompt)).tier == "long"


async def test_next_model_answers_and_it_is_told_why(at: ChatAtStandin) -> None:
    at.nim.always(FIRST_SERVED, PageNotFound())
    written = await write(at)
    assert (written.model, written.tier) == (SECOND, "standard")
    (fallback,) = written.fallbacks
    assert fallback.model == FIRST
    assert "404" in fallback.error


async def test_next_tier_answers_where_a_whole_tier_is_out(at: ChatAtStandin) -> None:
    for model in (FIRST_SERVED, SECOND_SERVED, *OTHERS):
        at.nim.always(model, PageNotFound())
    written = await write(at)
    assert (written.tier, written.model) == ("long", "moonshotai/kimi-k2.5")
    assert [each.model for each in written.fallbacks] == [FIRST, SECOND, *OTHERS]


async def test_model_whose_window_is_too_small_is_not_asked(at: ChatAtStandin) -> None:
    await at.health.overflowed(at.card(FIRST), FIRST, 256)
    written = await write(at, question(evidence="one word " * 200))
    assert written.model == SECOND
    assert "it takes 256" in written.fallbacks[0].error
    assert at.nim.log.of(FIRST) == []


@pytest.mark.parametrize(("spare", "model"), [(0, FIRST), (-1, SECOND)], ids=["fits", "does not"])
async def test_tokenizer_that_is_at_hand_decides_where_the_estimate_is_too_high(
    at: ChatAtStandin, spare: int, model: str
) -> None:
    prompt, card = question(evidence=CHINESE), at.card(FIRST)
    exact, estimated = _counts(card, prompt)
    assert estimated > 1.5 * exact
    await at.health.overflowed(card, FIRST, exact + RESERVE + spare)
    assert (await write(at, prompt)).model == model


async def test_tokenizer_that_is_at_hand_decides_where_other_texts_lowered_the_estimate(
    at: ChatAtStandin,
) -> None:
    prompt, card = question(evidence=ENGLISH), at.card(FIRST)
    exact, estimated = _counts(card, prompt)
    for _ in range(ENOUGH):
        await at.health.counted(card, FIRST, "en", estimated=estimated, counted=estimated // 2)
    await at.health.overflowed(card, FIRST, exact + RESERVE - 1)
    written = await write(at, prompt)
    assert written.model == SECOND
    assert f"need {exact + RESERVE} tokens" in written.fallbacks[0].error


async def test_prompt_that_takes_long_to_count_is_estimated(at: ChatAtStandin) -> None:
    prompt, card = question(evidence=CHINESE * 800), at.card(FIRST)
    exact, estimated = _counts(card, prompt)
    await at.health.overflowed(card, FIRST, exact + RESERVE)
    with pytest.raises(NoModelError, match=f"need {estimated + RESERVE} tokens"):
        await write(at, prompt, model=FIRST)


async def test_when_every_window_is_too_small_nobody_is_asked(at: ChatAtStandin) -> None:
    for card in at.catalog.candidates:
        for model_id in card.ids:
            await at.health.overflowed(card, model_id, 256)
    with pytest.raises(NoModelError) as caught:
        await write(at, question(evidence="one word " * 200))
    assert {type(error) for _, error in caught.value.causes} == {ContextOverflowError}
    assert len(at.nim.log) == 0


async def test_when_no_model_answers_every_reason_is_told(at: ChatAtStandin) -> None:
    at.nim.always("*", PageNotFound())
    at.nim.always(SECOND_SERVED, NoFinish())
    with pytest.raises(NoModelError) as caught:
        await write(at, s=60)
    causes = dict(caught.value.causes)
    named = [card.name for tier in at.catalog.tiers for card in tier.candidates]
    assert list(causes) == list(dict.fromkeys(named))
    assert all(f"{name}: {error.reason}" in str(caught.value) for name, error in causes.items())
    broken = causes.pop(SECOND)
    assert isinstance(broken, ReplyError | CoolingError | DeadlineError)
    assert broken.model == SECOND_SERVED
    assert {type(error) for error in causes.values()} == {ModelGoneError}


async def test_key_that_is_refused_ends_it_and_the_reasons_before_it_are_told(
    at: ChatAtStandin,
) -> None:
    at.nim.always("*", Unauthorized())
    for model in at.card(FIRST).ids:
        at.nim.always(model, PageNotFound())
    with pytest.raises(NoModelError, match="check the key") as caught:
        await write(at)
    assert [(name, type(error)) for name, error in caught.value.causes] == [
        (FIRST, ModelGoneError),
        (SECOND, KeyRefusedError),
    ]


async def test_deadline_ends_it_and_the_reasons_before_it_are_told(at: ChatAtStandin) -> None:
    at.nim.always(FIRST_SERVED, PageNotFound())
    at.nim.always(SECOND_SERVED, Stall(after=None))
    with pytest.raises(NoModelError) as caught:
        await write(at, s=30)
    assert [(name, type(error)) for name, error in caught.value.causes] == [
        (FIRST, ModelGoneError),
        (SECOND, DeadlineError),
    ]


@pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN)
async def test_what_is_not_a_whole_answer_is_none(at: ChatAtStandin, fault: Fault) -> None:
    at.nim.always(FIRST_SERVED, fault)
    written = await write(at)
    assert (written.model, written.completion.text) == (SECOND, ANSWER)
    assert written.completion.finish is Finish.STOP
    assert [each.model for each in written.fallbacks] == [FIRST]


async def test_filtered_answer_of_nothing_is_none(at: ChatAtStandin) -> None:
    at.nim.always(FIRST_SERVED, Say("", finish="content_filter"))
    written = await write(at)
    assert (written.model, written.completion.text) == (SECOND, ANSWER)
    assert "nothing was said (content_filter)" in written.fallbacks[0].error


async def test_answer_that_is_cut_says_so(at: ChatAtStandin) -> None:
    at.nim.always(FIRST_SERVED, Say("It is old [1]. " * 200))
    written = await write(at)
    assert written.completion.finish is Finish.LENGTH
    assert written.completion.text.startswith("It is old [1].")


async def test_one_model_is_asked_alone(at: ChatAtStandin) -> None:
    written = await write(at, model="openai/gpt-oss-20b")
    assert (written.model, written.tier) == ("openai/gpt-oss-20b", "standard")
    at.nim.always("openai/gpt-oss-20b", PageNotFound())
    with pytest.raises(NoModelError) as caught:
        await write(at, model="openai/gpt-oss-20b")
    assert [name for name, _ in caught.value.causes] == ["openai/gpt-oss-20b"]


async def test_model_that_is_not_in_the_catalogue_cannot_be_chosen(at: ChatAtStandin) -> None:
    with pytest.raises(NotFoundError, match="openai/gpt-oss-20b"):
        await write(at, model="openai/gpt-oss-21b")


async def test_what_is_spent_is_told_where_the_price_is_known(at: ChatAtStandin) -> None:
    priced = replace(at.card(FIRST), price=Price(prompt_usd=2.0, completion_usd=10.0))
    tier = replace(at.catalog.tiers[0], candidates=(priced,))
    writer = NimWriter(replace(at.catalog, tiers=(tier,)), at.chat, at.health)
    written = await writer.write(question(), deadline=Deadline.after(1000, clock=at.clock))
    used = written.completion.usage
    assert used
    assert written.cost_usd == pytest.approx(
        (2 * used.prompt_tokens + 10 * used.completion_tokens) / 1e6
    )


async def test_count_of_the_provider_corrects_the_next_estimate(at: ChatAtStandin) -> None:
    prompt = replace(question(evidence="one word " * 1_000), language="de")
    card = at.card(FIRST)
    assert at.health.calibration(card, "de").ratios == ()
    used = (await write(at, prompt)).completion.usage
    assert used
    (ratio,) = at.health.calibration(card, "de").ratios
    estimated = sum(estimate(measure(m.text), card.family) for m in prompt.messages)
    assert ratio == used.prompt_tokens / estimated
    assert at.health.calibration(card, "en").ratios == ()


async def test_correction_decides_whether_a_prompt_fits(at: ChatAtStandin) -> None:
    card, prompt = at.card(FIRST), question(evidence="one word " * 1_000)
    await at.health.overflowed(card, FIRST_SERVED, 2_800)
    assert (await write(at, prompt)).model == FIRST
    await at.health.overflowed(card, FIRST_SERVED, 2_800)
    await at.health.counted(card, FIRST_SERVED, "en", estimated=2_000, counted=3_000)
    assert (await write(at, prompt)).model == SECOND


async def test_short_prompt_corrects_nothing(at: ChatAtStandin) -> None:
    await write(at)
    assert at.health.calibration(at.card(FIRST), "en").ratios == ()


async def test_who_does_not_call_tools_is_passed_over_and_not_asked_again(
    at: ChatAtStandin,
) -> None:
    at.nim.models[FIRST_SERVED] = replace(
        at.nim.models[FIRST_SERVED], takes=at.nim.models[FIRST_SERVED].takes - {"tools"}
    )
    tool = Tool(name="weather", description="The weather.", parameters={"type": "object"})
    prompt = replace(question(), tools=(tool,))
    written = await write(at, prompt)
    assert written.completion.tool_calls == (ToolCall(name="weather", arguments={}),)
    assert written.fallbacks[0].model == FIRST
    asked = len(at.nim.log.of(FIRST_SERVED))
    again = await write(at, prompt)
    assert "does not call tools" in again.fallbacks[0].error
    assert len(at.nim.log.of(FIRST_SERVED)) == asked
    assert (await write(at)).model == FIRST
