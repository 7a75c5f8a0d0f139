from dataclasses import replace

import pytest

from core.answers import Usage
from eval.metrics.mean import Mean
from eval.metrics.paired import Paired
from eval.metrics.routing import (
    NO_ROUTE,
    NOT_SHARED,
    NOTHING_SPENT,
    Escalations,
    Ratio,
    Routed,
    against,
    by_route,
    escalations,
)
from eval.metrics.scores import CaseId, Score, Unscored
from tests.doubles.answers import ROUTE, answer

OPEN = Unscored(reason="not judged")


def _routed(
    score: Score, route: str = "retrieval", *, escalated: bool = False, tokens: Score = 100.0
) -> Routed:
    return Routed(route=route, escalated=escalated, score=score, tokens=tokens, cost_usd=0.0)


def _run(*routed: Routed) -> dict[CaseId, Routed]:
    return {CaseId(f"q{n}"): each for n, each in enumerate(routed)}


def test_an_answer_tells_its_route_and_what_it_took() -> None:
    route = replace(ROUTE, strategy="long_context", escalated_from="retrieval")
    used = Usage(prompt_tokens=90, completion_tokens=10, cost_usd=0.5)

    assert Routed.of(answer({}, route=route, usage=used), 1.0) == Routed(
        route="long_context", escalated=True, score=1.0, tokens=100.0, cost_usd=0.5
    )
    assert not Routed.of(answer({}), 1.0).escalated


def test_no_result_has_a_place_among_the_routes() -> None:
    found = Routed.of(None, 0.0)

    assert (found.route, found.escalated, found.score) == (NO_ROUTE, False, 0.0)
    assert found.tokens == Unscored(reason="no result")


def test_every_route_has_its_share_and_its_means() -> None:
    run = _run(
        _routed(1.0), _routed(0.0, tokens=300.0), _routed(1.0, "long_context"), Routed.of(None, 0.0)
    )

    found = by_route(run)

    assert list(found) == [NO_ROUTE, "long_context", "retrieval"]
    passages = found["retrieval"]
    assert isinstance(passages.share, Mean)
    assert (passages.share.value, passages.share.n) == (0.5, 4)
    assert isinstance(passages.score, Mean)
    assert (passages.score.value, passages.score.n) == (0.5, 2)
    assert isinstance(passages.tokens, Mean)
    assert passages.tokens.value == 200.0
    assert isinstance(passages.cost_usd, Mean)
    assert isinstance(found[NO_ROUTE].tokens, Unscored)


def test_routing_is_held_against_going_one_way() -> None:
    ours = _run(_routed(1.0), _routed(1.0, tokens=300.0), _routed(0.0, tokens=OPEN))
    always = _run(
        _routed(1.0, tokens=1_000.0), _routed(0.0, tokens=600.0), _routed(1.0, tokens=500.0)
    )

    found = against(ours, always)

    assert isinstance(found.score, Paired)
    assert (found.score.wins, found.score.losses) == (1, 1)
    assert isinstance(found.tokens, Ratio)
    assert found.tokens.value == 400 / 1_600
    assert (found.tokens.n, found.tokens.unscored) == (2, {"not judged": 1})
    assert found.tokens.low == pytest.approx(0.1)
    assert found.tokens.high == pytest.approx(0.5)
    assert found.cost_usd == NOTHING_SPENT


def test_a_ratio_of_what_is_unknown_is_unscored() -> None:
    assert against(_run(_routed(1.0)), _run(_routed(1.0, tokens=OPEN))).tokens == NOT_SHARED


def test_a_ratio_over_one_question_or_to_nothing_has_no_interval() -> None:
    one = against(_run(_routed(1.0)), _run(_routed(1.0, tokens=200.0))).tokens
    nothing = against(
        _run(_routed(1.0), _routed(1.0)), _run(_routed(1.0), _routed(1.0, tokens=0.0))
    ).tokens

    assert one == Ratio(value=0.5, low=None, high=None, n=1)
    assert nothing == Ratio(value=2.0, low=None, high=None, n=2)


def test_escalations_are_held_against_passages_and_the_rest_against_long_context() -> None:
    def up(score: Score) -> Routed:
        return _routed(score, "long_context", escalated=True)

    ours = _run(
        up(1.0), up(1.0), up(0.0), up(OPEN), up(1.0), _routed(0.0), _routed(1.0), _routed(OPEN),
        _routed(0.0, "long_context"),
    )  # fmt: skip
    passages = _run(*map(_routed, (0.0, 1.0, 1.0, 0.0, OPEN, 0.0, 1.0, 0.0, 0.0)))
    whole = _run(*map(_routed, (1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0)))

    assert escalations(ours, retrieval=passages, long_context=whole) == Escalations(
        helped=1, made_no_difference=1, hurt=1, missed=1, unscored={"not judged": 2}
    )


def test_escalations_over_other_questions_are_refused() -> None:
    run = _run(_routed(1.0))

    with pytest.raises(ValueError, match=r"not in every run: .*q0"):
        escalations(run, retrieval=run, long_context={})
