"""What well-known clients make of it: the very things that were observed of the service."""

from __future__ import annotations

import openai
import pytest
from langchain_core.documents import Document
from langchain_nvidia_ai_endpoints import ChatNVIDIA, NVIDIAEmbeddings, NVIDIARerank

from tests.doubles.nim.asking import EMBED, FLASH, RERANK
from tests.doubles.nim.broken import Drop, ErrorShape, NoChoices, NoFinish, StreamError
from tests.doubles.nim.faults import Gone, HtmlPage, JsonList, TooManyRequests
from tests.doubles.nim.script import Fault, Say
from tests.doubles.nim.standin import NimStandin

OBJECT = StreamError(ErrorShape.OBJECT)
PLAIN = StreamError(ErrorShape.PLAIN)
PROBLEM = StreamError(ErrorShape.PROBLEM)


def _openai(nim: NimStandin) -> openai.OpenAI:
    return openai.OpenAI(base_url=nim.url, api_key="nvapi-x", max_retries=0, timeout=30)


def _langchain(nim: NimStandin) -> ChatNVIDIA:
    return ChatNVIDIA(model=FLASH, base_url=nim.url, api_key="nvapi-x")


def _streamed_by_openai(nim: NimStandin) -> str:
    with _openai(nim) as client:
        chunks = client.chat.completions.create(
            model=FLASH, messages=[{"role": "user", "content": "Hello"}], stream=True
        )
        return "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)


def _streamed_by_langchain(nim: NimStandin) -> str:
    return "".join(chunk.text for chunk in _langchain(nim).stream("Hello"))


@pytest.mark.parametrize("fault", [OBJECT, PLAIN, Drop()], ids=["object", "plain", "drop"])
def test_openai_sees_these_breaks_of_a_stream(nim: NimStandin, fault: Fault) -> None:
    nim.script(FLASH, fault)
    with pytest.raises(openai.APIError):
        _streamed_by_openai(nim)


@pytest.mark.parametrize("fault", [PROBLEM, NoFinish()], ids=["problem", "no finish"])
def test_openai_takes_these_breaks_of_a_stream_for_its_end(nim: NimStandin, fault: Fault) -> None:
    nim.script(FLASH, fault)
    whole = "Nothing was given to read. The question was: Hello"
    partial = _streamed_by_openai(nim)
    assert partial
    assert whole.startswith(partial)
    assert partial != whole


def test_langchain_sees_an_error_that_is_marked_as_one(nim: NimStandin) -> None:
    nim.script(FLASH, OBJECT)
    with pytest.raises(Exception, match="Inference connection error"):
        _streamed_by_langchain(nim)


@pytest.mark.parametrize(
    "fault", [PLAIN, PROBLEM, NoFinish()], ids=["plain", "problem", "no finish"]
)
def test_langchain_takes_these_breaks_of_a_stream_for_its_end(
    nim: NimStandin, fault: Fault
) -> None:
    nim.script(FLASH, fault)
    assert _streamed_by_langchain(nim) == "Nothing was"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Gone(), openai.APIStatusError),
        (TooManyRequests(), openai.RateLimitError),
        (JsonList(), openai.InternalServerError),
    ],
    ids=["gone", "rate", "list"],
)
def test_openai_types_these_refusals(
    nim: NimStandin, fault: Fault, error: type[openai.APIStatusError]
) -> None:
    nim.script(FLASH, fault)
    with pytest.raises(error):
        _streamed_by_openai(nim)


def test_openai_takes_a_page_for_an_answer(nim: NimStandin) -> None:
    nim.script(FLASH, HtmlPage(), NoChoices())
    with _openai(nim) as client:
        page, empty = (
            client.chat.completions.create(
                model=FLASH, messages=[{"role": "user", "content": "Hello"}]
            )
            for _ in range(2)
        )
    assert str(page).startswith("<!doctype html>")
    assert empty.choices == []


def test_langchain_breaks_on_a_list(nim: NimStandin) -> None:
    nim.script(FLASH, JsonList())
    with pytest.raises(AttributeError, match="setdefault"):
        _langchain(nim).invoke("Hello")


def test_whole_answers_reach_both(nim: NimStandin) -> None:
    nim.script(FLASH, Say("Four."), Say("Four."))
    assert _streamed_by_openai(nim) == "Four."
    assert _langchain(nim).invoke("Two and two?").content == "Four."


def test_langchain_embeds_and_reranks(nim: NimStandin) -> None:
    embeddings = NVIDIAEmbeddings(model=EMBED, base_url=nim.url, api_key="nvapi-x")
    assert [len(v) for v in embeddings.embed_documents(["one", "two"])] == [4096, 4096]
    assert nim.log.requests[-1].body["input_type"] == "passage"
    reranker = NVIDIARerank(model=RERANK, base_url=nim.url, api_key="nvapi-x")
    documents = [Document(page_content="Bees."), Document(page_content="The capital of France.")]
    ranked = reranker.compress_documents(documents, "capital of France")
    assert ranked[0].page_content == "The capital of France."
