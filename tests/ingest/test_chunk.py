from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.ids import CollectionName, document_id, version_id
from core.local.wordpiece import WordPiece
from core.records import DocumentRecord
from core.types import Chunk, ChunkKind, Document, Page, Section, Span
from ingest.chunk import MAX_TOKENS, chunk, embedding_text, pages
from ingest.embedded import restored

SENTENCE = "The quick brown fox jumps over the lazy dog near the river bank today. "
TEXTS = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.sampled_from(
            [
                SENTENCE,
                SENTENCE * 9,
                "\n",
                "\n\n",
                "\f",
                "# Heading\n\n",
                "Title\n=====\n",
                "- item one\n",
                "| a | b |\n",
                "Net 1,577 2,318 99\n",
                "```python\ndef f():\n    return 1\n```\n",
                "~~~\n",
                "語" * 300,
                "👩\u200d👧" * 60,
                "e\u0301" * 400,
                "a" * 10_000,
                "x1y2" * 600,
                " " * 5_000,
                "\x00\ud800",
            ]
        ),
    ),
    max_size=12,
).map("".join)
LABELS = st.text(max_size=120)


@cache
def wordpiece() -> WordPiece:
    return WordPiece()


def count(text: str) -> int:
    return wordpiece().count(text)


def read(
    text: str,
    *,
    title: str = "",
    page_starts: tuple[int, ...] = (),
    sections: tuple[Section, ...] = (),
    form: str = "text",
) -> Document:
    source = document_id(CollectionName("default"), "/a")
    ends = [*page_starts[1:], len(text)]
    return Document(
        document_id=source,
        version=version_id(source, text.encode("utf-8", "surrogatepass")),
        source="/a",
        title=title,
        text=text,
        format=form,
        pages=tuple(
            Page(number=number, span=Span(start, end))
            for number, (start, end) in enumerate(zip(page_starts, ends, strict=False), start=1)
        ),
        sections=sections,
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    text = draw(TEXTS)
    places = st.sets(st.integers(0, len(text)), max_size=5).map(sorted)
    starts = [0, *(place for place in draw(places) if 0 < place < len(text))]
    sections = tuple(
        Section(path=tuple(draw(st.lists(LABELS, max_size=3))), span=Span(start, end))
        for start, end in pairwise([*starts, len(text)])
    )
    return read(
        text,
        title=draw(LABELS),
        page_starts=tuple(draw(places)) if draw(st.booleans()) else (),
        sections=sections if draw(st.booleans()) else (),
        form=draw(st.sampled_from(["text", "markdown", "pdf", "code"])),
    )


def chunks(document: Document, *, target: int = 180, most: int = MAX_TOKENS) -> list[Chunk]:
    return list(chunk(document, count_tokens=count, target_tokens=target, max_tokens=most))


@settings(deadline=None)
@given(documents(), st.integers(1, 254))
def test_chunks_tile_the_text_in_order(document: Document, target: int) -> None:
    found = chunks(document, target=target)

    assert "".join(each.text for each in found) == document.text
    assert [each.span.start for each in found[1:]] == [each.span.end for each in found[:-1]]
    assert all(each.text and each.text == each.span.slice(document.text) for each in found)


@settings(deadline=None)
@given(documents(), st.integers(200, 300))
def test_what_is_embedded_never_exceeds_the_limit(document: Document, most: int) -> None:
    for each in chunks(document, most=most):
        assert count(embedding_text(document, each)) <= most


def test_page_that_begins_behind_the_blank_end_of_a_section_is_not_crossed() -> None:
    sections = (Section(path=(), span=Span(0, 18)), Section(path=(), span=Span(18, 20)))
    found = chunks(read("0" * 18 + "\r0", page_starts=(0, 19), sections=sections))
    assert [each.pages for each in found] == [(1,), (2,)]


@settings(deadline=None)
@given(documents())
def test_no_chunk_has_visible_text_of_two_pages(document: Document) -> None:
    assert all(len(each.pages) <= 1 for each in chunks(document))


@settings(deadline=None)
@given(documents())
def test_pages_are_in_order_and_have_text(document: Document) -> None:
    found = list(pages(document))

    assert all(each.kind is ChunkKind.PAGE and each.text.strip() for each in found)
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))
    if not document.pages:
        assert sum(len(each.text.strip()) > 0 for each in found) == len(found)
        visible = "".join("".join(each.text.split()) for each in found)
        assert visible == "".join(document.text.split())


@settings(deadline=None)
@given(documents())
def test_what_was_embedded_can_be_told_from_what_is_stored(document: Document) -> None:
    found = chunks(document)
    again = restored(record(document), found)

    assert again.text == document.text
    assert [embedding_text(again, c) for c in found] == [embedding_text(document, c) for c in found]


def record(document: Document) -> DocumentRecord:
    return DocumentRecord(
        document_id=document.document_id,
        collection=CollectionName("default"),
        version=document.version,
        source=document.source,
        title=document.title,
        format=document.format,
        language=document.language,
        encoding=document.encoding,
        bytes=0,
        sha256="",
        characters=len(document.text),
        tokens=0,
        chunks=0,
        page_spans=tuple((page.span.start, page.span.end) for page in document.pages),
        embedder="hash-64",
        parser=1,
        chunker=1,
        created_at="",
        updated_at="",
    )


def test_an_empty_text_has_no_chunks_and_no_pages() -> None:
    assert chunks(read("")) == []
    assert list(pages(read(""))) == []


def test_a_limit_as_small_as_a_token_still_tiles() -> None:
    document = read("One two three. Four unbelievable things.")

    assert "".join(each.text for each in chunks(document, most=1, target=1)) == document.text


def test_a_heading_stays_with_the_text_behind_it() -> None:
    text = "".join(f"## Part {n}\n\n{SENTENCE * 7}\n\n" for n in range(9))

    found = chunks(read(text))

    assert len(found) > 3
    assert all(each.text.startswith("## Part") for each in found)


def test_chunks_end_where_paragraphs_end_rather_than_inside() -> None:
    text = "".join(SENTENCE * n + "\n\n" for n in (3, 5, 4, 6, 3, 4, 5, 4, 6))

    assert all(each.text.endswith("\n\n") for each in chunks(read(text)))


def test_chunks_end_with_sentences_rather_than_words() -> None:
    assert all(each.text.endswith(". ") for each in chunks(read(SENTENCE * 80)))


def test_a_table_that_fits_is_not_divided() -> None:
    table = "".join(f"Line of business {n} {n * 37},000 {n * 41},000\n" for n in range(10, 20))
    text = SENTENCE * 9 + "\n\n" + table + "\n" + SENTENCE * 9

    assert any(table in each.text for each in chunks(read(text)))


def test_a_long_table_is_divided_between_rows() -> None:
    table = "".join(f"| row {n} | {n * 37} | {n * 41} |\n" for n in range(200))

    found = chunks(read(table))

    assert len(found) > 5
    assert all(each.text.startswith("| row") and each.text.endswith("|\n") for each in found)


def test_a_code_block_that_fits_is_not_divided() -> None:
    code = "```python\n" + "def f(x):\n    y = x + 1\n\n    return y\n\n\n" * 5 + "```\n\n"
    text = SENTENCE * 7 + "\n\n" + code + SENTENCE * 8

    assert any(code in each.text for each in chunks(read(text)))


def test_code_is_divided_in_front_of_definitions() -> None:
    body = "".join(f"    total = total + value_{n} * {n}\n" for n in range(6))
    text = "".join(f"def function_{n}(total):\n{body}    return total\n\n\n" for n in range(12))

    assert all(each.text.startswith("def ") for each in chunks(read(text, form="code")))


@pytest.mark.parametrize("target", [45, 90, 165, 210])
def test_chunks_come_near_to_the_target(target: int) -> None:
    sizes = [count(each.text) for each in chunks(read(SENTENCE * 300), target=target)]

    assert all(target - 15 <= size <= target + 15 for size in sizes)


def test_small_sections_are_joined_under_the_headings_they_share() -> None:
    text = "# A\n\n## B\n\nOne.\n\n## C\n\nTwo.\n"
    b, c = text.index("## B"), text.index("## C")
    sections = (
        Section(path=("A",), span=Span(0, b)),
        Section(path=("A", "B"), span=Span(b, c)),
        Section(path=("A", "C"), span=Span(c, len(text))),
    )

    (only,) = chunks(read(text, sections=sections))

    assert only.section == ("A",)


def test_sections_of_some_length_are_not_joined() -> None:
    half = len(SENTENCE * 8)
    sections = (
        Section(path=("A",), span=Span(0, half)),
        Section(path=("B",), span=Span(half, 2 * half)),
    )

    assert [each.section for each in chunks(read(SENTENCE * 16, sections=sections))] == [
        ("A",),
        ("B",),
    ]


def test_title_and_headings_go_in_front_of_what_is_embedded_only() -> None:
    sections = (Section(path=("Report", "Results", "Cash"), span=Span(0, len(SENTENCE))),)
    document = read(SENTENCE, title="Report", sections=sections)

    (only,) = chunks(document)

    assert only.text == SENTENCE
    assert embedding_text(document, only) == "Report > Results > Cash\n" + SENTENCE


def test_what_heads_a_page_goes_in_front_of_its_later_chunks() -> None:
    head = "Consolidated Balance Sheet\n(Millions)\n1 2 3\nAssets grew by much this year.\n\n"
    document = read(head + SENTENCE * 40, page_starts=(0,))

    first, *others = chunks(document)

    assert embedding_text(document, first) == first.text
    assert others
    for each in others:
        front = embedding_text(document, each).removesuffix(each.text)
        assert front == "Consolidated Balance Sheet > (Millions)\n"


@given(LABELS, st.lists(st.text(max_size=300), max_size=4))
def test_what_goes_in_front_is_short(title: str, path: list[str]) -> None:
    document = read("text", title=title * 9, sections=(Section(path=tuple(path), span=Span(0, 4)),))
    (only,) = chunks(document)

    front = embedding_text(document, only).removesuffix("text")

    assert len(front) <= 200
    assert front.count("\n") <= 1


@pytest.mark.parametrize("kind", [chunk, pages])
def test_page_numbers_are_those_of_the_map(kind: object) -> None:
    text = "One.\f\fThree."
    document = read(text, page_starts=(0, 5, 6))

    found = list(pages(document)) if kind is pages else chunks(document)

    assert [each.pages for each in found] == [(1,), (3,)]


def test_text_without_pages_has_stretches_of_about_a_page() -> None:
    found = list(pages(read((SENTENCE * 5 + "\n\n") * 60)))

    assert len(found) > 4
    assert all(2_500 < len(each.text) < 5_000 for each in found[:-1])


def test_the_same_document_has_the_same_ids() -> None:
    document = read(SENTENCE * 40)

    ids = [each.chunk_id for each in chunks(document)]

    assert ids == [each.chunk_id for each in chunks(document)]
    assert len(set(ids) | {page.chunk_id for page in pages(document)}) == len(ids) + 1


def test_a_long_text_is_divided_as_it_is_read() -> None:
    counted = 0

    def counting(text: str) -> int:
        nonlocal counted
        counted += len(text)
        return count(text)

    text = " ".join(f"Sentence number {n} says {n * 7} things." for n in range(40_000))
    next(chunk(read(text), count_tokens=counting))

    assert counted < len(text) / 20
