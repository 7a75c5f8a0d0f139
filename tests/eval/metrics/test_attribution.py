from collections.abc import Sequence

import pytest

from core.answers import Answer
from core.ids import DocumentId
from core.types import Span
from eval.metrics.attribution import Attribution, attribution, citation_scores, fabricated_quotes
from eval.metrics.citations import NO_CITATIONS, NO_CLAIMS, CitedClaim, Entails
from eval.metrics.retrieval import NO_GOLD, NO_GOLD_PAGES, NO_GOLD_SPANS, GoldPlace
from eval.metrics.scores import ABSTAINED, NO_RESULT, NOT_JUDGED, Score
from tests.doubles.answers import abstention, answer, citation

TEXTS = {"a": "abcdefgh", "b": "hgfedcba"}
GOLD = [GoldPlace(document="a", span=Span(2, 6), pages=(1,))]


def _entails(claim: str, quotes: Sequence[str]) -> bool:
    """Tell whether every letter of the claim is in the quotes."""
    return set(claim) <= set("".join(quotes))


def _never(claim: str, quotes: Sequence[str]) -> bool:
    return False


def _text_at(document: DocumentId, span: Span) -> str | None:
    return span.slice(TEXTS[document]) if document in TEXTS else None


def _claim(text: str, *quotes: str) -> CitedClaim:
    return CitedClaim(text=text, citations=tuple(citation(n, q) for n, q in enumerate(quotes)))


def test_every_claim_becomes_one_of_four_things() -> None:
    claims = [
        _claim("ab", "a", "b"),
        _claim("cd", "a"),
        _claim("cd"),
        _claim("xy", "a"),
        _claim("xy"),
    ]

    assert attribution(claims, ["ab", "cde"], _entails) == Attribution(
        supported=0.2, misattributed=0.2, uncited=0.2, unsupported=0.4
    )


def test_evidence_entails_a_claim_alone_or_not_at_all() -> None:
    found = attribution([_claim("cd")], ["c", "d"], _entails)

    assert found == Attribution(supported=0, misattributed=0, uncited=0, unsupported=1)


def test_nothing_claimed_is_nothing_attributed() -> None:
    assert attribution([], ["a"], _entails) == NO_CLAIMS


def test_a_quote_is_fabricated_unless_it_stands_there_to_the_letter() -> None:
    cited = [
        citation(1, "cde", start=2),
        citation(2, "cde", start=1),
        citation(3, "Cde", start=2),
        citation(4, "cde", start=2, document="gone"),
    ]

    assert fabricated_quotes(cited, _text_at) == 0.75
    assert fabricated_quotes([], _text_at) == NO_CITATIONS


def _scores(
    given: Answer | None, gold: Sequence[GoldPlace] = GOLD, *, judge: Entails | None = None
) -> dict[str, Score]:
    return citation_scores(
        given, gold, entails=_entails, text_at=_text_at, evidence=["abcd"], judge=judge
    )


GIVEN = answer(
    {"ab": [1, 2], "cd": [1]},
    [citation(1, "abcd", pages=(1,)), citation(2, "hg", document="b", pages=(1,))],
)


def test_an_answer_is_scored_by_checker_judge_and_gold() -> None:
    assert _scores(GIVEN, judge=_never) == pytest.approx(
        {
            "citation_recall": 1.0,
            "citation_precision": 2 / 3,
            "citation_f1": 0.8,
            "judged_citation_recall": 0.0,
            "judged_citation_precision": 0.0,
            "support_recall": 1.0,
            "support_precision": 1.0,
            "misattribution_rate": 0.0,
            "uncited_rate": 0.0,
            "unsupported_rate": 0.0,
            "fabricated_quote_rate": 0.0,
            "cited_span_recall": 2 / 4,
            "cited_span_precision": 2 / 6,
            "cited_span_iou": 2 / 8,
            "cited_page_accuracy": 1 / 2,
        }
    )


def test_without_a_judge_only_the_judged_scores_are_open() -> None:
    scores = _scores(GIVEN)

    assert {name for name, score in scores.items() if score == NOT_JUDGED} == {
        "judged_citation_recall",
        "judged_citation_precision",
    }


def test_without_gold_only_what_is_held_against_it_is_open() -> None:
    names = {name for name, score in _scores(GIVEN, []).items() if score == NO_GOLD}

    assert names == {
        "cited_span_recall",
        "cited_span_precision",
        "cited_span_iou",
        "cited_page_accuracy",
    }
    scores = _scores(GIVEN, [GoldPlace(document="a")])
    assert scores["cited_span_iou"] == NO_GOLD_SPANS
    assert scores["cited_page_accuracy"] == NO_GOLD_PAGES


def test_an_answer_that_cites_nothing_is_nowhere() -> None:
    scores = _scores(answer({"ab": []}))

    assert scores["citation_precision"] == 0.0
    assert scores["cited_page_accuracy"] == 0.0
    assert scores["cited_span_iou"] == 0.0
    assert scores["fabricated_quote_rate"] == NO_CITATIONS
    assert scores["uncited_rate"] == 1.0


def test_an_abstention_cites_nothing_right_or_wrong() -> None:
    scores = _scores(abstention())

    assert set(scores.values()) == {ABSTAINED}
    assert scores.keys() == _scores(GIVEN).keys()


def test_no_result_scores_0_and_goes_wrong_in_no_way_that_is_known() -> None:
    scores = _scores(None, judge=_entails)

    assert scores.keys() == _scores(GIVEN).keys()
    unknown = {name for name, score in scores.items() if score == NO_RESULT}
    assert unknown == {
        "misattribution_rate",
        "uncited_rate",
        "unsupported_rate",
        "fabricated_quote_rate",
    }
    assert {scores[name] for name in scores.keys() - unknown} == {0.0}
