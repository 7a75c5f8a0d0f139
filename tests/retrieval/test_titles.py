import pytest

from core.ids import DocumentId
from retrieval.titles import title_matches

TITLES = {
    DocumentId(title): title
    for title in (
        "3M 2018 10K",
        "3M 2022 10K",
        "AMCOR 2023 10K",
        "AMCOR 2023Q2 10Q",
        "AMERICANWATERWORKS 2021 10K",
        "The Form 8-K for Foot Locker Inc. of 19 August 2022",
        "Notes",
    )
}


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("What is the FY2018 capital expenditure of 3M?", "3M 2018 10K"),
        ("What did 3M's segments sell in FY22?", "3M 2022 10K"),
        ("What was AMCOR's liability as of Q2 of FY2023?", "AMCOR 2023Q2 10Q"),
        ("What did American Water Works pay in 2021?", "AMERICANWATERWORKS 2021 10K"),
        (
            "Who is Foot Locker's new CEO?",
            "The Form 8-K for Foot Locker Inc. of 19 August 2022",
        ),
    ],
)
def test_the_document_that_is_asked_for_matches_best(question: str, title: str) -> None:
    matches = title_matches(question, TITLES)

    assert max(matches, key=lambda document: matches[document]) == title


def test_matches_are_shares() -> None:
    matches = title_matches("3M 2018 10K, 2023Q2, notes", TITLES)

    assert all(0 <= share <= 1 for share in matches.values())
    assert matches[DocumentId("3M 2018 10K")] == pytest.approx(1.0)


def test_what_names_no_document_matches_none() -> None:
    assert set(title_matches("Why is the sky blue?", TITLES).values()) == {0.0}


def test_no_titles_match_nothing() -> None:
    assert title_matches("Why?", {}) == {}


def test_rare_words_weigh_more_than_common_ones() -> None:
    titles = {DocumentId(t): t for t in ("Annual report Fen", "Annual report Moor", "Plans")}

    matches = title_matches("What does the annual report say of Moor?", titles)

    assert (
        matches[DocumentId("Annual report Moor")] > 1.5 * matches[DocumentId("Annual report Fen")]
    )
