import pytest

from retrieval.figures import asks_for_figure


@pytest.mark.parametrize(
    "question",
    [
        "How much did Costco earn?",
        "how many people?",
        "What is the quick ratio?",
        "What are total current assets in USD?",
        "Which margins fell?",
        "What is 5% of it?",
    ],
)
def test_questions_after_a_number_are_told(question: str) -> None:
    assert asks_for_figure(question)


@pytest.mark.parametrize("question", ["Who is it?", "What is the purpose of `number_of`?", "Why?"])
def test_other_questions_are_not(question: str) -> None:
    assert not asks_for_figure(question)
