import asyncio
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.local.embedder import MiniLmEmbedder
from core.local.precision import Precision


async def _cosines(
    embedder: MiniLmEmbedder, texts: list[str], references: NDArray[np.float64]
) -> NDArray[np.float64]:
    vectors = np.stack(await embedder.embed_passages(texts)).astype(np.float64)
    return (vectors * references).sum(axis=1) / np.linalg.norm(vectors, axis=1)


async def test_fp32_gives_the_vectors_of_the_original(
    data_dir: Path, reference_texts: list[str], reference_vectors: NDArray[np.float64]
) -> None:
    embedder = MiniLmEmbedder(data_dir, precision=Precision.FP32)
    cosines = await _cosines(embedder, reference_texts, reference_vectors)
    assert cosines.min() >= 0.99999
    assert embedder.name == "all-MiniLM-L6-v2-fp32"


async def test_int8_stays_near_the_original(
    embedder: MiniLmEmbedder, reference_texts: list[str], reference_vectors: NDArray[np.float64]
) -> None:
    cosines = await _cosines(embedder, reference_texts, reference_vectors)
    assert cosines.mean() >= 0.995
    assert cosines.min() >= 0.98
    assert embedder.name == "all-MiniLM-L6-v2-int8"


async def test_a_vector_does_not_depend_on_what_is_embedded_beside_it(
    embedder: MiniLmEmbedder, reference_texts: list[str]
) -> None:
    together = await embedder.embed_passages(reference_texts)
    backwards = await embedder.embed_passages(reference_texts[::-1])
    for text, vector, other in zip(reference_texts, together, backwards[::-1], strict=True):
        assert (vector == other).all()
        assert (vector == await embedder.embed_query(text)).all()


async def test_tokens_have_their_places_and_the_vector_of_their_text(
    embedder: MiniLmEmbedder, reference_texts: list[str]
) -> None:
    texts = ["Größe für alle: 1,577 Zeichen.", "", *reference_texts[:20]]
    found = await embedder.embed_tokens(texts)
    for text, vector, each in zip(texts, await embedder.embed_passages(texts), found, strict=True):
        assert (each.vector == vector).all()
        assert each.tokens.shape == (len(each.spans), embedder.dimensions)
        assert np.allclose(np.linalg.norm(each.tokens, axis=1), 1, atol=1e-5)
        assert len(each.spans) == min(embedder.count_tokens(text), embedder.max_tokens)
    places = [span.slice(texts[0]) for span in found[0].spans]
    assert places[-4:] == ["Ze", "iche", "n", "."]


async def test_a_token_is_nearest_to_the_same_word_in_another_sentence(
    embedder: MiniLmEmbedder,
) -> None:
    first, second = await embedder.embed_tokens(
        ["The lighthouse was tall.", "Sailors saw the lighthouse."]
    )
    cosines = first.tokens @ second.tokens.T
    assert cosines[1].argmax() == 3


async def test_calls_at_the_same_time_do_not_mix(embedder: MiniLmEmbedder) -> None:
    texts = [f"passage number {i} " * (1 + i % 7) for i in range(40)]
    async with asyncio.TaskGroup() as group:
        halves = [
            group.create_task(embedder.embed_passages(texts[:20])),
            group.create_task(embedder.embed_passages(texts[20:])),
        ]
        query = group.create_task(embedder.embed_query(texts[3]))
    vectors = halves[0].result() + halves[1].result()
    assert (np.stack(vectors) == np.stack(await embedder.embed_passages(texts))).all()
    assert (query.result() == vectors[3]).all()


async def test_a_cancelled_call_leaves_the_embedder_in_order(embedder: MiniLmEmbedder) -> None:
    call = asyncio.create_task(embedder.embed_passages(["a long passage " * 60] * 200))
    await asyncio.sleep(0.02)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert len(await embedder.embed_passages(["one", "two"])) == 2


async def test_a_question_asked_again_is_not_embedded_again(embedder: MiniLmEmbedder) -> None:
    first = await embedder.embed_query("Who keeps the harbour?")
    assert await embedder.embed_query("Who keeps the harbour?") is first
    assert await embedder.embed_query("Who keeps the lighthouse?") is not first


async def test_no_texts_give_no_vectors(embedder: MiniLmEmbedder) -> None:
    assert await embedder.embed_passages([]) == []


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\ud800", "half \udfff a pair", "\x00", "\u202e", "x" * 5000], ids=repr
)
async def test_any_text_has_a_vector_of_length_one(embedder: MiniLmEmbedder, text: str) -> None:
    vector = await embedder.embed_query(text)
    assert vector.shape == (embedder.dimensions,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(codec=None), max_size=40))
def test_random_text_has_a_vector_of_length_one(embedder: MiniLmEmbedder, text: str) -> None:
    vector = asyncio.run(embedder.embed_query(text))
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


async def test_what_lies_beyond_the_most_tokens_is_not_read(embedder: MiniLmEmbedder) -> None:
    words = ["harbour"] * embedder.max_tokens
    full = " ".join(words)
    assert embedder.count_tokens(full) == embedder.max_tokens == 254
    assert (await embedder.embed_query(full) == await embedder.embed_query(full + " fog")).all()
    shorter = await embedder.embed_query(" ".join([*words[:-1], "fog"]))
    assert (shorter != await embedder.embed_query(full)).any()


def test_tokens_are_counted_to_the_end_without_special_ones(embedder: MiniLmEmbedder) -> None:
    assert embedder.count_tokens("") == 0
    assert embedder.count_tokens("the harbour is closed") == 4
    assert embedder.count_tokens("the harbour is closed " * 1000) == 4000
    assert embedder.count_tokens("[CLS]") == 1


async def test_likeness_is_seen(embedder: MiniLmEmbedder) -> None:
    question = await embedder.embed_query("Why was the port shut?")
    near, far = await embedder.embed_passages(
        ["The harbour is closed because of fog.", "Penicillin kills bacteria."]
    )
    assert question @ near > 0.3 > question @ far


async def test_a_closed_embedder_ends_its_threads(data_dir: Path) -> None:
    embedder = MiniLmEmbedder(data_dir)
    await embedder.embed_passages(["one"])
    await embedder.close()
    with pytest.raises(RuntimeError, match="after shutdown"):
        await embedder.embed_query("two")
