from hypothesis import given
from hypothesis import strategies as st

from core.types import Passage
from serve.answer.strategies.agentic.gathered import Gathered
from tests.doubles.passages import passage

TEXT = "abcdefghij" * 6
CUTS = st.tuples(st.integers(0, 50), st.integers(1, 10), st.sampled_from(["a.md", "b.md"]))


def cut(start: int, length: int, source: str = "a.md") -> Passage:
    return passage(TEXT[start : start + length], source=source, start=start)


@given(st.lists(CUTS, max_size=12), st.integers(0, 60))
def test_what_is_shown_is_numbered_fits_and_is_shown_once(
    cuts: list[tuple[int, int, str]], most: int
) -> None:
    gathered = Gathered(count_tokens=len, most=most)
    for each in cuts:
        found = cut(*each)
        added = gathered.add([found])
        assert len(added.new) + len(added.known) + added.left_out == 1
    shown = gathered.evidence
    assert [each.number for each in shown] == list(range(1, len(shown) + 1))
    assert sum(each.tokens for each in shown) == most - gathered.left <= most
    outermost = [each.passage for each in gathered.outermost()]
    for each in shown:
        assert any(
            o.version == each.passage.version and o.span.contains(each.passage.span)
            for o in outermost
        )


def test_what_was_shown_before_is_named_again() -> None:
    gathered = Gathered(count_tokens=len, most=100)
    (first,) = gathered.add([cut(0, 20)]).new
    again = gathered.add([cut(5, 10), cut(5, 10, "b.md")])
    assert again.known == (first,)
    assert [each.number for each in again.new] == [2]


def test_what_a_longer_piece_has_is_not_read_twice() -> None:
    gathered = Gathered(count_tokens=len, most=100)
    gathered.add([cut(5, 10)])
    gathered.add([cut(0, 30)])
    assert [each.number for each in gathered.outermost()] == [2]


def test_what_does_not_fit_is_counted_and_the_next_is_tried() -> None:
    gathered = Gathered(count_tokens=len, most=12)
    added = gathered.add([cut(0, 10), cut(20, 10), cut(40, 2)])
    assert ([each.number for each in added.new], added.left_out) == ([1, 2], 1)
    assert gathered.left == 0
