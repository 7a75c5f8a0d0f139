"""The chunker as a LlamaIndex node parser; nothing else in `ingest` knows LlamaIndex's types."""

from __future__ import annotations

from collections.abc import Callable, Sequence  # noqa: TC003 - Pydantic reads them
from typing import TYPE_CHECKING, cast

from llama_index.core.node_parser.interface import NodeParser
from llama_index.core.schema import BaseNode, NodeRelationship, TextNode
from llama_index.core.schema import Document as LlamaDocument
from pydantic import BaseModel, Field

from core.ids import DocumentId, VersionId, version_id
from core.tokens import count_tokens
from core.types import Document, Page, Section
from ingest.chunk import MAX_TOKENS, TARGET_TOKENS, chunk
from ingest.place import front

if TYPE_CHECKING:
    from core.types import Chunk

_STRUCTURE = "ibid"
"""The metadata key under which a document carries what LlamaIndex has no place for."""
_HEADING = "heading"
_TITLES = ("title", "file_name")


class _Structure(BaseModel):
    version: str
    format: str
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]


class SpanNodeParser(NodeParser):
    """Nodes that tile the text of each document, with exact offsets and stable ids.

    A node's metadata has `title`, `pages` and `section` beside those of its document; `heading` is
    what is put in front of its text where it is embedded. Ids depend on the id and the text of the
    document. What LlamaIndex's readers return has no sections; `as_llama_document` keeps ours.
    """

    count_tokens: Callable[[str], int] = Field(default=count_tokens, exclude=True)
    """How the embedder counts."""
    max_tokens: int = MAX_TOKENS
    target_tokens: int = TARGET_TOKENS

    @classmethod
    def class_name(cls) -> str:
        """Return the name that LlamaIndex stores."""
        return "SpanNodeParser"

    def _parse_nodes(
        self,
        nodes: Sequence[BaseNode],
        show_progress: bool = False,  # noqa: ARG002, FBT001, FBT002 - LlamaIndex's signature
        **kwargs: object,  # noqa: ARG002
    ) -> list[BaseNode]:
        return [node for parent in nodes for node in self._nodes(parent)]

    def _postprocess_parsed_nodes(
        self, nodes: list[BaseNode], parent_doc_map: dict[str, LlamaDocument]
    ) -> list[BaseNode]:
        # LlamaIndex looks for the text of each node and may find it where it also stands.
        spans = {node.node_id: (node.start_char_idx, node.end_char_idx) for node in _texts(nodes)}
        done = super()._postprocess_parsed_nodes(nodes, parent_doc_map)
        for node in _texts(done):
            node.start_char_idx, node.end_char_idx = spans[node.node_id]
            node.metadata.pop(_STRUCTURE, None)
            node.excluded_embed_metadata_keys = [key for key in node.metadata if key != _HEADING]
            node.excluded_llm_metadata_keys = [_HEADING]
        return done

    def _nodes(self, parent: BaseNode) -> list[BaseNode]:
        document = _document(parent)
        cuts = chunk(
            document,
            count_tokens=self.count_tokens,
            max_tokens=self.max_tokens,
            target_tokens=self.target_tokens,
        )
        return [_node(document, cut, parent) for cut in cuts]


def as_llama_document(document: Document) -> LlamaDocument:
    """Return `document` for an `IngestionPipeline`, its pages and sections with it."""
    structure = _Structure(
        version=document.version,
        format=document.format,
        pages=document.pages,
        sections=document.sections,
    )
    return LlamaDocument(
        id_=document.document_id,
        text=document.text,
        metadata={
            **document.metadata,
            "title": document.title,
            "source": document.source,
            _STRUCTURE: structure.model_dump(mode="json"),
        },
        excluded_embed_metadata_keys=[_STRUCTURE],
        excluded_llm_metadata_keys=[_STRUCTURE],
    )


def _document(parent: BaseNode) -> Document:
    text = parent.get_content()
    metadata = cast("dict[str, object]", parent.metadata)
    document_id = DocumentId(parent.node_id)
    given = metadata.get(_STRUCTURE)
    structure = _Structure.model_validate(given) if given else None
    return Document(
        document_id=document_id,
        version=VersionId(structure.version)
        if structure
        else version_id(document_id, text.encode("utf-8", "surrogatepass")),
        source=parent.node_id,
        title=next((str(metadata[key]) for key in _TITLES if metadata.get(key)), ""),
        text=text,
        format=structure.format if structure else "text",
        pages=structure.pages if structure else (),
        sections=structure.sections if structure else (),
    )


def _node(document: Document, cut: Chunk, parent: BaseNode) -> TextNode:
    return TextNode(
        id_=cut.chunk_id,
        text=cut.text,
        start_char_idx=cut.span.start,
        end_char_idx=cut.span.end,
        metadata={
            "title": document.title,
            "pages": list(cut.pages),
            "section": list(cut.section),
            _HEADING: front(document, cut.span).rstrip(),
        },
        metadata_template="{value}",
        text_template="{metadata_str}\n{content}",
        relationships={NodeRelationship.SOURCE: parent.as_related_node_info()},
    )


def _texts(nodes: Sequence[BaseNode]) -> list[TextNode]:
    return [node for node in nodes if isinstance(node, TextNode)]
