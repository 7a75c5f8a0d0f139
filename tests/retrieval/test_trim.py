from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING
from zlib import crc32

from hypothesis import given
from hypothesis import strategies as st

from core.text import words
from core.types import Chunk
from retrieval.trim import cut
from tests.doubles.chunks import chunks, ranked

if TYPE_CHECKING:
    from collections.abc import Callable


def _terms(text: str) -> frozenset[int]:
    return frozenset(crc32(word.encode()) for word in words(text))


def _finder(question: str) -> Callable[[str], frozenset[int]]:
    return lambda text: _terms(question) & _terms(text)


def _taken_apart(_: Chunk) -> bool:
    return False


FILLER = "Nothing here is of use. " * 6


def test_of_lesser_chunks_the_sentences_that_matter_and_their_neighbours_are_kept() -> None:
    best = chunks("Where tea grows: on hills.", source="best")
    lesser = chunks(f"{FILLER}One before. Tea grows on hills. One after. {FILLER}")

    found = cut(
        ranked([*best, *lesser], 2.0, 1.0),
        _finder("where tea grows on hills"),
        whole=_taken_apart,
    )

    assert [each.text for each in found] == [
        "Where tea grows: on hills.",
        "One before. Tea grows on hills. One after.",
    ]


def test_two_sentences_near_each_other_are_one_passage() -> None:
    text = f"{FILLER}Tea is green. Really. Truly. Tea is black. {FILLER}"

    (found,) = cut(ranked(chunks(text), 1.0), _finder("tea is"), whole=_taken_apart)[:1]

    assert "Tea is green. Really. Truly. Tea is black." in found.text


def test_adjacent_chunks_are_merged() -> None:
    one, two, three = chunks("Tea is a plant. ", "It grows where tea likes it. ", "Milk is not. ")

    found = cut(ranked([two, one], 1.0, 0.9), _finder("tea"), whole=_taken_apart)

    assert [each.text for each in found] == ["Tea is a plant. It grows where tea likes it."]
    assert found[0].chunks == [one, two]
    assert three not in found[0].chunks


def test_chunks_that_are_not_adjacent_stay_apart() -> None:
    one, _, three = chunks("Tea is a plant. ", "Milk is not. ", "Tea grows.")
    (other,) = chunks("Tea is drunk.", source="b")

    found = cut(ranked([one, three, other], 3, 2, 1), _finder("tea"), whole=_taken_apart)

    assert {each.text for each in found} == {"Tea is a plant.", "Tea grows.", "Tea is drunk."}
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


def test_a_table_is_not_taken_apart() -> None:
    text = "Year 2022 2021\nSales 5 4\nCosts 3 2\nTaxes 1 1\nOther 9 9\nAll 10 10"

    (found,) = cut(ranked(chunks(text), 1.0), _finder("sales"), whole=lambda _: True)

    assert found.text == text


def test_nothing_found_has_no_passages() -> None:
    assert cut([], _finder(""), whole=_taken_apart) == []
    assert cut(ranked(chunks(" \n "), 1.0), _finder(""), whole=_taken_apart) == []


def test_without_common_words_the_best_chunk_is_kept() -> None:
    found = cut(ranked(chunks("Thé vert."), 1.0), _finder("green tea"), whole=_taken_apart)

    assert [each.text for each in found] == ["Thé vert."]


@given(
    texts=st.lists(st.text(alphabet="ab. \n", min_size=1, max_size=40), min_size=1, max_size=6),
    picked=st.sets(st.integers(0, 5)),
)
def test_a_passage_is_a_slice_of_its_document(texts: list[str], picked: set[int]) -> None:
    document = "".join(texts)
    found = [chunk for place, chunk in enumerate(chunks(*texts)) if place in picked]

    parts = cut(ranked(found, *range(len(found), 0, -1)), _finder("a b"), whole=_taken_apart)

    assert all(part.span.slice(document) == part.text for part in parts)
    spans = sorted(part.span for part in parts)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(part.best.chunk in part.chunks for part in parts)
