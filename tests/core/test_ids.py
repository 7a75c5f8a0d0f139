from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from core.ids import CollectionName, VersionId, chunk_id, document_id, point_id, version_id

HERE = CollectionName("default")


def test_the_same_name_in_two_folders_is_two_documents() -> None:
    assert document_id(HERE, "/a/report.pdf") != document_id(HERE, "/b/report.pdf")


def test_the_same_source_in_two_collections_is_two_documents() -> None:
    assert document_id(HERE, "/a.md") != document_id(CollectionName("other"), "/a.md")


def test_a_version_follows_the_bytes() -> None:
    document = document_id(HERE, "/a.md")

    assert version_id(document, b"one") == version_id(document, b"one")
    assert version_id(document, b"one") != version_id(document, b"two")


def test_a_chunk_id_is_a_point_id_of_qdrant() -> None:
    made = chunk_id(VersionId("ver_1"), "chunk", 0, 10)

    assert str(UUID(made)) == made
    assert made != chunk_id(VersionId("ver_1"), "page", 0, 10)


@given(st.lists(st.text(), min_size=2, max_size=4))
def test_no_two_ways_of_cutting_the_parts_share_an_id(parts: list[str]) -> None:
    joined = ["".join(parts[:2]), *parts[2:]]

    assert (point_id(*parts) == point_id(*joined)) == (parts == joined)
