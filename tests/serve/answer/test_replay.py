from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.answers import Citation, Verdict
from core.ids import ChunkId, DocumentId
from core.kept import CitationStatus, CitationToday
from core.types import Span
from serve.answer.replay import Search, gone, holds, report, windows

MOON = DocumentId("doc_moon")
SHORT = st.text(alphabet="ab", max_size=30)


def citation(quote: str, *, start: int = 0, n: int = 1) -> Citation:
    return Citation(
        n=n,
        document_id=MOON,
        title="The moon",
        source="moon.txt",
        pages=(),
        span=Span(start, start + len(quote)),
        quote=quote,
        chunk_id=ChunkId("c"),
        score=1.0,
        verdict=Verdict.SUPPORTED,
        checked_by=("quote",),
    )


def searched(text: str, *citations: Citation, size: int = 10) -> list[CitationToday]:
    search = Search(citations)
    for window in windows(len(text), longest=max(len(c.quote) for c in citations), size=size):
        search.look(window.slice(text), start=window.start)
    return search.settled()


@given(st.integers(0, 200), st.integers(1, 20), st.integers(1, 50))
def test_whatever_is_not_longer_than_the_longest_lies_whole_in_a_window(
    characters: int, longest: int, size: int
) -> None:
    spans = list(windows(characters, longest=longest, size=size))

    assert all(0 <= span.start < span.end <= characters for span in spans)
    assert all(len(span) < size + longest for span in spans)
    for start in range(characters - longest + 1):
        assert any(span.contains(Span(start, start + longest)) for span in spans)


@given(
    SHORT,
    st.text(alphabet="ab", min_size=1, max_size=4),
    st.integers(0, 40),
    st.integers(1, 12),
)
def test_of_all_places_the_nearest_is_found_whatever_the_windows(
    text: str, quote: str, start: int, size: int
) -> None:
    places = [i for i in range(len(text)) if text.startswith(quote, i)]

    [found] = searched(text, citation(quote, start=start), size=size)

    if not places:
        assert (found.status, found.span) == (CitationStatus.CHANGED, None)
    else:
        nearest = min(places, key=lambda place: (abs(place - start), place))
        assert found.span == Span(nearest, nearest + len(quote))
        assert found.status is CitationStatus.MOVED


def test_how_far_a_quote_moved_is_told() -> None:
    text = "x" * 2_000 + "It is far." + "y" * 20

    [on] = searched(text, citation("It is far.", start=10))
    [back] = searched(text, citation("It is far.", start=2_005))

    assert on.detail == "the document has changed; the quote stands 1,990 characters further on"
    assert back.detail == "the document has changed; the quote stands 5 characters further back"


def test_quotes_of_one_document_are_looked_for_together() -> None:
    text = "The moon is small. It is far. It is cold."
    given_ = [citation(q, n=n) for n, q in enumerate(["It is cold.", "It is hot.", "far"], start=1)]

    found = searched(text, *given_, size=7)

    assert [(each.n, each.status) for each in found] == [
        (1, CitationStatus.MOVED),
        (2, CitationStatus.CHANGED),
        (3, CitationStatus.MOVED),
    ]
    assert [each.span.slice(text) for each in found if each.span] == ["It is cold.", "far"]


@pytest.mark.parametrize(
    ("found", "broken"),
    [
        ([holds(citation("a"))], 0),
        (searched("ba", citation("a")), 0),
        (searched("b", citation("a")), 1),
        ([gone(citation("a", n=2)), holds(citation("a"))], 1),
        ([], 0),
    ],
    ids=["holds", "moved", "changed", "gone", "none"],
)
def test_what_changed_and_what_is_gone_is_broken(found: list[CitationToday], broken: int) -> None:
    replay = report("ans_1", found, checked_at="2026-01-02T03:04:05+00:00")

    assert replay.broken == broken
    assert [each.n for each in replay.citations] == sorted(each.n for each in found)
