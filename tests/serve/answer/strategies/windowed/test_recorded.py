from __future__ import annotations

from dataclasses import replace

from core.records import WindowRecord, read_record
from core.types import Record, RecordKind
from retrieval.pack import Evidence
from serve.answer.finding import Note
from serve.answer.strategies.windowed.recorded import known, note_records, places
from serve.answer.strategies.windowed.windows import Window
from tests.doubles.blocks import HERE, blocks

TWO = ([(100, ""), (200, ""), (300, "")], [(400, "")])
NOTES = (Note(text="It is old.", cited=(2, 4)),)


def recorded(*evidence: Evidence) -> WindowRecord:
    window = Window(evidence=evidence)
    return WindowRecord(
        collection=HERE,
        documents=(),
        asked="asked",
        places=places(window),
        notes=note_records(NOTES, window),
        whole=True,
        model="x/1",
        created_s=1.0,
    )


def test_a_record_names_spans_and_not_numbers() -> None:
    record = recorded(*blocks(*TWO)[1:])
    assert [(place.start, place.end) for place in record.places] == [(400, 2_400), (0, 1_600)]
    before = blocks([(50, "")])
    moved = [
        Evidence(number=each.number + 1, passage=each.passage, tokens=each.tokens)
        for each in blocks(*TWO)
    ]
    (found,) = known([record], [*before, *moved])
    assert found.numbers == {3, 4, 5}
    assert found.notes == (Note(text="It is old.", cited=(3, 5)),)


def test_a_record_of_another_version_does_not_count() -> None:
    record = recorded(*blocks(*TWO))
    assert list(known([record], blocks(*TWO, content=b"2"))) == []


def test_a_record_of_a_reply_that_was_cut_does_not_count() -> None:
    record = replace(recorded(*blocks(*TWO)), whole=False)
    assert list(known([record], blocks(*TWO))) == []


def test_a_record_of_a_document_that_is_not_asked_of_does_not_count() -> None:
    record = recorded(*blocks(*TWO))
    assert list(known([record], blocks(TWO[0]))) == []


def test_a_record_is_read_as_it_was_written() -> None:
    record = recorded(*blocks(*TWO))
    row = record.to_record()
    assert row.kind is RecordKind.WINDOW
    assert read_record(WindowRecord, Record(kind=row.kind, key=row.key, data=row.data)) == record


def test_the_key_is_that_of_what_was_read_and_asked() -> None:
    one, same = recorded(*blocks(*TWO)), recorded(*blocks(*TWO))
    other = recorded(*blocks(*TWO)[1:])
    changed = recorded(*blocks(*TWO, content=b"2"))
    assert one.key == same.key
    assert len({one.key, other.key, changed.key}) == 3
