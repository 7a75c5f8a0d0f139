from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from retrieval.pack import shown_title
from serve.answer.routing.reach import around_title, fill, size
from tests.doubles.records import document

SIZES = st.lists(st.integers(0, 3_000), max_size=8)


@given(SIZES, st.integers(0, 9_000))
def test_what_is_read_comes_first_and_fits_with_all_that_stands_around_it(
    sizes: list[int], most: int
) -> None:
    documents = [document(f"{n}.md", tokens=tokens) for n, tokens in enumerate(sizes)]
    read, dropped = fill(documents, most=most)
    assert read == documents[: len(read)]
    assert sum(map(size, read)) <= most
    assert [each.document_id for each in dropped] == [
        each.document_id for each in documents[len(read) :]
    ]
    if dropped:
        assert sum(map(size, documents[: len(read) + 1])) > most


def test_a_title_counts_as_far_as_it_is_shown() -> None:
    assert around_title("x" * 100_000) == around_title("x" * 200) > around_title("x" * 100)
    assert around_title("塔" * 200) > around_title("x" * 200)
    assert len(shown_title("x" * 100_000)) == 200
