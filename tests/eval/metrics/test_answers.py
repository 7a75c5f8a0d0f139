import pytest

from core.answers import Answer
from eval.metrics.answers import (
    NO_GOLD_TEXT,
    GoldAnswer,
    Grade,
    answer_scores,
    containment,
    correct,
    exact_match,
    token_f1,
)
from eval.metrics.numbers import NO_NUMBER
from eval.metrics.scores import ABSTAINED, NOT_JUDGED, Score, Unscored
from tests.doubles.answers import abstention, answer

GOLD = GoldAnswer(accepted=("Alan Turing", "Turing"))


def test_exact_match_looks_over_case_marks_and_articles() -> None:
    assert exact_match("the Eiffel Tower.", "Eiffel tower") == 1.0
    assert exact_match("the Eiffel Tower in Paris", "Eiffel tower") == 0.0


# As the example of SQuAD's evaluation: precision 2/3, recall 2/2.
def test_token_f1_is_the_harmonic_mean_of_the_words_in_common() -> None:
    assert token_f1("by Alan Turing", "Alan Turing") == pytest.approx(2 * (2 / 3) / (2 / 3 + 1))
    assert token_f1("a b b", "b c b b") == pytest.approx(2 * 1 * (2 / 4) * (2 / 2) / 1.5 / 1)
    assert token_f1("Ada", "Turing") == 0.0
    assert token_f1("", "Turing") == 0.0
    assert token_f1("the", "a") == 1.0


def test_containment_is_the_share_of_facts_that_are_said_word_for_word() -> None:
    facts = [("New York", "NYC"), ("us",), ("1931",)]

    assert containment("In NYC, because of rain [1].", facts) == pytest.approx(1 / 3)
    assert containment("Built in 1931 in New York, US", facts) == 1.0
    assert containment("York, New", facts) == 0.0
    assert containment("any", [("the", "?")]) == 0.0


def test_containment_without_facts_is_undefined() -> None:
    with pytest.raises(ValueError, match="without facts"):
        containment("any", [])


def test_an_answer_is_scored_by_its_best_accepted_one() -> None:
    scores = answer_scores(answer({"Turing": [1]}), GOLD, judged=Grade.PARTIAL)

    assert scores == {
        "exact_match": 1.0,
        "token_f1": 1.0,
        "containment": 1.0,
        "numeric_match": NO_NUMBER,
        "judged_correct": 0.5,
    }


def test_facts_are_all_to_be_said() -> None:
    gold = GoldAnswer(accepted=("5 km and 7 km",), facts=(("5 km",), ("7 km",)))

    scores = answer_scores(answer({"It is 5 km.": [1]}), gold)

    assert scores["containment"] == 0.5
    assert scores["numeric_match"] == 0.0
    assert scores["judged_correct"] == NOT_JUDGED


@pytest.mark.parametrize("given", [None, abstention()], ids=["no result", "abstained"])
def test_no_answer_to_a_question_that_has_one_is_wrong(given: Answer | None) -> None:
    gold = GoldAnswer(accepted=("the 5",))

    assert set(answer_scores(given, gold, judged=ABSTAINED).values()) == {0.0}
    assert answer_scores(given, gold)["judged_correct"] == NOT_JUDGED


def test_saying_nothing_is_not_the_same_as_gold_of_articles() -> None:
    scores = answer_scores(None, GoldAnswer(accepted=("the",)))

    assert (scores["exact_match"], scores["token_f1"], scores["containment"]) == (0.0, 0.0, 0.0)


def test_where_there_is_no_answer_only_to_abstain_is_right() -> None:
    gold = GoldAnswer(answerable=False)

    def scores(given: Answer | None) -> list[Score]:
        found = answer_scores(given, gold, judged=Grade.PARTIAL)
        assert found.pop("numeric_match") == NO_NUMBER
        return list(found.values())

    assert scores(abstention()) == [1.0] * 4
    assert scores(answer({"Turing": []})) == [0.0] * 4
    assert scores(None) == [0.0] * 4
    assert answer_scores(abstention(), gold)["judged_correct"] == NOT_JUDGED


def test_gold_without_text_leaves_the_judge() -> None:
    scores = answer_scores(answer({"Turing": []}), GoldAnswer(), judged=Grade.WRONG)

    assert scores.pop("judged_correct") == 0.0
    assert set(scores.values()) == {NO_GOLD_TEXT}


def test_a_judge_that_failed_leaves_the_score_open() -> None:
    failed = Unscored(reason="the judge did not answer")

    assert correct(failed) == failed
    assert [correct(grade) for grade in Grade] == [1.0, 0.5, 0.0]
