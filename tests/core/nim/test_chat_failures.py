"""What becomes of a question when the wire or the service fails: one test for each known way."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from core.chat import Message, Prompt, Role
from core.errors import (
    ContextOverflowError,
    CreditsError,
    DeadlineError,
    KeyRefusedError,
    ModelGoneError,
    ProviderError,
    RequestRefusedError,
)
from core.nim.asking import LARGE_BYTES
from tests.doubles.nim.broken import (
    Stall,
)
from tests.doubles.nim.conditions import TRANSIENT, Conditions
from tests.doubles.nim.faults import (
    Accepted,
    BodyTooLarge,
    ContextOverflow,
    CreditsExpired,
    Degraded,
    Forbidden,
    Gone,
    ImmutableParameter,
    InferenceError,
    NotEntitled,
    OpaqueBadRequest,
    PageNotFound,
    TooManyRequests,
    Unauthorized,
    Unprocessable,
    UnsupportedParameter,
    WorkerLimit,
)
from tests.doubles.nim.model import Kind
from tests.doubles.nim.refusals import Overflow, Strictness
from tests.doubles.nim.script import Fault, Spoil
from tests.doubles.nim.wire import Cut, Reply, Step, Wait
from tests.doubles.nim_chat import ANSWER, KEY, ChatAtStandin, chat_at_standin, question

MODEL = "openai/gpt-oss-20b"
RENAMED = "z-ai/glm-5.1"
SUCCESSOR = "z-ai/glm-5.2"

PASSING: tuple[Fault, ...] = (
    *(each for each in TRANSIENT[Kind.CHAT] if not isinstance(each, Accepted)),
    Accepted(with_id=False),
    TooManyRequests(detail="publish failed"),
    WorkerLimit(status=400),
    Degraded(status=400),
)


@pytest.fixture
async def at() -> AsyncIterator[ChatAtStandin]:
    async with chat_at_standin() as running:
        yield running


@pytest.mark.parametrize("fault", PASSING, ids=repr)
async def test_what_passes_is_asked_again_and_answered_whole(
    at: ChatAtStandin, fault: Fault
) -> None:
    at.nim.script(MODEL, fault)
    completion = await at.ask(MODEL, question())
    assert completion.text == ANSWER
    assert len(at.nim.log) == 2


@pytest.mark.parametrize("fault", PASSING, ids=repr)
async def test_what_does_not_pass_is_an_error_and_never_an_answer(
    at: ChatAtStandin, fault: Fault
) -> None:
    at.nim.always(MODEL, fault)
    with pytest.raises(ProviderError):
        await at.ask(MODEL, question())
    assert len(at.nim.log) <= 5


async def test_a_long_prompt_is_sent_again_once_only(at: ChatAtStandin) -> None:
    at.nim.always(MODEL, InferenceError())
    with pytest.raises(ProviderError):
        await at.ask(MODEL, _long())
    assert len(at.nim.log) == 2


async def test_retry_after_is_waited_for(at: ChatAtStandin) -> None:
    at.nim.script(MODEL, TooManyRequests(retry_after="30"))
    await at.ask(MODEL, question())
    refused, answered = at.nim.log
    assert answered.at - refused.at >= 30


@pytest.mark.parametrize("after", [None, 3], ids=["before anything", "in the middle"])
async def test_nothing_goes_on_beyond_the_deadline(at: ChatAtStandin, after: int | None) -> None:
    at.nim.always(MODEL, Stall(after=after))
    with pytest.raises(DeadlineError):
        await at.ask(MODEL, question(), within_s=20)


@dataclass(frozen=True, slots=True)
class _AfterFinish(Spoil):
    """Spoils what follows the chunk with the finish_reason: the usage and `[DONE]`."""

    step: Step

    def spoil(self, reply: Reply) -> Reply:
        return replace(reply, steps=(*reply.steps[:-2], self.step))


@pytest.mark.parametrize("step", [Cut(), Cut(reset=True), Wait(1e6)], ids=["cut", "reset", "stall"])
async def test_what_breaks_behind_the_finish_spoils_nothing(at: ChatAtStandin, step: Step) -> None:
    at.nim.script(MODEL, _AfterFinish(step))
    completion = await at.ask(MODEL, question())
    assert (completion.text, completion.usage) == (ANSWER, None)
    assert len(at.nim.log) == 1


@pytest.mark.parametrize("shape", [shape for shape in Overflow if shape is not Overflow.OPAQUE])
async def test_an_overflow_is_told_and_the_window_learned(
    at: ChatAtStandin, shape: Overflow
) -> None:
    at.nim.script(MODEL, ContextOverflow(shape, limit=4096))
    with pytest.raises(ContextOverflowError) as caught:
        await at.ask(MODEL, question())
    assert caught.value.limit == 4096
    assert at.health.window(at.card(MODEL)) == 4096
    assert len(at.nim.log) == 1


async def test_an_opaque_400_to_a_long_prompt_may_be_an_overflow(at: ChatAtStandin) -> None:
    at.nim.script(MODEL, OpaqueBadRequest())
    before = at.health.window(at.card(MODEL))
    with pytest.raises(ContextOverflowError):
        await at.ask(MODEL, _long())
    assert at.health.window(at.card(MODEL)) < before


@pytest.mark.parametrize("fault", [OpaqueBadRequest(), BodyTooLarge()])
async def test_a_refused_request_is_not_sent_again(at: ChatAtStandin, fault: Fault) -> None:
    at.nim.script(MODEL, fault)
    with pytest.raises(RequestRefusedError):
        await at.ask(MODEL, question())
    assert len(at.nim.log) == 1


@pytest.mark.parametrize("fault", [Unauthorized(), Forbidden()])
async def test_a_refused_key_stops_at_once_and_is_not_shown(
    at: ChatAtStandin, fault: Fault
) -> None:
    at.nim.always(MODEL, fault)
    with pytest.raises(KeyRefusedError, match="check the key") as caught:
        await at.ask(MODEL, question())
    assert len(at.nim.log) == 1
    assert KEY not in f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"


async def test_without_credits_no_model_is_asked_any_more(at: ChatAtStandin) -> None:
    at.nim.script(MODEL, CreditsExpired())
    with pytest.raises(CreditsError, match="credits"):
        await at.ask(MODEL, question())
    with pytest.raises(CreditsError):
        await at.ask(SUCCESSOR, question())
    assert len(at.nim.log) == 1


@pytest.mark.parametrize("fault", [Gone(), NotEntitled(), PageNotFound()])
async def test_a_model_that_is_gone_is_replaced_and_not_asked_again(
    at: ChatAtStandin, fault: Fault
) -> None:
    at.nim.always(RENAMED, fault)
    first, second = [await at.ask(RENAMED, question()) for _ in range(2)]
    assert (first.text, first.model, second.model) == (ANSWER, SUCCESSOR, SUCCESSOR)
    assert [asked.model for asked in at.nim.log] == [RENAMED, SUCCESSOR, SUCCESSOR]


async def test_a_retirement_outlives_the_process(at: ChatAtStandin) -> None:
    await at.ask(RENAMED, question())
    async with chat_at_standin(records=at.records) as restarted:
        card = restarted.card(RENAMED)
        endpoint = replace(card.endpoint, base_url=at.card(RENAMED).endpoint.base_url)
        await restarted.health.refresh()
        assert restarted.health.live_ids(replace(card, endpoint=endpoint)) == (SUCCESSOR,)


async def test_a_model_without_a_live_id_is_gone(at: ChatAtStandin) -> None:
    at.nim.always("*", Gone())
    with pytest.raises(ModelGoneError, match="end of life"):
        await at.ask(RENAMED, question())


@pytest.mark.parametrize(
    "fault",
    [
        UnsupportedParameter(("reasoning_effort",)),
        UnsupportedParameter(("reasoning_effort",), Strictness.URN),
        Unprocessable("reasoning_effort"),
    ],
    ids=["400", "422 as a problem", "422 as details"],
)
async def test_an_unknown_parameter_is_left_out_from_then_on(
    at: ChatAtStandin, fault: Fault
) -> None:
    at.nim.script(MODEL, fault)
    for _ in range(2):
        assert (await at.ask(MODEL, question())).text == ANSWER
    sent = ["reasoning_effort" in asked.body for asked in at.nim.log]
    assert sent == [True, False, False]


async def test_a_frozen_parameter_is_left_out(at: ChatAtStandin) -> None:
    at.nim.script(MODEL, ImmutableParameter("temperature", value=1.0, got=0.1))
    prompt = replace(question(), temperature=0.1)
    assert (await at.ask(MODEL, prompt)).text == ANSWER
    assert ["temperature" in asked.body for asked in at.nim.log] == [True, False]


async def test_a_template_that_is_not_taken_is_left_out(at: ChatAtStandin) -> None:
    at.nim.script(SUCCESSOR, UnsupportedParameter(("chat_template_kwargs",), Strictness.MISTRAL))
    assert (await at.ask(SUCCESSOR, question())).text == ANSWER
    assert ["chat_template_kwargs" in asked.body for asked in at.nim.log] == [True, False]


async def test_a_parameter_that_is_refused_though_it_was_not_sent_is_an_error(
    at: ChatAtStandin,
) -> None:
    at.nim.always(MODEL, UnsupportedParameter(("reasoning_budget",)))
    with pytest.raises(ProviderError, match="reasoning_budget"):
        await at.ask(MODEL, question())
    assert len(at.nim.log) == 2


async def test_an_accepted_request_is_polled_for(at: ChatAtStandin) -> None:
    at.nim.script(MODEL, Accepted(polls=2))
    assert (await at.ask(MODEL, question())).text == ANSWER
    assert at.nim.log.statuses == [202, 202, 202, 200]


async def test_of_many_questions_under_random_faults_none_is_answered_wrongly() -> None:
    conditions = Conditions(faults=0.2, seed=7)
    async with chat_at_standin(conditions) as at:
        right = 0
        for number in range(60):
            prompt = question(evidence=f"The tower stands in town {number}.")
            try:
                completion = await at.ask(MODEL, prompt, within_s=2000)
            except ProviderError:
                continue
            assert completion.text == f"The tower stands in town {number} [1]."
            right += 1
    assert right >= 57


def _long() -> Prompt:
    text = "[1] The tower stands in Paris. " + "word " * (LARGE_BYTES // 5)
    return Prompt(messages=(Message(role=Role.USER, text=text),), max_tokens=50)
