from collections.abc import Sequence

import pytest

from core.store.bm25 import Bm25Encoder
from core.types import Passage
from serve.answer.about import Relevant, foretold, relevant, subject_of
from serve.answer.terms import Lexicon
from tests.doubles.passages import passage

INTEL = passage("Our Q3 2023 revenue was $14.2 billion.", source="2023 Q3 INTC.pdf", title="Intel")
APPLE = passage("Net sales were $81,797 million.", source="2023 Q3 AAPL.pdf", title="Apple Inc.")


def about(question: str, passages: Sequence[Passage]) -> Relevant:
    lexicon = Lexicon(Bm25Encoder())
    terms = [lexicon.passage_terms(each) for each in passages]
    return relevant(subject_of(question), passages, terms=terms, lexicon=lexicon)


@pytest.mark.parametrize(
    ("question", "names", "years", "quarters"),
    [
        ("What was Apple's revenue in 2023?", ("Apple",), ("2023",), ()),
        ("NVIDIA's sales in Q3 fiscal 2025?", ("NVIDIA",), ("2025",), ("Q3",)),
        ("Revenue in the third quarter of FY24?", (), ("2024",), ("Q3",)),
        ("Who is the CEO of it? Where does Tim Cook live?", ("Tim Cook",), (), ()),
        ("what was apple's revenue?", (), (), ()),
        ("What Is The Capital Of France", (), (), ()),
        ("Is it open on Sundays in May?", (), (), ()),
        ("What do these 10-Qs say of $2,023 and 2000.5?", (), (), ()),
    ],
    ids=["possessive", "capitals", "ordinal", "acronym", "lower", "title", "calendar", "numbers"],
)
def test_names_and_times_of_a_question_are_known(
    question: str, names: tuple[str, ...], years: tuple[str, ...], quarters: tuple[str, ...]
) -> None:
    found = subject_of(question)
    assert (found.names, found.years, found.quarters) == (names, years, quarters)


def test_passage_about_another_company_is_not_about_the_question() -> None:
    assert about("What was Apple's revenue in 2023?", [INTEL]).unmet == ("Apple",)
    assert about("What was Intel's revenue in 2019?", [INTEL]).unmet == ("2019",)
    assert about("What was Intel's revenue in Q1 2023?", [INTEL]).unmet == ("Q1",)


def test_passages_about_the_question_go_before_better_found_ones() -> None:
    found = about("What was Apple's revenue in 2023?", [INTEL, APPLE])
    assert (found.passages, found.unmet) == ((APPLE,), ())


def test_name_may_stand_elsewhere_in_the_document() -> None:
    text = passage("Net sales were high.", source="b.pdf")
    cover = passage("Apple Inc., 2023", source="b.pdf", start=99)
    assert about("What were Apple's sales in 2023?", [text, cover]).unmet == ()


def test_name_is_matched_by_its_stem_and_in_any_case() -> None:
    assert about("What do the Americans eat?", [passage("american food")]).unmet == ()


def test_question_about_two_is_about_passages_of_either() -> None:
    found = about("How do Apple and Intel compare?", [INTEL, APPLE])
    assert (found.passages, found.unmet) == ((INTEL, APPLE), ())


def test_nouns_of_a_language_that_capitalises_them_are_not_names() -> None:
    german = passage("Der Mietzins beträgt 900 Euro.", language="de")
    assert about("Wie hoch ist die Miete?", [german]).unmet == ()


def test_older_document_speaks_of_a_later_year_only_where_it_is_quoted() -> None:
    subject = subject_of("What is planned for 2030?")
    assert foretold(subject, INTEL, "We plan a plant.") == ("2030",)
    assert foretold(subject, INTEL, "By 2030 we plan a plant.") == ()
    quarter = subject_of("What is planned for Q3 2030?")
    assert foretold(quarter, INTEL, "By Q4 2030 we plan a plant.") == ("2030",)
    assert foretold(subject, passage("We plan a plant."), "We plan a plant.") == ()


def test_year_between_commas_is_a_year() -> None:
    assert about("What was sold in 2023?", [passage("Q2,2023,61000")]).unmet == ()
