from dataclasses import replace

from core.ids import CollectionName, DocumentId, VersionId
from core.records import DocumentRecord, read_record
from core.types import TokenCount

RECORD = DocumentRecord(
    document_id=DocumentId("doc_1"),
    collection=CollectionName("default"),
    version=VersionId("ver_1"),
    source="/a.csv",
    title="a.csv",
    format="text",
    language="en",
    encoding="utf-8",
    bytes=400,
    sha256="0" * 64,
    characters=400,
    tokens=200,
    digit_tokens=150,
    run_tokens=7,
    chunks=1,
    embedder="hash-64",
    parser=1,
    chunker=1,
    created_at="2026-01-01T00:00:00+00:00",
    updated_at="2026-01-01T00:00:00+00:00",
)


def test_a_record_says_how_long_its_document_is_for_any_model() -> None:
    stored = read_record(DocumentRecord, RECORD.to_record())

    assert stored == RECORD
    assert stored.token_count == TokenCount(cl100k=200, digits=150, runs=7)


def test_a_record_from_before_digits_were_counted_can_be_read() -> None:
    record = RECORD.to_record()
    data = {name: value for name, value in record.data.items() if not name.endswith("_tokens")}

    old = read_record(DocumentRecord, replace(record, data=data))

    assert old.tokens == 200
    assert old.token_count == TokenCount(cl100k=200, digits=200)
