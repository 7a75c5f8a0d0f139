from collections.abc import Sequence

import pytest

from core.answers import Verdict
from eval.metrics.citations import (
    NO_CLAIMS,
    UNCHECKED,
    Cited,
    CitedClaim,
    alce,
    cited_claims,
    readings,
    weighted_support,
)
from serve.answer.verify.statement import FLAGGED, REMOVED
from tests.doubles.answers import answer, citation


def _entails(claim: str, quotes: Sequence[str]) -> bool:
    """Tell whether every letter of the claim is in the quotes."""
    assert quotes
    return set(claim) <= set("".join(quotes))


def _claim(text: str, *quotes: str) -> CitedClaim:
    return CitedClaim(
        text=text, citations=tuple(citation(n, q) for n, q in enumerate(quotes, start=1))
    )


# Worked out by hand after section 4 of https://aclanthology.org/2023.emnlp-main.398.
@pytest.mark.parametrize(
    ("claims", "recall", "precision"),
    [
        pytest.param([_claim("ab", "ab")], 1, 1, id="one citation that entails"),
        pytest.param([_claim("ab", "a")], 0, 0, id="one citation that does not"),
        pytest.param([_claim("ab")], 0, 0, id="no citation"),
        pytest.param([_claim("ab", "a", "b")], 1, 1, id="two that only entail together"),
        pytest.param([_claim("ab", "ab", "c")], 1, 1 / 2, id="the second is irrelevant"),
        pytest.param([_claim("ab", "ab", "abc")], 1, 1, id="each entails alone"),
        pytest.param([_claim("ab", "ab", "a")], 1, 1 / 2, id="partly, but not needed"),
        pytest.param([_claim("ab", "a", "a", "b")], 1, 1 / 3, id="either of two equal ones goes"),
        pytest.param([_claim("abc", "a", "b")], 0, 0, id="not even together"),
        pytest.param([_claim("ab", "ab"), _claim("cd")], 1 / 2, 1, id="one of two claims cited"),
        pytest.param(
            [_claim("ab", "ab", "x"), _claim("cd", "c"), _claim("e", "e")],
            2 / 3,
            2 / 4,
            id="precision is over citations, not claims",
        ),
    ],
)
def test_alce_gives_what_was_worked_out_by_hand(
    claims: list[CitedClaim], recall: float, precision: float
) -> None:
    found = alce(claims, _entails)

    assert (found.recall, found.precision) == (pytest.approx(recall), pytest.approx(precision))


def test_without_claims_there_is_nothing_to_cite() -> None:
    assert alce([], _entails) == Cited(recall=NO_CLAIMS, precision=NO_CLAIMS)
    assert weighted_support([]) == Cited(recall=NO_CLAIMS, precision=NO_CLAIMS)


def test_everything_that_is_asked_can_be_known_before() -> None:
    claims = [_claim("ab", "a", "b", "ab"), _claim("c", "c"), _claim("d"), _claim("ab", "a")]
    before = readings(claims, ["p"])
    table = {asked: _entails(*asked) for asked in before}

    assert len(table) == len(before)
    assert ("ab", ("a", "b", "ab")) in table
    assert ("d", ("p",)) in table
    assert alce(claims, lambda claim, quotes: table[claim, tuple(quotes)]) == alce(claims, _entails)


def _weighed(*verdicts: Verdict) -> CitedClaim:
    return CitedClaim(
        text="", citations=tuple(citation(n, "", verdict=v) for n, v in enumerate(verdicts))
    )


FULL, PART, NONE = Verdict.SUPPORTED, Verdict.PARTIAL, Verdict.UNSUPPORTED


def test_support_is_weighed_over_citations_and_over_claims() -> None:
    claims = [_weighed(FULL), _weighed(PART, NONE), _weighed(), _weighed(Verdict.CONTRADICTED)]

    found = weighted_support(claims)

    assert found.precision == pytest.approx((1 + 0.5 + 0 + 0) / 4)
    assert found.recall == pytest.approx((1 + 0.5 + 0 + 0) / 4)
    assert weighted_support([_weighed(FULL, NONE), _weighed()]) == Cited(recall=0.5, precision=0.5)
    assert weighted_support([_weighed()]) == Cited(recall=0.0, precision=0.0)


def test_what_is_unchecked_is_not_taken_for_unsupported() -> None:
    found = weighted_support([_weighed(FULL), _weighed(Verdict.UNCHECKED)])

    assert found == Cited(recall=UNCHECKED, precision=UNCHECKED)


def test_claims_come_with_what_they_cite_if_they_are_in_the_text() -> None:
    first, second = citation(1, "one"), citation(2, "two")
    given = answer({"a": [2, 1], "b": []}, [first, second], notes=(FLAGGED,))

    assert cited_claims(given) == [
        CitedClaim(text="a", citations=(second, first)),
        CitedClaim(text="b"),
    ]
    assert cited_claims(answer({"a": [1]}, [first], notes=(REMOVED,))) == []
