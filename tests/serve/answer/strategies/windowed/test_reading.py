from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from core.chat import Finish
from core.clock import Deadline
from core.errors import ContextOverflowError, UnavailableError
from core.types import TokenCount
from serve.answer.events import Event, Progress, Tell
from serve.answer.marker import Marker
from serve.answer.routing.planned import FREE, Planned, retrieval_route
from serve.answer.strategies.strategy import Limits, Turn
from serve.answer.strategies.windowed.asker import Asker
from serve.answer.strategies.windowed.reading import AT_ONCE, BY_TIME, Read, Reading
from serve.answer.watch import Watch
from tests.doubles.assignments import asked
from tests.doubles.blocks import blocks
from tests.doubles.clock import VirtualClock
from tests.doubles.replying_writer import ReplyingWriter
from tests.doubles.scripted_writer import written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.chat import Hear, Prompt, Wanted, Written
    from core.errors import ProviderError
    from core.ids import CollectionName
    from core.records import WindowRecord

EVIDENCE = blocks(*([(400, ""), (400, "")] for _ in range(12)))
"""Twelve documents, each of which is a window."""
ROOM = 1_000
DOWN = UnavailableError("503", model="x/1")
TOO_LONG = ContextOverflowError("too long", model="x/1")


class Notebook:
    def __init__(self) -> None:
        self.records: dict[str, WindowRecord] = {}

    def now_s(self) -> float:
        return 0.0

    async def noted(self, collection: CollectionName, asked: str) -> Sequence[WindowRecord]:
        return [r for r in self.records.values() if (r.collection, r.asked) == (collection, asked)]

    async def keep(self, record: WindowRecord) -> None:
        self.records[record.key] = record


class House:
    def __init__(self, reply: Callable[[Prompt], str | Written | ProviderError]) -> None:
        self.clock, self.notebook = VirtualClock(), Notebook()
        self.writer = ReplyingWriter(reply)
        self.told: list[Event] = []

    async def read(self, question: str = "How long?", *, model: str = "auto") -> Read:
        deadline = Deadline.after(100, clock=self.clock)
        turn = Turn(
            question=asked(question),
            text=question,
            planned=Planned(route=retrieval_route(""), estimate=FREE, count=TokenCount()),
            limits=Limits(top_k=1, max_tokens=1, deadline=deadline),
            tell=Tell(self.told.append),
            watch=Watch(),
        )
        reading = Reading(
            turn=turn,
            asker=Asker(self.writer, turn.question),
            notebook=self.notebook,
            model=model,
            marker=Marker(label="E"),
            deadline=deadline,
        )
        return await reading.read(EVIDENCE, room=ROOM)


def first_block(prompt: Prompt) -> int:
    found = re.match(r"\[E(\d+)\]", prompt.messages[-1].text)
    assert found
    return int(found[1])


def note(prompt: Prompt) -> str:
    n = first_block(prompt)
    return f"Block {n} says so [E{n}]."


async def test_each_part_is_asked_about_once_and_its_notes_are_in_order() -> None:
    house = House(note)
    read = await house.read()
    assert [item.cited for item in read.notes] == [(n,) for n in range(1, 24, 2)]
    assert sorted(map(first_block, house.writer.prompts)) == list(range(1, 24, 2))
    assert read.whole
    assert read.numbers == {each.number for each in EVIDENCE}


async def test_when_the_time_is_over_no_further_part_is_begun() -> None:
    def slow(prompt: Prompt) -> str:
        house.clock.advance(30)
        return note(prompt)

    house = House(slow)
    read = await house.read()
    assert read.stopped == BY_TIME
    assert len(house.writer.prompts) == len(read.parts) < read.planned == 12
    assert not read.whole
    assert len(house.notebook.records) == len(read.parts)


async def test_part_that_fails_is_tried_again_when_the_others_are_read() -> None:
    failed = list[int]()

    def once(prompt: Prompt) -> str | ProviderError:
        if first_block(prompt) == 5 and not failed:
            failed.append(5)
            return DOWN
        return note(prompt)

    house = House(once)
    read = await house.read()
    assert read.whole
    order = list(map(first_block, house.writer.prompts))
    assert len(order) == 13
    assert 5 in order[-AT_ONCE:]


async def test_part_that_fails_for_good_is_told_and_the_others_count() -> None:
    house = House(lambda prompt: DOWN if first_block(prompt) == 5 else note(prompt))
    read = await house.read()
    assert (len(read.parts), read.planned, read.whole) == (11, 12, False)
    assert [(each.model, each.error) for each in read.fallbacks] == [("x/1", "x/1: 503")]
    assert [(step.model, step.input) for step in read.failed] == [("none", "Document 2 (0–3200)")]
    assert {5, 6}.isdisjoint(read.numbers)
    house.writer = ReplyingWriter(note)
    again = await house.read()
    assert [first_block(prompt) for prompt in house.writer.prompts] == [5]
    assert again.whole
    assert again.notes == [*read.notes[:2], again.notes[2], *read.notes[2:]]


async def test_one_block_that_is_too_long_is_given_up() -> None:
    def none_takes_five(prompt: Prompt) -> str | ProviderError:
        return TOO_LONG if "[E5]" in prompt.messages[-1].text else note(prompt)

    read = await House(none_takes_five).read()
    assert read.numbers == {each.number for each in EVIDENCE} - {5}
    assert (len(read.parts), read.planned) == (12, 13)


async def test_notes_that_were_cut_count_now_and_are_asked_for_again() -> None:
    house = House(lambda prompt: written(f"{note(prompt)}\nAnd that", Finish.LENGTH))
    first = await house.read()
    assert len(first.notes) == 12
    assert not first.whole
    house.writer = ReplyingWriter(note)
    again = await house.read()
    assert len(house.writer.prompts) == 12
    assert again.whole


async def test_a_reply_that_cannot_be_traced_is_not_kept() -> None:
    house = House(lambda prompt: "So it is." if first_block(prompt) == 5 else note(prompt))
    first = await house.read()
    assert not first.whole
    assert len(house.notebook.records) == 11
    house.writer = ReplyingWriter(note)
    again = await house.read()
    assert [first_block(prompt) for prompt in house.writer.prompts] == [5]
    assert again.whole


async def test_the_model_that_read_is_told() -> None:
    house = House(note)
    first = await house.read()
    assert first.reader == (written("").tier, written("").window)
    assert (await house.read()).reader is None


async def test_another_question_or_model_has_other_notes() -> None:
    house = House(note)
    for question, model in (("How long?", "auto"), ("How wide?", "auto"), ("How long?", "x/1")):
        house.writer.prompts.clear()
        await house.read(question, model=model)
        assert len(house.writer.prompts) == 12


async def test_few_parts_are_on_their_way_at_a_time() -> None:
    under_way, most = 0, 0

    class Slow(ReplyingWriter):
        async def write(
            self,
            prompt: Prompt,
            *,
            deadline: Deadline,
            hear: Hear | None = None,
            wanted: Wanted | None = None,
        ) -> Written:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            for _ in range(20):
                await asyncio.sleep(0)
            under_way -= 1
            return await super().write(prompt, deadline=deadline, hear=hear, wanted=wanted)

    house = House(note)
    house.writer = Slow(note)
    await house.read()
    assert 1 < most <= AT_ONCE


async def test_progress_grows_to_all_that_is_to_be_read() -> None:
    house = House(note)
    await house.read()
    told = [event.data for event in house.told if isinstance(event.data, Progress)]
    assert told[0] == Progress(windows_read=0, windows_planned=12, tokens_read=0)
    assert told[-1] == Progress(windows_read=12, windows_planned=12, tokens_read=9_600)
