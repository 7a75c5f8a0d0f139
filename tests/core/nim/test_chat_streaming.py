import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace

import pytest

from core.chat import Completion, Delta, Prompt, Tool
from core.clock import Deadline
from core.errors import DeadlineError, UnavailableError
from tests.doubles.nim.broken import Drop, Stall, StreamError
from tests.doubles.nim.faults import InferenceError
from tests.doubles.nim.log import Ending
from tests.doubles.nim.model import Place
from tests.doubles.nim.script import Fault, Say
from tests.doubles.nim_chat import ANSWER, ChatAtStandin, chat_at_standin, question

GLM = "z-ai/glm-5.2"
SUPER = "nvidia/nemotron-3-super-120b"
SCHEMA = {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]}
WEATHER = Tool(name="weather", description="The weather of a place.", parameters={"type": "object"})


@pytest.fixture
async def at() -> AsyncIterator[ChatAtStandin]:
    async with chat_at_standin() as running:
        yield running


def _stream(
    at: ChatAtStandin, prompt: Prompt, name: str = GLM, *, within_s: float = 1000
) -> AsyncGenerator[Delta | Completion]:
    deadline = Deadline.after(within_s, clock=at.clock)
    return at.chat.stream(at.card(name), prompt, deadline=deadline)


async def _streamed(
    at: ChatAtStandin, prompt: Prompt, name: str = GLM
) -> tuple[list[Delta], list[Completion]]:
    pieces = [piece async for piece in _stream(at, prompt, name)]
    deltas = [piece for piece in pieces if isinstance(piece, Delta)]
    return deltas, [piece for piece in pieces if isinstance(piece, Completion)]


async def test_a_stream_shows_the_answer_piece_by_piece_and_ends_with_the_whole(
    at: ChatAtStandin,
) -> None:
    deltas, [completion] = await _streamed(at, replace(question(), thinking_tokens=50))
    assert len([delta for delta in deltas if delta.text]) > 3
    assert "".join(delta.text for delta in deltas) == completion.text == ANSWER
    assert "".join(delta.reasoning for delta in deltas) == completion.reasoning


async def test_an_end_that_might_have_been_a_tag_is_shown(at: ChatAtStandin) -> None:
    at.nim.script(GLM, Say("Less is written <"))
    deltas, [completion] = await _streamed(at, question())
    assert "".join(delta.text for delta in deltas) == completion.text == "Less is written <"


async def test_text_is_shown_while_the_rest_is_still_to_come(at: ChatAtStandin) -> None:
    at.nim.script(GLM, Stall(after=2, seconds=20))
    async with aclosing(_stream(at, question())) as stream:
        first = await anext(stream)
        assert isinstance(first, Delta)
        assert first.text
        [asked] = at.nim.log
        assert asked.ending is Ending.OPEN
        rest = [piece async for piece in stream]
    assert isinstance(rest[-1], Completion)


async def test_what_breaks_before_any_text_was_shown_is_asked_again(at: ChatAtStandin) -> None:
    at.nim.script(GLM, InferenceError(), Drop(after=0))
    pieces = [piece async for piece in _stream(at, question())]
    assert isinstance(pieces[-1], Completion)
    assert pieces[-1].text == ANSWER
    assert len(at.nim.log) == 3


@pytest.mark.parametrize("fault", [Drop(after=3), Stall(after=3), StreamError()], ids=repr)
async def test_what_breaks_after_text_was_shown_is_raised_and_not_asked_again(
    at: ChatAtStandin, fault: Fault
) -> None:
    at.nim.script(GLM, fault)
    shown = ""

    async def show() -> None:
        nonlocal shown
        async for piece in _stream(at, question()):
            shown += piece.text

    with pytest.raises(UnavailableError):
        await show()
    assert 0 < len(shown) < len(ANSWER)
    assert ANSWER.startswith(shown)
    assert len(at.nim.log) == 1


async def test_a_stream_ends_at_the_deadline(at: ChatAtStandin) -> None:
    at.nim.script(GLM, Stall(after=3))
    with pytest.raises(DeadlineError):
        _ = [piece async for piece in _stream(at, question(), within_s=20)]


@pytest.mark.parametrize("asked", [{"schema": SCHEMA}, {"tools": (WEATHER,)}], ids=list)
async def test_what_must_be_read_first_is_not_shown_in_pieces(
    at: ChatAtStandin, asked: dict[str, object]
) -> None:
    deltas, [completion] = await _streamed(at, replace(question("Kyiv"), **asked), SUPER)
    assert deltas == []
    assert completion.data or completion.tool_calls


async def test_who_stops_reading_ends_the_work(at: ChatAtStandin) -> None:
    at.nim.script(GLM, Stall(after=2))
    async with aclosing(_stream(at, question())) as stream:
        await anext(stream)
    assert await asyncio.to_thread(at.nim.log.wait_until_quiet)
    assert [asked.ending for asked in at.nim.log] == [Ending.CANCELLED]


async def test_text_that_was_reasoning_after_all_is_taken_back(at: ChatAtStandin) -> None:
    at.nim.models[GLM] = replace(at.nim.models[GLM], place=Place.HALF_OPEN)
    at.nim.script(GLM, Say("Yes.", reasoning="Because it stands there."))
    deltas, [completion] = await _streamed(at, question())
    taken_back = [delta.retracts for delta in deltas].index(True)
    assert "".join(delta.text for delta in deltas[:taken_back]).startswith("Because")
    assert "".join(delta.text for delta in deltas[taken_back:]) == completion.text == "Yes."


async def test_reasoning_that_was_asked_for_is_never_shown_as_text(at: ChatAtStandin) -> None:
    at.nim.models[GLM] = replace(at.nim.models[GLM], place=Place.HALF_OPEN)
    at.nim.script(GLM, Say("Yes.", reasoning="Because it stands there."))
    deltas, _ = await _streamed(at, replace(question(), thinking_tokens=100))
    assert "".join(delta.text for delta in deltas) == "Yes."
