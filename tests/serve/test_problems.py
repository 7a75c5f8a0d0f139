from __future__ import annotations

import pytest

from core.errors import (
    ConflictError,
    DeadlineError,
    EmbedderError,
    IbidError,
    NotFoundError,
    RateLimitedError,
    RequestError,
    ServerError,
    SettingsError,
    SourceError,
    StoreError,
)
from serve.problems import error_of, problem, problem_of

ERRORS = [
    (NotFoundError("job", "x"), 404),
    (ConflictError("two"), 409),
    (RequestError("odd"), 422),
    (SourceError("odd"), 422),
    (SettingsError("set it"), 422),
    (StoreError("full"), 503),
    (EmbedderError("none"), 503),
    (RateLimitedError("later", model="m"), 503),
    (DeadlineError("slow", model="m"), 504),
    (ServerError("full", status=507), 507),
    (IbidError("?"), 500),
]


@pytest.mark.parametrize(("error", "status"), ERRORS)
def test_an_error_keeps_its_words_and_status_over_the_wire(error: IbidError, status: int) -> None:
    told = problem_of(error)

    assert (told.status, told.detail) == (status, str(error))
    assert str(error_of(told)) == str(error)
    assert problem_of(error_of(told)).status == status


@pytest.mark.parametrize(
    "error", [ConflictError("two"), RequestError("odd"), SettingsError("set it")]
)
def test_what_a_client_can_tell_apart_is_told_apart(error: IbidError) -> None:
    assert type(error_of(problem_of(error))) is type(error)


def test_a_lone_surrogate_is_shown_as_a_question_mark() -> None:
    assert problem(422, "no \ud800").detail == "no ?"
