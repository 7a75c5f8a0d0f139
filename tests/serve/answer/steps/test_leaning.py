import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.store.bm25 import Bm25Encoder
from serve.answer.steps.leaning import Carrying, Leans
from serve.answer.terms import Lexicon

LEXICON = Lexicon(Bm25Encoder())
PLAN = "Tell me about the Acme health plan"


def carrying(language: str = "en") -> Carrying:
    return Carrying(
        is_telling=lambda word: bool(LEXICON.terms(word, language=language)), language=language
    )


@pytest.mark.parametrize(
    ("before", "question", "joined"),
    [
        ("What was ACME's revenue in 2022?", "And in 2023?", "And in 2023? (ACME revenue)"),
        (
            "What was Microsoft's revenue in 2023?",
            "What about IBM's?",
            "What about IBM's? (revenue 2023)",
        ),
        (
            "How high is the leaning tower of Pisa?",
            "Who built it?",
            "Who built it? (leaning tower of Pisa)",
        ),
        ("What is IBM's revenue?", "Who is its CEO?", "Who is its CEO? (IBM)"),
        (PLAN, "What is the deductible?", "What is the deductible? (Acme health plan)"),
        (PLAN, "Why?", "Why? (Acme health plan)"),
        (PLAN, "Does that cover it? ", "Does that cover it? (Acme health plan)"),
        ("Who bought Initech Ltd in 1999?", "Who led it?", "Who led it? (Initech Ltd)"),
        ("How tall is the tower?", "When was it built?", "When was it built? (tower)"),
        ("", "And in 2023?", "And in 2023?"),
        ("And why?", "Who is she?", "Who is she?"),
    ],
)
def test_what_a_question_leaves_out_is_carried_over(
    before: str, question: str, joined: str
) -> None:
    assert carrying().joined(before, "", question) == joined


@pytest.mark.parametrize(
    "question",
    [
        "Who was the first president of Poland?",
        "What is RAG?",
        "How long does it take to charge a phone?",
        "Is it true that Globex bought Initech?",
        "What is the year that Initech was founded?",
        "Is there a refund for late deliveries?",
        "Define photosynthesis.",
        "What is the GDPR?",
    ],
)
def test_a_question_that_stands_alone_stays_as_it_is(question: str) -> None:
    assert carrying().leans(question) is Leans.NOT
    assert carrying().joined(PLAN, "It covers Jane Doe.", question) == question


def test_a_person_may_have_been_named_by_the_answer() -> None:
    joined = carrying().joined(
        "Who founded Acme?", "Jane Doe founded Acme in 1990.", "When was she born?"
    )
    assert joined.startswith("When was she born? (Jane Doe")


def test_a_thing_that_the_question_did_not_name_may_be_in_the_answer() -> None:
    joined = carrying().joined(
        "Who makes the best-selling phone?", "Globex Corp makes it.", "Where is its headquarters?"
    )
    assert "Globex Corp" in joined


@pytest.mark.parametrize(
    ("language", "before", "question", "joined"),
    [
        (
            "de",
            "Wie hoch ist der schiefe Turm von Pisa?",
            "Wer hat ihn gebaut?",
            "Wer hat ihn gebaut? (Turm von Pisa)",
        ),
        (
            "de",
            "Wie hoch war der Umsatz von Microsoft 2022?",
            "Und bei Apple?",
            "Und bei Apple? (Umsatz Microsoft 2022)",
        ),
        (
            "fr",
            "Quelle est la hauteur de la tour de Pise ?",
            "Et celle de Sienne ?",
            "Et celle de Sienne ? (hauteur tour)",
        ),
        (
            "es",
            "¿Cuál fue el ingreso de la empresa Acme en 2022?",
            "¿Y en 2023?",
            "¿Y en 2023? (ingreso empresa Acme)",
        ),
        ("zh", "比萨斜塔有多高？", "它是谁建的？", "它是谁建的？ (比萨斜塔有多高)"),
    ],
)
def test_other_languages_lean_too(language: str, before: str, question: str, joined: str) -> None:
    assert carrying(language).joined(before, "", question) == joined


def test_what_is_carried_is_bounded() -> None:
    before = " ".join(f"alpha{n}" for n in range(500))
    assert len(carrying().joined(before, "", "Why?").split()) <= 14


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_nothing_of_a_question_is_lost(before: str, answer: str, question: str) -> None:
    joined = carrying().joined(before, answer, question)
    assert joined == question or joined.startswith(question.strip())
