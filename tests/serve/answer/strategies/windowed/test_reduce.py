from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from core.chat import Finish
from core.errors import UnavailableError
from core.types import TokenCount
from serve.answer.events import Tell
from serve.answer.finding import Note
from serve.answer.routing.planned import FREE, Planned, retrieval_route
from serve.answer.strategies.strategy import Limits, Turn
from serve.answer.strategies.windowed.asker import Asker
from serve.answer.strategies.windowed.reduce import Reduced, Reducing, grouped, tokens_of
from serve.answer.watch import Watch
from tests.doubles.assignments import asked
from tests.doubles.clock import in_good_time
from tests.doubles.replying_writer import ReplyingWriter
from tests.doubles.scripted_writer import ScriptedWriter, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.chat import Prompt, Written

NOTES = [Note(text=f"Entry {n} was counted in the year {1600 + n}.", cited=(n,)) for n in range(9)]
ROOM = tokens_of(NOTES[:3])


async def reduced(writer: ScriptedWriter, notes: Sequence[Note], *, room: int = ROOM) -> Reduced:
    question = asked("What was counted?")
    turn = Turn(
        question=question,
        text=question.text,
        planned=Planned(route=retrieval_route(""), estimate=FREE, count=TokenCount()),
        limits=Limits(top_k=1, max_tokens=1, deadline=in_good_time()),
        tell=Tell(),
        watch=Watch(),
    )
    reducing = Reducing(turn=turn, asker=Asker(writer, question), deadline=in_good_time())
    return await reducing.reduced(notes, room=room)


@given(st.lists(st.integers(0, 8)), st.integers(1, 200))
def test_groups_are_all_notes_in_order_and_fit_or_are_one(places: list[int], room: int) -> None:
    notes = [NOTES[place] for place in places]
    groups = grouped(notes, room=room)
    assert [note for group in groups for note in group] == notes
    assert all(group and (tokens_of(group) <= room or len(group) == 1) for group in groups)


async def test_notes_that_fit_are_left_alone() -> None:
    writer = ScriptedWriter()
    found = await reduced(writer, NOTES[:3])
    assert (found.notes, found.steps, writer.prompts) == (NOTES[:3], (), [])


def lines_of(prompt: Prompt) -> list[str]:
    return re.findall(r"^- (.*)$", prompt.messages[-1].text, re.MULTILINE)


def joined(prompt: Prompt) -> str:
    """Say one note that has the markers of all that are in the prompt."""
    return "Counted " + "".join(re.findall(r"\[E\d+\]", prompt.messages[-1].text)) + "."


async def test_groups_are_made_shorter_and_keep_their_markers() -> None:
    writer = ReplyingWriter(joined)
    found = await reduced(writer, NOTES, room=tokens_of(NOTES[:4]))
    assert {number for note in found.notes for number in note.cited} == set(range(9))
    assert {step.kind for step in found.steps} == {"reduce"}
    assert found.whole
    asked_about = [line for prompt in writer.prompts[:3] for line in lines_of(prompt)]
    assert "Entry 3 was counted in the year 1603. [E3]" in asked_about


async def test_notes_are_made_shorter_until_they_fit() -> None:
    writer = ReplyingWriter(lambda prompt: "\n".join(lines_of(prompt)[:-1]))
    found = await reduced(writer, NOTES)
    assert tokens_of(found.notes) <= ROOM
    assert len(writer.prompts) > len(grouped(NOTES, room=ROOM))


async def test_note_that_names_an_excerpt_of_another_group_is_dropped() -> None:
    writer = ReplyingWriter(lambda prompt: f"{lines_of(prompt)[0]}\nOf another one [E99].")
    found = await reduced(writer, NOTES)
    assert list(found.notes) == [NOTES[0], NOTES[3], NOTES[6]]


async def test_notes_that_nobody_makes_shorter_are_cut_and_that_is_told() -> None:
    down = UnavailableError("503", model="x/1")
    found = await reduced(ReplyingWriter(lambda _: down), NOTES)
    assert found.notes == NOTES[:3]
    assert not found.whole
    assert {each.model for each in found.fallbacks} == {"x/1"}


async def test_group_whose_notes_lost_their_markers_stays_as_it_was() -> None:
    def first_loses(prompt: Prompt) -> str:
        lines = lines_of(prompt)
        return "All was counted." if "[E0]" in lines[0] else lines[0]

    found = await reduced(ReplyingWriter(first_loses), NOTES, room=tokens_of(NOTES[:5]))
    assert list(found.notes) == NOTES[:5]
    assert not found.whole


async def test_group_that_broke_off_makes_the_answer_incomplete() -> None:
    def cut(prompt: Prompt) -> Written:
        return written(f"{lines_of(prompt)[0]}\nTwo [E", Finish.LENGTH)

    found = await reduced(ReplyingWriter(cut), NOTES)
    assert list(found.notes) == [NOTES[0], NOTES[3], NOTES[6]]
    assert not found.whole
