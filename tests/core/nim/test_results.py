import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ContextOverflowError, ReplyError
from core.nim.results import logits_of, vectors_of

NUMBERS = st.floats(-1e6, 1e6, width=32)


def _vectors(*embeddings: object, first: int = 0) -> dict[str, object]:
    return {"data": [{"index": i, "embedding": e} for i, e in enumerate(embeddings, first)]}


def _read(body: object, *, count: int = 1) -> list[list[float]]:
    return vectors_of(body, count=count, dimensions=2, model="m").tolist()


@given(
    st.lists(st.lists(NUMBERS, min_size=4, max_size=4).filter(any), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
)
def test_both_encodings_in_any_order_give_the_same_directions(
    rows: list[list[float]], random: np.random.Generator
) -> None:
    plain = [{"index": i, "embedding": row} for i, row in enumerate(rows)]
    packed = [
        {"index": i, "embedding": base64.b64encode(np.array(row, "<f4").tobytes()).decode()}
        for i, row in enumerate(rows)
    ]
    random.shuffle(plain)
    random.shuffle(packed)
    left = vectors_of({"data": plain}, count=len(rows), dimensions=4, model="m")
    right = vectors_of({"data": packed}, count=len(rows), dimensions=4, model="m")
    assert np.array_equal(left, right)
    assert left.dtype == np.float32
    exact = np.array(rows, dtype=np.float64)
    assert np.allclose(left, exact / np.linalg.norm(exact, axis=1, keepdims=True), atol=1e-6)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "another form: data: Field required"),
        ([], "another form"),
        (None, "another form"),
        ({"data": None}, "another form"),
        ({"data": []}, "0 results for 1 texts"),
        (_vectors([1, 0], [0, 1]), "2 results for 1 texts"),
        (_vectors([1, 0], first=1), r"1 results for 1 texts, of the places \[1\]"),
        (_vectors([1]), "vectors of 1 dimensions, and its card says 2"),
        (_vectors([1, 0, 0]), "vectors of 3 dimensions"),
        (_vectors([0, 0]), "no direction"),
        (_vectors([1e300, 0]), "no direction"),
        (_vectors([float("nan"), 0]), "no direction"),
        (_vectors(["x", 0]), "another form"),
        (_vectors([None, 0]), "another form"),
        (_vectors("!!"), "not base64 of float32"),
        (_vectors("AAAA"), "not base64 of float32"),
        (_vectors("AACAfwAAAAA="), "no direction"),
    ],
)
def test_what_is_not_a_vector_for_each_text_is_refused(body: object, message: str) -> None:
    with pytest.raises(ReplyError, match=message):
        _read(body)


def test_one_place_twice_is_refused() -> None:
    body = {"data": [{"index": 0, "embedding": [1, 0]}] * 2}
    with pytest.raises(ReplyError, match=r"of the places \[0, 0\]"):
        _read(body, count=2)


def test_an_error_in_the_place_of_an_answer_is_what_it_says() -> None:
    message = "This model's maximum context length is 512 tokens."
    body = {"error": {"message": message, "type": "BadRequestError", "code": 400}}
    with pytest.raises(ContextOverflowError, match="512"):
        _read(body)


@given(st.lists(NUMBERS, min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_scores_are_in_the_order_of_the_texts(
    logits: list[float], random: np.random.Generator
) -> None:
    rankings = [{"index": i, "logit": logit} for i, logit in enumerate(logits)]
    random.shuffle(rankings)
    assert logits_of({"rankings": rankings}, count=len(logits), model="m") == logits


@pytest.mark.parametrize(
    ("rankings", "message"),
    [
        ([], "0 results for 2 texts"),
        ([{"index": 0, "logit": 1.0}], "1 results for 2 texts"),
        ([{"index": 0, "logit": 1.0}, {"index": 2, "logit": 1.0}], r"places \[0, 2\]"),
        ([{"index": 0, "logit": 1.0}, {"index": 1, "logit": float("inf")}], "not a number"),
        ([{"index": 0, "logit": 1.0}, {"index": 1}], "another form"),
    ],
)
def test_what_is_not_a_score_for_each_text_is_refused(rankings: object, message: str) -> None:
    with pytest.raises(ReplyError, match=message):
        logits_of({"rankings": rankings}, count=2, model="m")
