import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve.answer.routing.complexity import needs_reasoning


@pytest.mark.parametrize(
    "question",
    [
        "Why did gross margin decline in the third quarter?",
        "How come the lease was not renewed?",
        "By how much did revenue increase between 2021 and 2022?",
        "Calculate the percentage increase in total assets.",
        "What is the quick ratio of the company?",
        "How does the pledge affect the liability of the guarantor?",
        "Compare the two termination clauses.",
        "Is the EMEA segment larger than the Americas segment?",
        "If the buyer pays late, what interest is due?",
        "May the tenant sublet if the landlord does not object?",
        "What would happen to the loan without the guarantee?",
        "What was the change in inventory, and what drove it?",
        "How do the methods in paper 1 and paper 3 differ?",
        "Do the papers agree with each other?",
        "Warum ist der Gewinn im dritten Quartal gesunken?",
        "Was passiert, wenn der Mieter nicht zahlt?",
        "Pourquoi la marge a-t-elle baissé ?",
        "¿Qué ocurre si el inquilino no paga?",
        "Perché il margine è diminuito?",
        "Por que a margem caiu?",
        "Waarom daalde de marge?",
        "Почему снизилась маржа?",
        "为什么毛利率下降了?",
        "利益率が下がったのはなぜですか?",
        "이익률이 하락한 이유는 무엇인가요?",
        "Dlaczego marża spadła?",
    ],
)
def test_reasons_sums_comparisons_and_conditions_take_thought(question: str) -> None:
    assert needs_reasoning(question)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "What is the notice period for termination?",
        "Who are the parties to the agreement?",
        "What was the company's net income in fiscal 2022?",
        "How many participants took part in the second study?",
        "How much is the security deposit?",
        "How do I reset the device to factory settings?",
        "How is authentication implemented?",
        "As of December 31, 2023, what is the total indebtedness of the company?",
        "When will the license agreement with Mayo expire?",
        "What was his answer when asked if he would come?",
        "In paper 0, which model was used for evaluations?",
        "Wie lang ist die Kündigungsfrist?",
        "Quel est le délai de préavis ?",
        "¿Cuál es el plazo de preaviso?",
        "Qual è il periodo di preavviso?",
        "Каков срок уведомления?",
        "解约通知期是多长?",
        "解約の予告期間はどのくらいですか?",
        "해지 통지 기간은 얼마인가요?",
    ],
)
def test_what_stands_somewhere_takes_none(question: str) -> None:
    assert not needs_reasoning(question)


def test_answers_to_choose_from_do_not_count() -> None:
    choices = "\nA. because it is larger than the other\nB. why not"
    assert not needs_reasoning(f"Who wrote the letter?{choices}")


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    assert needs_reasoning(text) in {True, False}


@pytest.mark.parametrize(
    "unit", ["what ", "how does ", "change from ", "paper 1 ", "if ", "\nA", "为"]
)
def test_a_longer_question_takes_hardly_longer(unit: str) -> None:
    short, long = unit * (20_000 // len(unit)), unit * (800_000 // len(unit))
    needs_reasoning(short)  # patterns are made when they are first needed
    assert _spent(long) <= 10 * _spent(short) + 0.02


def _spent(question: str) -> float:
    """Return the least CPU seconds of three."""
    found: list[float] = []
    for _ in range(3):
        start = time.process_time()
        needs_reasoning(question)
        found.append(time.process_time() - start)
    return min(found)
