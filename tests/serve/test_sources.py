from __future__ import annotations

import pytest

from core.errors import SourceError
from core.ids import CollectionName
from ingest.sources import Source
from serve.service import IngestRequest, TextSource
from serve.sources import sources


def name(text: TextSource) -> str:
    [source] = sources(
        IngestRequest(collection=CollectionName("default"), texts=[text]), max_bytes=100
    )
    assert isinstance(source, Source)
    return source.name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TextSource(id="m1", title="Moon", text="Small."), "m1"),
        (TextSource(id=0, title="Moon", text="Small."), "0"),
        (TextSource(title="Moon", text="Small."), "Moon"),
        (TextSource(id="m1", text="Small."), "m1"),
    ],
)
def test_a_text_is_known_by_its_id_or_else_its_title(text: TextSource, expected: str) -> None:
    assert name(text) == expected


def test_a_text_without_id_and_title_is_known_by_what_it_says() -> None:
    assert name(TextSource(text="Small.")) == name(TextSource(text="Small.", title=" "))
    assert name(TextSource(text="Small.")) != name(TextSource(text="Far."))


def test_the_second_document_of_one_name_in_a_request_is_refused() -> None:
    texts = [TextSource(title="Moon", text="Small."), TextSource(title="Moon", text="Far.")]
    request = IngestRequest(collection=CollectionName("default"), texts=texts)

    first, second = sources(request, max_bytes=100)

    assert isinstance(first, Source)
    assert isinstance(second, SourceError)
    assert second.source == "Moon"
