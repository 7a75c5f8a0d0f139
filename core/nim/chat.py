"""Chat models on NIM, or on any server that speaks OpenAI's `POST /v1/chat/completions`."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.chat import Delta, Finish, TokenUsage
from core.clock import Deadline
from core.errors import ProviderError, ReplyError, UnavailableError
from core.nim.asking import Asking
from core.nim.attempts import NotAgainError
from core.nim.connections import Call, ChatConnections, Timeouts
from core.nim.pythonic import read_calls
from core.nim.stream import Assembly
from core.nim.structured import Valid, read_answer, with_repair, with_schema
from core.schemas import check_schema

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable

    from core.catalog.card import ModelCard
    from core.chat import Completion, Prompt
    from core.clock import Clock
    from core.nim.attempts import Request
    from core.nim.policy import Upstream
    from core.types import JsonObject


_END = object()
_NOTHING = Delta()


class NimChat:
    """Asks models through `Upstream`, and gives whole answers only."""

    def __init__(
        self, upstream: Upstream, *, clock: Clock, timeouts: Timeouts | None = None
    ) -> None:
        """Open nothing yet; `timeouts` are those of the wire, the deadline bounds them all."""
        self._upstream, self._clock = upstream, clock
        self._timeouts = timeouts or Timeouts()
        self._connections = ChatConnections(clock=clock, timeouts=self._timeouts)

    async def complete(self, card: ModelCard, prompt: Prompt, *, deadline: Deadline) -> Completion:
        """Return what the model of `card` answers; where `prompt` has a schema, it meets it.

        Raises:
            ProviderError: there is no answer, not the whole of one, or not one that meets it.
            RequestError: the schema cannot be used.
        """
        question = _Question(card=card, prompt=prompt, deadline=deadline, show=None)
        return await self._answer(question)

    async def stream(
        self, card: ModelCard, prompt: Prompt, *, deadline: Deadline
    ) -> AsyncGenerator[Delta | Completion]:
        """Yield the answer as it comes, and at the end the completion, which is what holds.

        Once text has been shown, nothing is asked again: what breaks then is raised. Reasoning
        may begin anew. With a schema or tools only the completion is yielded, since what comes is
        no text before it has been read.

        Raises:
            ProviderError: as `complete` does; what was shown by then is not an answer.
            RequestError: the schema cannot be used.
        """
        if prompt.schema is not None or prompt.tools:
            yield await self.complete(card, prompt, deadline=deadline)
            return
        deltas: asyncio.Queue[Delta | None] = asyncio.Queue()
        question = _Question(card=card, prompt=prompt, deadline=deadline, show=deltas.put_nowait)
        answering = asyncio.create_task(self._answer(question))
        answering.add_done_callback(lambda _: deltas.put_nowait(None))
        try:
            while (delta := await deltas.get()) is not None:
                yield delta
            yield await answering
        finally:
            await _stop(answering)

    async def close(self) -> None:
        """Close the connections."""
        await self._connections.close()

    async def _answer(self, question: _Question) -> Completion:
        schema, prompt = question.prompt.schema, question.prompt
        if schema is not None:
            check_schema(schema)
            question = replace(question, prompt=with_schema(prompt, schema))
        completion = await self._whole(question)
        if prompt.tools and not completion.tool_calls:
            completion = _with_calls(completion, prompt)
        if schema is None or completion.tool_calls:
            return completion
        return await self._valid(completion, question, schema)

    async def _valid(
        self, first: Completion, question: _Question, schema: JsonObject
    ) -> Completion:
        """Return an answer that meets `schema`: the first, or the one it is mended to."""
        reading = read_answer(first.text, schema)
        if isinstance(reading, Valid):
            return replace(first, data=reading.data)
        if not first.text.strip():
            raise ReplyError("its answer was filtered", model=first.model)
        prompt = with_repair(question.prompt, first.text, reading.problems)
        question = replace(question, prompt=replace(prompt, thinking_tokens=0))
        second = _after(first, await self._whole(question))
        reading = read_answer(second.text, schema)
        if isinstance(reading, Valid):
            return replace(second, data=reading.data)
        raise ReplyError(
            f"its answer does not meet the schema, nor does the one it was mended to: "
            f"{reading.problems[0]}",
            model=second.model,
        )

    async def _whole(self, question: _Question) -> Completion:
        """Return an answer that was not cut before it began; there is more room the second time."""
        asking = Asking.of(question.card, question.prompt)
        completion = await self._ask(asking, question)
        if not _unusable(completion, question.prompt.schema):
            return completion
        roomier = asking.roomier(completion.usage)
        if roomier is not None:
            second = _after(completion, await self._ask(roomier, question))
            if not _unusable(second, question.prompt.schema):
                return second
        raise ReplyError(
            f"{(roomier or asking).max_tokens} tokens were not enough for the whole of an answer; "
            f"allow more, or no reasoning",
            model=completion.model,
        )

    async def _ask(self, asking: Asking, question: _Question) -> Completion:
        async def attempt(request: Request) -> Completion:
            return await self._attempt(asking, request, question.show)

        return await self._upstream.call(
            question.card,
            attempt,
            deadline=question.deadline,
            turn_s=self._timeouts.turn_s,
            large=asking.large,
        )

    async def _attempt(
        self, asking: Asking, request: Request, show: Callable[[Delta], None] | None
    ) -> Completion:
        """Return what one request gives.

        Raises:
            ProviderError: nothing whole.
            NotAgainError: the same, and some of it has been shown.
        """
        shown = False
        assembly = Assembly(model=request.model_id, thinking=asking.thinking)
        body = asking.body(request.model_id, without=request.without)
        call = Call(url=asking.card.url(request.model_id), body=body, request=request)
        try:
            async with (
                aclosing(self._connections.events(call)) as events,
                aclosing(self._in_time(events, asking, request, assembly)) as timely,
            ):
                async for event in timely:
                    delta = assembly.add(event)
                    if show and delta != _NOTHING:
                        show(delta)
                        shown = shown or bool(delta.text)
            last, completion = assembly.end(), assembly.completion()
        except ProviderError as error:
            if shown:
                raise NotAgainError(error) from error
            raise
        if show and last != _NOTHING:
            show(last)
        return completion

    async def _in_time(
        self,
        events: AsyncIterator[object],
        asking: Asking,
        request: Request,
        assembly: Assembly,
    ) -> AsyncGenerator[object]:
        """Yield `events` while each comes in time; what breaks behind the end does no harm."""
        limits = self._timeouts
        limit_s = limits.first_event_s + asking.reading_s
        while True:
            try:
                async with Deadline.after(limit_s, clock=self._clock).enforced():
                    event = await anext(events, _END)
            except (TimeoutError, UnavailableError) as error:
                if assembly.finished:
                    return
                if isinstance(error, UnavailableError):
                    raise
                reason = f"nothing came for {limit_s:.0f} s"
                raise UnavailableError(reason, model=request.model_id) from error
            if event is _END:
                return
            yield event
            limit_s = limits.after_finish_s if assembly.finished else limits.between_events_s


@dataclass(frozen=True, slots=True, kw_only=True)
class NimModel:
    """One model, as what needs an answer sees it."""

    chat: NimChat
    card: ModelCard

    @property
    def name(self) -> str:
        """The name of its card."""
        return self.card.name

    async def complete(self, prompt: Prompt, *, deadline: Deadline) -> Completion:
        """Return its answer, as `NimChat.complete` does."""
        return await self.chat.complete(self.card, prompt, deadline=deadline)

    def stream(self, prompt: Prompt, *, deadline: Deadline) -> AsyncGenerator[Delta | Completion]:
        """Yield its answer as it comes, as `NimChat.stream` does."""
        return self.chat.stream(self.card, prompt, deadline=deadline)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What is asked of whom, until when, and who is shown what comes."""

    card: ModelCard
    prompt: Prompt
    deadline: Deadline
    show: Callable[[Delta], None] | None


def _unusable(completion: Completion, schema: JsonObject | None) -> bool:
    """Tell whether the limit of tokens cut the answer before there was anything to use."""
    if completion.finish is not Finish.LENGTH or completion.tool_calls:
        return False
    if schema is not None:
        return not isinstance(read_answer(completion.text, schema), Valid)
    return not completion.text.strip()


def _with_calls(completion: Completion, prompt: Prompt) -> Completion:
    """Return `completion` with the calls that the model wrote into its text."""
    calls = read_calls(completion.text, offered={tool.name for tool in prompt.tools})
    if not calls:
        return completion
    return replace(completion, text="", finish=Finish.TOOL_CALLS, tool_calls=calls)


def _after(before: Completion, completion: Completion) -> Completion:
    """Return `completion` with what the one before it took counted too."""
    usage, first = completion.usage, before.usage
    if usage is not None and first is not None:
        usage = TokenUsage(
            prompt_tokens=first.prompt_tokens + usage.prompt_tokens,
            completion_tokens=first.completion_tokens + usage.completion_tokens,
            reasoning_tokens=first.reasoning_tokens + usage.reasoning_tokens,
        )
    return replace(completion, usage=usage or first, calls=before.calls + completion.calls)


async def _stop(task: asyncio.Task[Completion]) -> None:
    """Cancel `task` and wait for its end; what it raised is not wanted any more."""
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
