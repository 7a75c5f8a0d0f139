from hypothesis import given
from hypothesis import strategies as st

from core.types import Span
from serve.answer.gate import is_verbatim
from tests.doubles.passages import passage


@given(st.text(min_size=1), st.integers(0, 1000), st.data())
def test_only_the_slice_itself_is_verbatim(text: str, start: int, data: st.DataObject) -> None:
    found = passage(text, start=start)
    first = data.draw(st.integers(0, len(text) - 1))
    last = data.draw(st.integers(first + 1, len(text)))
    span = Span(start + first, start + last)
    assert is_verbatim(text[first:last], span, found)
    assert not is_verbatim(text[first:last] + "x", span, found)
    assert not is_verbatim(text[first:last], Span(span.start, start + len(text) + 1), found)
