from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

import pytest
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle, TextNode
from llama_index.core.tools import QueryEngineTool

from core.errors import NotFoundError, RequestError, StoreError
from core.ids import CollectionName, document_id
from core.types import FieldCondition, Scope
from serve.llama_index import Ibid, IbidQueryEngine, IbidRetriever, in_background
from serve.service import IngestRequest, TextSource
from tests.doubles.scripted_service import ScriptedService

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Mapping

HERE = CollectionName("default")
SCOPE = Scope(collection=HERE)
TEXT = "The sun is a star. The moon is small. The moon is grey."
MOON = document_id(HERE, "/moon.txt")


async def filled() -> ScriptedService:
    service = ScriptedService()
    request = IngestRequest(collection=HERE, texts=[TextSource(title="/moon.txt", text=TEXT)])
    async for _ in service.ingest(request):
        pass
    return service


@asynccontextmanager
async def opening() -> AsyncGenerator[ScriptedService]:
    service = await filled()
    try:
        yield service
    finally:
        await service.close()


@pytest.fixture
def ibid() -> Iterator[Ibid]:
    with in_background(opening()) as ibid:
        yield ibid


def scripted(ibid: Ibid) -> ScriptedService:
    return cast("ScriptedService", ibid.service)


def text_node(found: NodeWithScore) -> TextNode:
    assert isinstance(found.node, TextNode)
    return found.node


def test_a_node_says_which_span_of_which_document_it_is(ibid: Ibid) -> None:
    found = IbidRetriever(ibid, SCOPE).retrieve("How small is the moon?")

    nodes = [text_node(each) for each in found]
    assert [node.text for node in nodes] == ["The moon is small.", "The moon is grey."]
    assert [TEXT[node.start_char_idx : node.end_char_idx] for node in nodes] == [
        node.text for node in nodes
    ]
    assert [node.ref_doc_id for node in nodes] == [MOON, MOON]
    assert [each.score for each in found] == [0.5, 0.5]
    assert nodes[0].metadata == {
        "document_id": MOON,
        "title": "moon.txt",
        "source": "/moon.txt",
        "pages": [1],
        "section": ["One", "Two"],
        "chunk_id": "c",
    }


def test_a_model_is_shown_where_a_node_is_from_and_no_ids(ibid: Ibid) -> None:
    found = IbidRetriever(ibid, SCOPE).retrieve("How small is the moon?")

    shown = found[0].get_content(MetadataMode.LLM)
    assert "moon.txt" in shown
    assert MOON not in shown


def test_source_nodes_are_the_citations_of_the_answer(ibid: Ibid) -> None:
    response = IbidQueryEngine(ibid, SCOPE).query("How small is the moon?")

    assert str(response) == "The moon is small. [1]"
    (source,) = response.source_nodes
    node = text_node(source)
    assert TEXT[node.start_char_idx : node.end_char_idx] == node.text == "The moon is small."
    assert (node.metadata["n"], node.metadata["verdict"]) == (1, "supported")
    assert (node.ref_doc_id, node.metadata["pages"]) == (MOON, [1])


def test_the_metadata_of_a_response_is_the_whole_answer(ibid: Ibid) -> None:
    answer = cast(
        "Mapping[str, object]", IbidQueryEngine(ibid, SCOPE).query("the moon?").metadata or {}
    )

    assert (answer["id"], answer["generated"]) == ("ans_one", False)


def test_an_abstention_says_so_and_has_no_source(ibid: Ibid) -> None:
    response = IbidQueryEngine(ibid, SCOPE).query("Who wrote Hamlet?")

    assert str(response) == "No answer: nothing speaks of it"
    assert response.source_nodes == []


async def test_asked_from_another_event_loop_both_ways_find_the_same(ibid: Ibid) -> None:
    retriever, engine = IbidRetriever(ibid, SCOPE), IbidQueryEngine(ibid, SCOPE)

    assert await retriever.aretrieve("the moon?") == retriever.retrieve("the moon?")
    assert str(await engine.aquery("the moon?")) == str(engine.query("the moon?"))


async def test_a_service_of_this_event_loop_is_awaited_and_never_waited_for() -> None:
    ibid = Ibid(service=await filled())
    retriever, engine = IbidRetriever(ibid, SCOPE), IbidQueryEngine(ibid, SCOPE)

    assert len(await retriever.aretrieve("the moon?")) == 2
    assert len((await engine.aquery("the moon?")).source_nodes) == 1
    with pytest.raises(RequestError, match="use aretrieve or aquery, or open ibid with"):
        retriever.retrieve("the moon?")
    with pytest.raises(RequestError, match="use aretrieve or aquery"):
        engine.query("the moon?")


def test_what_is_asked_and_where_reaches_the_service(ibid: Ibid) -> None:
    scope = Scope(
        collection=HERE,
        document_ids=(MOON,),
        filters=(FieldCondition(field="year", any=(2024,)),),
    )

    IbidRetriever(ibid, scope, top_k=1).retrieve(QueryBundle("the moon?"))
    IbidQueryEngine(ibid, scope, top_k=2).query("the moon?")

    asked = scripted(ibid).asked
    assert [(each.text, each.scope, each.top_k) for each in asked] == [
        ("the moon?", scope, 1),
        ("the moon?", scope, 2),
    ]


async def test_our_errors_reach_whoever_asks(ibid: Ibid) -> None:
    retriever = IbidRetriever(ibid, Scope(collection=CollectionName("none")))

    with pytest.raises(NotFoundError, match="no collection 'none'"):
        retriever.retrieve("the moon?")
    with pytest.raises(NotFoundError, match="no collection 'none'"):
        await retriever.aretrieve("the moon?")
    with pytest.raises(RequestError, match="blank"):
        retriever.retrieve(" ")


def test_a_service_that_cannot_be_opened_says_why() -> None:
    @asynccontextmanager
    async def broken() -> AsyncGenerator[ScriptedService]:
        raise StoreError("the disk is full")
        yield ScriptedService()

    with pytest.raises(StoreError, match="the disk is full"), in_background(broken()):
        pass


def test_the_service_is_closed_at_the_end() -> None:
    with in_background(opening()) as ibid:
        assert not scripted(ibid).closed

    assert scripted(ibid).closed


def test_an_engine_of_llama_index_answers_from_our_passages(ibid: Ibid) -> None:
    engine = RetrieverQueryEngine.from_args(IbidRetriever(ibid, SCOPE), llm=MockLLM())

    response = engine.query("How small is the moon?")

    assert "The moon is small." in str(response), "the mock says what it was prompted with"
    assert [node.node.ref_doc_id for node in response.source_nodes] == [MOON, MOON]


def test_a_tool_for_agents_is_made_of_the_query_engine(ibid: Ibid) -> None:
    tool = QueryEngineTool.from_defaults(IbidQueryEngine(ibid, SCOPE), name="ibid")

    assert tool.call("How small is the moon?").content == "The moon is small. [1]"
