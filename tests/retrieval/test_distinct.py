from retrieval.distinct import distinct
from tests.doubles.chunks import chunks, ranked

SAYING = "The cat sat on the mat and looked at the moon all night long."


def test_a_passage_that_repeats_another_is_dropped() -> None:
    (one,) = chunks(SAYING, source="a")
    (other,) = chunks(SAYING.upper() + " ", source="b")
    (new,) = chunks("Something else altogether was said about it.", source="c")

    kept = distinct(ranked([one, other, new], 3, 2, 1), limit=3)

    assert [each.chunk for each in kept] == [one, new]


def test_of_copies_in_one_document_the_first_stays_in_the_place_of_the_better() -> None:
    first, between, second = chunks(SAYING, "Between the two.", SAYING)

    kept = distinct(ranked([second, between, first], 3, 2, 1), limit=2)

    assert [(each.chunk, each.score) for each in kept] == [(first, 3), (between, 2)]


def test_no_more_than_asked_for_are_kept() -> None:
    found = ranked(chunks("one two", "three four", "five six"), 3, 2, 1)

    assert distinct(found, limit=1) == found[:1]


def test_short_passages_are_compared_whole() -> None:
    found = ranked(chunks("Yes.", "No.", "Yes."), 3, 2, 1)

    assert [each.chunk.text for each in distinct(found, limit=3)] == ["Yes.", "No."]
