from dataclasses import replace

import pytest

from core.errors import NoModelError, ReplyError
from core.nim.batches import Bounds
from core.nim.reranking import NimReranker
from tests.doubles.nim.broken import MissingVector
from tests.doubles.nim.conditions import Conditions
from tests.doubles.nim.faults import Accepted, BodyTooLarge, Gone, OpaqueBadRequest
from tests.doubles.nim.log import Asked
from tests.doubles.nim.retrieval import logit
from tests.doubles.nim.script import Well
from tests.doubles.nim_upstream import WayToStandin, way_to_standin

MODEL = "nvidia/llama-nemotron-rerank-vl-1b-v2"
OLD = "nvidia/llama-3.2-nv-rerankqa-1b-v2"
NEW = "nvidia/llama-nemotron-rerank-1b-v2"
QUESTION = "Where does the iron tower stand?"


def _reranker(way: WayToStandin, *names: str, bounds: Bounds | None = None) -> NimReranker:
    cards = [way.card(name) for name in names or (MODEL,)]
    return NimReranker(cards, way.upstream, clock=way.clock, bounds=bounds)


def _texts(count: int) -> list[str]:
    words = ["iron", "tower", "stand", "paris", "tree"]
    return [" ".join(words[: i % 5]) + f" number {i}" for i in range(count)]


def _logits(texts: list[str]) -> list[float]:
    return [logit(QUESTION, text) for text in texts]


def _passages(asked: Asked) -> int:
    passages = asked.body["passages"]
    assert isinstance(passages, list)
    return len(passages)  # pyright: ignore[reportUnknownArgumentType]


async def test_every_text_has_its_score_in_the_order_of_the_texts() -> None:
    async with way_to_standin() as way:
        texts = _texts(40)
        assert await _reranker(way).score(QUESTION, texts) == pytest.approx(_logits(texts))
        assert len(way.nim.log) == 1
        body = way.nim.log.requests[0].body
        assert body["truncate"] == "END"
        assert body["query"] == {"text": QUESTION}


async def test_many_texts_are_asked_in_batches_and_their_scores_compare() -> None:
    async with way_to_standin() as way:
        texts = _texts(50)
        bounds = Bounds(texts=16)
        scores = await _reranker(way, bounds=bounds).score(QUESTION, texts)
        assert scores == pytest.approx(_logits(texts))
        assert sorted(_passages(asked) for asked in way.nim.log) == [2, 16, 16, 16]


async def test_no_texts_ask_nothing() -> None:
    async with way_to_standin() as way:
        assert await _reranker(way).score(QUESTION, []) == []
        assert len(way.nim.log) == 0


async def test_empty_and_broken_texts_have_scores_too() -> None:
    async with way_to_standin() as way:
        scores = await _reranker(way).score("half \ud800", ["", "half \udc00 of it"])
        assert len(scores) == 2


@pytest.mark.parametrize("fault", [BodyTooLarge(), OpaqueBadRequest()], ids=["413", "opaque"])
async def test_a_batch_that_is_refused_for_its_size_is_asked_in_halves(
    fault: BodyTooLarge | OpaqueBadRequest,
) -> None:
    async with way_to_standin() as way:
        way.nim.script(MODEL, fault)
        texts = _texts(9)
        reranker = _reranker(way)
        assert await reranker.score(QUESTION, texts) == pytest.approx(_logits(texts))
        assert [_passages(asked) for asked in way.nim.log] == [9, 4, 5]


async def test_the_next_candidate_answers_where_the_first_is_retired() -> None:
    async with way_to_standin() as way:
        way.nim.retire(MODEL)
        way.nim.models[OLD] = replace(way.nim.models[OLD], retired=None)
        texts = _texts(3)
        scores = await _reranker(way, MODEL, OLD).score(QUESTION, texts)
        assert scores == pytest.approx(_logits(texts))
        assert [asked.model for asked in way.nim.log] == [MODEL, OLD]


async def test_the_scores_of_one_call_are_never_those_of_two_models() -> None:
    async with way_to_standin() as way:
        for name in (OLD, NEW):
            way.nim.models[name] = replace(way.nim.models[name], retired=None)
        way.nim.script(OLD, Well(), Gone(model=OLD))
        bounds = Bounds(texts=2, in_flight=1)
        texts = _texts(6)
        scores = await _reranker(way, OLD, bounds=bounds).score(QUESTION, texts)
        assert scores == pytest.approx(_logits(texts))
        asked = [(asked.model, _passages(asked)) for asked in way.nim.log if asked.status == 200]
        assert asked == [(OLD, 2), *[(NEW, 2)] * 5]


async def test_an_answer_without_a_score_for_each_text_is_none() -> None:
    async with way_to_standin() as way:
        way.nim.always(MODEL, MissingVector())
        with pytest.raises(NoModelError, match="2 results for 3 texts") as caught:
            await _reranker(way).score(QUESTION, _texts(3))
        assert isinstance(caught.value.causes[0][1], ReplyError)


async def test_an_answer_that_is_promised_is_asked_for() -> None:
    async with way_to_standin() as way:
        way.nim.script(MODEL, Accepted(polls=0))
        texts = _texts(3)
        assert await _reranker(way).score(QUESTION, texts) == pytest.approx(_logits(texts))
        assert way.nim.log.statuses == [202, 200]


async def test_the_path_of_the_hosted_service_names_the_model() -> None:
    async with way_to_standin() as way:
        card = way.card(OLD)
        path = "retrieval/nvidia/{model}/reranking"
        card = replace(card, name=MODEL, endpoint=replace(card.endpoint, path=path))
        reranker = NimReranker([card], way.upstream, clock=way.clock)
        assert len(await reranker.score(QUESTION, _texts(2))) == 2
        asked = way.nim.log.requests[0].path
        assert asked == "/v1/retrieval/nvidia/llama-nemotron-rerank-vl-1b-v2/reranking"


async def test_with_one_request_in_five_failing_every_score_is_right() -> None:
    async with way_to_standin(Conditions(faults=0.2, seed=3)) as way:
        bounds = Bounds(texts=4, question_s=600)
        texts = _texts(120)
        reranker = _reranker(way, bounds=bounds)
        for _ in range(2):
            assert await reranker.score(QUESTION, texts) == pytest.approx(_logits(texts))
