import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.types import Span
from eval.metrics.spans import overlap

SPANS = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 30), st.integers(1, 10)).map(
        lambda drawn: (drawn[0], Span(drawn[1], drawn[1] + drawn[2]))
    )
)


def test_characters_count_once() -> None:
    found = [("a", Span(0, 10)), ("a", Span(5, 20)), ("b", Span(0, 10))]
    gold = [("a", Span(10, 30)), ("c", Span(0, 20))]

    common = overlap(found, gold)

    assert common.recall == pytest.approx(10 / 40)
    assert common.precision == pytest.approx(10 / 30)
    assert common.iou == pytest.approx(10 / 60)


def test_nothing_found_is_not_precise() -> None:
    common = overlap([], [("a", Span(0, 5))])

    assert (common.recall, common.precision, common.iou) == (0.0, 0.0, 0.0)


def test_spans_without_gold_are_undefined() -> None:
    with pytest.raises(ValueError, match="without gold"):
        overlap([("a", Span(0, 1))], [("a", Span(3, 3))])


@given(found=SPANS, gold=SPANS.filter(bool))
def test_overlap_is_that_of_the_sets_of_characters(
    found: list[tuple[str, Span]], gold: list[tuple[str, Span]]
) -> None:
    had = {(name, at) for name, span in found for at in range(span.start, span.end)}
    wanted = {(name, at) for name, span in gold for at in range(span.start, span.end)}

    common = overlap(found, gold)

    assert common.recall == pytest.approx(len(had & wanted) / len(wanted))
    assert common.precision == pytest.approx(len(had & wanted) / max(1, len(had)))
    assert common.iou == pytest.approx(len(had & wanted) / len(had | wanted))
