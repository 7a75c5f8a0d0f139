from __future__ import annotations

import pytest

from eval.suites.drafts import drafts


@pytest.mark.parametrize(
    ("text", "kind", "question", "answer"),
    [
        (
            "A tenant is the owner of some documents.",
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
    ],
)
def test_what_does_not_say_what_it_is_about_makes_no_question(text: str) -> None:
    assert not list(drafts(text, title="Guide"))
