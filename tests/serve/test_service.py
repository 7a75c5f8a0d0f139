from __future__ import annotations

import math

import pytest

from core.errors import RequestError
from core.ids import CollectionName
from core.types import Scope
from serve.answer.question import LONGEST_QUESTION, Question
from serve.service import IngestRequest, TextSource

HERE = CollectionName("default")


def test_the_longest_question_is_taken_and_a_longer_one_refused() -> None:
    scope = Scope(collection=HERE)
    assert len(Question(text="ü" * LONGEST_QUESTION, scope=scope).text) == 8_000

    with pytest.raises(RequestError, match="has 8,001 characters; 8,000 are allowed"):
        Question(text="ü" * (LONGEST_QUESTION + 1), scope=scope)


@pytest.mark.parametrize("text", ["", " ", "\n\t"], ids=repr)
def test_a_blank_question_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="blank"):
        Question(text=text, scope=Scope(collection=HERE))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_metadata_that_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(RequestError, match=f"metadata 'share' is {value}; allowed: finite numbers"):
        IngestRequest(collection=HERE, metadata={"year": 2024, "share": value})
    with pytest.raises(RequestError, match="metadata 'share'"):
        TextSource(text="x", metadata={"share": value})
