from __future__ import annotations

import pytest

from core.chat import Completion, Finish
from serve.answer.finding import Note
from serve.answer.marker import Marker
from serve.answer.strategies.windowed.notes import merged, noting

MARKER = Marker(label="E")


def said(text: str, finish: Finish = Finish.STOP) -> Completion:
    return Completion(text=text, finish=finish, model="x/1")


def notes_of(text: str, numbers: range = range(1, 9)) -> list[tuple[str, tuple[int, ...]]]:
    found = noting(said(text), marker=MARKER, numbers=numbers)
    return [(note.text, note.cited) for note in found.notes]


def test_each_line_is_a_note_with_all_of_its_markers() -> None:
    assert notes_of("- It is old. It leans [E2].\n- It has 294 steps [E3][E5].") == [
        ("It is old. It leans.", (2,)),
        ("It has 294 steps.", (3, 5)),
    ]


@pytest.mark.parametrize("text", ["It is old.", "It is old [E9].", "It is old [12]."])
def test_line_without_a_known_marker_is_no_note_and_leaves_the_part_unread(text: str) -> None:
    found = noting(said(text), marker=MARKER, numbers=range(1, 9))
    assert (found.notes, found.whole) == ((), False)


@pytest.mark.parametrize("text", ["NO ANSWER", "NO ANSWER.", "The excerpts do not mention it."])
def test_part_that_has_nothing_is_read_whole(text: str) -> None:
    found = noting(said(text), marker=MARKER, numbers=range(1, 9))
    assert (found.notes, found.whole) == ((), True)


def test_refusal_with_a_marker_is_no_note() -> None:
    assert notes_of("NO ANSWER [E1]") == []


def test_notes_that_were_cut_say_so_and_end_with_a_whole_one() -> None:
    cut = said("It is old [E1].\nIt has 294 st", Finish.LENGTH)
    found = noting(cut, marker=MARKER, numbers=range(1, 9))
    assert found.notes == (Note(text="It is old.", cited=(1,)),)
    assert not found.whole


def test_note_that_two_windows_made_is_one() -> None:
    notes = [Note(text="It is old.", cited=(1,)), Note(text="It leans.", cited=(1,))]
    assert merged([*notes, notes[0]]) == notes
