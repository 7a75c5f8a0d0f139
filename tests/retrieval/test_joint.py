from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.types import Passage, Span
from retrieval.joint import joint
from tests.doubles.passages import passage

TEXT = "".join(chr(0x4E00 + n) for n in range(60))
SPANS = st.tuples(st.integers(0, 50), st.integers(1, 10)).map(lambda s: Span(s[0], s[0] + s[1]))


def cut(
    span: Span,
    *,
    source: str = "a.md",
    score: float = 1.0,
    similarity: float | None = None,
    pages: tuple[int, ...] = (),
) -> Passage:
    found = passage(
        span.slice(TEXT), source=source, start=span.start, similarity=similarity, pages=pages
    )
    return replace(found, score=score)


RANKINGS = st.lists(
    st.lists(st.builds(cut, SPANS, source=st.sampled_from(["a.md", "b.md"])), max_size=4),
    max_size=4,
)


@given(RANKINGS)
def test_everything_found_is_there_verbatim_and_nothing_twice(
    rankings: list[list[Passage]],
) -> None:
    found = joint(rankings)
    for each in (one for ranking in rankings for one in ranking):
        assert any(f.version == each.version and f.span.contains(each.span) for f in found)
    for place, one in enumerate(found):
        assert one.text == one.span.slice(TEXT)
        for other in found[place + 1 :]:
            apart = one.span.end <= other.span.start or other.span.end <= one.span.start
            assert one.version != other.version or apart


def test_the_best_of_each_search_comes_first() -> None:
    a, b, c = (cut(Span(n * 10, n * 10 + 5)) for n in range(3))
    other = cut(Span(0, 5), source="b.md")
    assert joint([[a, b], [other], [c]]) == [a, other, c, b]
    assert joint([]) == joint([[], []]) == []


def test_passages_that_overlap_become_one_with_the_better_score() -> None:
    first = cut(Span(0, 10), score=0.2, similarity=0.3, pages=(1,))
    second = cut(Span(5, 20), score=0.9, pages=(1, 2))
    far = cut(Span(40, 50))
    (both, rest) = joint([[first, far], [second]])
    assert (both.span, both.score, both.similarity) == (Span(0, 20), 0.9, 0.3)
    assert (both.pages, both.chunk_id) == ((1, 2), second.chunk_id)
    assert rest == far


def test_a_passage_that_lies_within_another_adds_nothing() -> None:
    outer, inner = cut(Span(0, 30)), cut(Span(5, 9), score=0.1)
    assert joint([[inner], [outer]]) == joint([[outer], [inner]]) == [outer]


def test_a_passage_joins_those_on_both_sides_of_it() -> None:
    left, right, between = cut(Span(0, 10)), cut(Span(20, 30)), cut(Span(8, 22))
    assert [each.span for each in joint([[left, between], [right]])] == [Span(0, 30)]


def test_passages_that_only_touch_stay_apart() -> None:
    left, right = cut(Span(0, 10)), cut(Span(10, 20))
    assert joint([[left], [right]]) == [left, right]
