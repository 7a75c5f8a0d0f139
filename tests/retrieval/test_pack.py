from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.ids import ChunkId, CollectionName, document_id, version_id
from core.types import Passage, Span
from retrieval.pack import TITLE_CHARACTERS, pack, shown_title

HERE = CollectionName("default")
AROUND = 17
"""Of a title of one word, and the markers."""


def _passage(source: str, start: int, text: str) -> Passage:
    document = document_id(HERE, source)
    return Passage(
        chunk_id=ChunkId(f"{source}{start}"),
        document_id=document,
        version=version_id(document, b""),
        title=source,
        source=source,
        span=Span(start, start + len(text)),
        text=text,
        pages=(),
        section=(),
        score=1.0,
    )


def _words(text: str) -> int:
    return len(text.split())


def test_documents_stand_in_order_of_merit_and_passages_in_that_of_the_text() -> None:
    passages = [_passage("b", 50, "x"), _passage("a", 7, "y"), _passage("b", 3, "z")]

    packed = pack(passages, count_tokens=_words, max_tokens=60)

    assert [(each.number, each.passage.text) for each in packed] == [(1, "z"), (2, "x"), (3, "y")]


def test_what_does_not_fit_is_left_out_and_the_next_is_tried() -> None:
    passages = [_passage("a", 0, "one two"), _passage("b", 0, "a b c d"), _passage("c", 0, "last")]

    packed = pack(passages, count_tokens=_words, max_tokens=3 + 2 * AROUND)

    assert [each.passage.title for each in packed] == ["a", "c"]


def test_no_passages_are_no_evidence() -> None:
    assert pack([], count_tokens=_words, max_tokens=10) == []


@given(
    lengths=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.integers(1, 9))),
    budget=st.integers(0, 120),
)
def test_the_budget_holds_and_numbers_run(lengths: list[tuple[str, int, int]], budget: int) -> None:
    passages = [_passage(source, start, "w " * n) for source, start, n in lengths]

    packed = pack(passages, count_tokens=_words, max_tokens=budget)

    assert sum(each.tokens + AROUND for each in packed) <= budget
    assert [each.number for each in packed] == list(range(1, len(packed) + 1))


def test_a_passage_that_fits_only_without_its_heading_is_left_out() -> None:
    plain = _passage("a", 0, "one two")
    under = replace(plain, section=("a heading of five words",))
    assert len(pack([plain], count_tokens=_words, max_tokens=2 + AROUND)) == 1
    assert pack([under], count_tokens=_words, max_tokens=2 + AROUND) == []


@given(st.text(max_size=2 * TITLE_CHARACTERS))
def test_a_title_is_one_line_of_its_beginning(title: str) -> None:
    shown = shown_title(title)
    assert len(shown) <= TITLE_CHARACTERS
    assert len(shown.splitlines()) <= 1
    line = " ".join(title.split())
    assert shown == line or (shown.endswith("…") and line.startswith(shown[:-1]))
