from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import Document as LlamaDocument
from llama_index.core.schema import MetadataMode, NodeRelationship, TextNode

from core.ids import CollectionName, document_id, version_id
from core.tokens import count_tokens
from core.types import Document, Page, Section, Span
from ingest.chunk import chunk, embedding_text
from ingest.node_parser import SpanNodeParser, as_llama_document

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT = "# Results\n\n" + "Sales rose again. " * 90 + "\f" + "Sales rose again. " * 90
BORDER = TEXT.index("\f")
SOURCE = document_id(CollectionName("default"), "/report.pdf")
REPORT = Document(
    document_id=SOURCE,
    version=version_id(SOURCE, b"the bytes"),
    source="/report.pdf",
    title="Report",
    text=TEXT,
    format="pdf",
    pages=(
        Page(number=1, span=Span(0, BORDER)),
        Page(number=2, span=Span(BORDER + 1, len(TEXT))),
    ),
    sections=(Section(path=("Results",), span=Span(0, len(TEXT))),),
    metadata={"year": 2024},
)


def run(documents: Sequence[LlamaDocument]) -> list[TextNode]:
    pipeline = IngestionPipeline(transformations=[SpanNodeParser()])
    nodes = pipeline.run(documents=documents)
    return [node for node in nodes if isinstance(node, TextNode)]


def test_nodes_tile_the_text_and_their_offsets_slice_it() -> None:
    nodes = run([as_llama_document(REPORT)])

    assert "".join(node.text for node in nodes) == TEXT
    assert all(TEXT[node.start_char_idx : node.end_char_idx] == node.text for node in nodes)
    assert [node.start_char_idx for node in nodes[1:]] == [node.end_char_idx for node in nodes[:-1]]


def test_nodes_are_the_chunks_with_their_ids_pages_and_sections() -> None:
    chunks = list(chunk(REPORT, count_tokens=count_tokens))
    nodes = run([as_llama_document(REPORT)])

    assert [node.node_id for node in nodes] == [each.chunk_id for each in chunks]
    assert [node.metadata["pages"] for node in nodes] == [list(each.pages) for each in chunks]
    assert nodes[0].metadata == {
        "title": "Report",
        "source": "/report.pdf",
        "year": 2024,
        "pages": [1],
        "section": ["Results"],
        "heading": "Report > Results",
    }


def test_what_llama_index_embeds_is_what_we_embed() -> None:
    chunks = list(chunk(REPORT, count_tokens=count_tokens))
    nodes = run([as_llama_document(REPORT)])

    assert [node.get_content(MetadataMode.EMBED) for node in nodes] == [
        embedding_text(REPORT, each).strip() for each in chunks
    ]


def test_a_document_of_another_reader_is_named_after_its_file() -> None:
    document = LlamaDocument(text=TEXT, id_="x", metadata={"file_name": "notes.txt"})

    nodes = run([document])

    assert [node.node_id for node in run([document])] == [node.node_id for node in nodes]
    assert all(node.metadata["title"] == "notes.txt" for node in nodes)
    assert all(node.relationships[NodeRelationship.SOURCE] for node in nodes)


@pytest.mark.parametrize("text", ["", "\n", "aa" * 9000])
def test_odd_texts_pass_too(text: str) -> None:
    assert "".join(node.text for node in run([LlamaDocument(text=text)])) == text


def test_documents_do_not_mix() -> None:
    nodes = run([as_llama_document(REPORT), LlamaDocument(text="Other.", id_="x")])

    assert nodes[-1].ref_doc_id == "x"
    assert {node.ref_doc_id for node in nodes[:-1]} == {REPORT.document_id}
