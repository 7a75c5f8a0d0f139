from __future__ import annotations

import pytest

from eval.suites.drafts import drafts


@pytest.mark.parametrize(
    ("text", "kind", "question", "answer"),
    [
        (
            "A tenant is the owner of some documents. Nobody sees more than one tenant.",
            "definition",
            "What is a tenant?",
            "the owner",
        ),
        ("Net sales were $82,959 million, up a bit.", "figure", "What were Net sales?", "$82,959"),
        ("“Span” means a range of characters.", "term", "What does “Span” mean?", "a range"),
        (
            "## Limits\n\nAt most ten questions are asked at once.\n",
            "heading",
            "What does Guide say about Limits?",
            "At most ten",
        ),
        (
            "## What is kept?\n\nEvery answer is, for a month.\n",
            "heading",
            "What is kept?",
            "Every",
        ),
    ],
    ids=["definition", "figure", "term", "heading", "heading that asks"],
)
def test_a_sentence_of_a_known_build_makes_a_question_with_its_evidence(
    text: str, kind: str, question: str, answer: str
) -> None:
    [draft] = drafts(text, title="Guide")

    assert (draft.kind, draft.question) == (kind, question)
    assert draft.answer.startswith(answer)
    assert draft.answer in draft.evidence.slice(text)


@pytest.mark.parametrize(
    "text",
    [
        "This is a very short thing to say here.",
        "It was a dark and stormy night outside.",
        "A is b.",
        "Even is the number of those who were asked here. Even so.",
        "The foregoing is the entire agreement of both. The foregoing holds.",
        "The result of this is a very long delay. The result of this is bad.",
        "Copper is a metal that conducts heat and current well.",
        "Copper, all in all, is dear. Copper is a metal.",
    ],
    ids=lambda text: text[:20],
)
def test_what_does_not_say_what_it_is_about_makes_no_question(text: str) -> None:
    assert not list(drafts(text, title="Guide"))


@pytest.mark.parametrize(
    "text",
    [
        "Copper is a metal that conducts heat. Nothing replaces Copper.",
        "Copper is a metal that conducts heat, which is what “Copper” says.",
        "The copper is a metal that conducts heat. Nothing replaces copper.",
    ],
    ids=["again", "in quotes", "with an article"],
)
def test_a_term_that_the_document_uses_as_one_is_asked_about(text: str) -> None:
    [draft] = drafts(text, title="Guide")

    assert draft.question in {"What is Copper?", "What is the copper?"}


def test_a_question_is_one_line_though_its_words_stand_on_two() -> None:
    [draft] = drafts("“Net\nassets” means what is left of all assets.", title="Guide")

    assert draft.question == "What does “Net assets” mean?"
