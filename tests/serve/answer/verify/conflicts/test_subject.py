"""What nothing but the subject tells apart: every pair of values is taken for a conflict here."""

from dataclasses import replace

import pytest

from core.store.bm25 import Bm25Encoder
from core.types import Passage
from serve.answer.terms import Lexicon
from serve.answer.verify.conflicts.conflict import Assertion, Carried, ConflictFinder, Rival
from serve.answer.verify.conflicts.rivals import Rivalry
from tests.doubles.passages import passage

CERTAIN = Rivalry(weights={}, intercept=9.0, against_claims=0.5, between_passages=0.5)
FINDER = ConflictFinder(Lexicon(Bm25Encoder()), rivalry=CERTAIN)
FOUNDED = "When was Acme founded?"
ACME = "Acme was founded in 1990."


def evidence(*texts: str, language: str = "en") -> list[Passage]:
    return [
        passage(text, source=f"{number}.md", title="", language=language)
        for number, text in enumerate(texts)
    ]


def claimed(passages: list[Passage], *at: int, text: str = "", quoted: bool = False) -> Assertion:
    places = tuple(Carried(passage=number, span=passages[number].span) for number in at)
    return Assertion(text=text or passages[at[0]].text, carried=places, quoted=quoted)


def find(question: str, passages: list[Passage]) -> list[Rival]:
    return FINDER.find(question, [claimed(passages, 0)], passages)


SIBLINGS = {
    "companies": (FOUNDED, ACME, "Bolt was founded in 1995."),
    "question in small letters": ("when was acme founded", ACME, "Bolt was founded in 1995."),
    "other words": (FOUNDED, ACME, "It was in 1995 that Bolt was founded."),
    "companies with a form": (
        "When was Acme Corp founded?",
        "Acme Corp was founded in 1990.",
        "Bolt Corp was founded in 1995.",
    ),
    "towers of places": (
        "How high is the tower of Pisa?",
        "The tower of Pisa is 56 metres high.",
        "The tower of Bologna is 97 metres high.",
    ),
    "plans": (
        "How much is the Basic plan?",
        "The Basic plan costs $10 a month.",
        "The Pro plan costs $25 a month.",
    ),
    "plans in small letters": (
        "How much is the basic plan?",
        "The basic plan costs $10 a month.",
        "The pro plan costs $25 a month.",
    ),
    "plans the question does not tell apart": (
        "How much is a plan?",
        "The Basic plan costs $10 a month.",
        "The Pro plan costs $25 a month.",
    ),
    "plans of one company": (
        "How much does Acme cost?",
        "Acme Basic costs $10 a month.",
        "Acme Pro costs $25 a month.",
    ),
    "years": (
        "Who won the World Cup?",
        "Italy won the World Cup in 2006.",
        "Spain won the World Cup in 2010.",
    ),
    "a year and none": (
        "What was the revenue of Acme in 2020?",
        "The revenue of Acme in 2020 was $5 million.",
        "The revenue of Acme was $7 million.",
    ),
    "quarters": (
        "What was the revenue of Acme in Q1 2020?",
        "The revenue of Acme in Q1 2020 was $5 million.",
        "The revenue of Acme in Q2 2020 was $7 million.",
    ),
    "quarters in words": (
        "What was the revenue of Acme?",
        "The revenue of Acme in the first quarter was $5 million.",
        "The revenue of Acme in the second quarter was $7 million.",
    ),
    "days": (
        "How many employees does Acme have?",
        "As of 31 March 2020, Acme has 500 employees.",
        "As of 30 June 2020, Acme has 600 employees.",
    ),
    "months": (
        "What did Acme earn in May?",
        "Acme earned $5 million in May.",
        "Acme earned $7 million in June.",
    ),
    "versions": (
        "When was Python 3.11 released?",
        "Python 3.11 was released on 24 October 2022.",
        "Python 3.12 was released on 2 October 2023.",
    ),
    "versions the question does not tell apart": (
        "When was the version released?",
        "Version 3.2 was released on 4 May 2020.",
        "Version 3.3 was released on 9 June 2021.",
    ),
    "products by number": (
        "How much does the Aero 14 cost?",
        "The Aero 14 costs $799 in the shop.",
        "The Aero 15 costs $899 in the shop.",
    ),
    "products by name": (
        "How long is the warranty of the Widget Pro?",
        "The warranty of the Widget Pro is 24 months.",
        "The warranty of the Widget Max is 36 months.",
    ),
    "people of one family": (
        "When was Agnes Holloway born?",
        "Agnes Holloway was born on 4 May 1931.",
        "Peter Holloway was born on 12 June 1937.",
    ),
    "names that begin alike": (
        "When was Java released?",
        "Java was released on 23 May 1995.",
        "JavaScript was released on 4 December 1995.",
    ),
    "bridges in small letters": (
        "When was the Kestrel Bridge opened?",
        "The Kestrel Bridge was opened in 1931.",
        "The Falcon bridge was opened in 1937.",
    ),
    "substances": (
        "What is the boiling point of ethanol?",
        "The boiling point of ethanol is 78 °C.",
        "The boiling point of methanol is 65 °C.",
    ),
    "groups of people": (
        "How much is a day ticket for adults?",
        "A day ticket for adults costs $12 at the gate.",
        "A day ticket for children costs $6 at the gate.",
    ),
    "products in small letters": (
        "When was the iPhone released?",
        "The iPhone was released on 29 June 2007.",
        "The iPad was released on 3 April 2010.",
    ),
    "the other one is told by a pronoun": (
        FOUNDED,
        ACME,
        "Acme makes anvils. Bolt makes bolts. It was founded in 1995.",
    ),
    "nobody says who": (FOUNDED, ACME, "It was founded in 1995."),
    "named beside the other one": (FOUNDED, ACME, "Bolt, a rival of Acme, was founded in 1995."),
    "set against the other one": (FOUNDED, ACME, "Unlike Acme, Bolt was founded in 1995."),
}


@pytest.mark.parametrize(("question", "mine", "theirs"), SIBLINGS.values(), ids=SIBLINGS.keys())
def test_same_of_another_thing_is_no_conflict(question: str, mine: str, theirs: str) -> None:
    assert find(question, evidence(mine, theirs)) == []


def test_same_of_another_thing_is_no_conflict_in_german() -> None:
    passages = evidence("Acme wurde 1990 gegründet.", "Bolt wurde 1995 gegründet.", language="de")
    assert find("Wann wurde Acme gegründet?", passages) == []


OF_ONE = {
    "nothing but the value differs": (FOUNDED, ACME, "Acme was founded in 1995."),
    "other words": (FOUNDED, ACME, "In 1995, Acme was founded by two engineers."),
    "told by a pronoun": (FOUNDED, ACME, "Acme makes anvils. It was founded in 1995."),
    "a deed in another word": (FOUNDED, ACME, "Acme was established in 1995."),
    "a part of the name": (
        "When was Agnes Holloway born?",
        "Agnes Holloway was born on 4 May 1931.",
        "Holloway was born on 12 June 1937.",
    ),
    "others have part in it": (
        FOUNDED,
        ACME,
        "With Bolt as its first customer, Acme was founded in 1995.",
    ),
    "the same quarter": (
        "What was the revenue of Acme in Q1 2020?",
        "The revenue of Acme in Q1 2020 was $5 million.",
        "In the first quarter of 2020 the revenue of Acme was $7 million.",
    ),
    "an ordinal for a number": (
        "When did season 4 of Kestrel premiere?",
        "Season 4 of Kestrel premiered on 4 May 2011.",
        "The fourth season of Kestrel premiered on 9 June 2011.",
    ),
}


@pytest.mark.parametrize(("question", "mine", "theirs"), OF_ONE.values(), ids=OF_ONE.keys())
def test_same_of_one_thing_is_a_conflict(question: str, mine: str, theirs: str) -> None:
    assert {rival.claim for rival in find(question, evidence(mine, theirs))} == {0}


@pytest.mark.parametrize(
    ("title", "section", "conflicts"),
    [
        ("Acme", (), True),
        ("acme.md", (), True),
        ("Acme Corp 10-K 2020", (), True),
        ("Companies", ("Acme",), True),
        ("Bolt", (), False),
        ("bolt.md", (), False),
        ("Companies", ("Bolt",), False),
    ],
)
def test_title_and_headings_say_whom_a_pronoun_means(
    title: str, section: tuple[str, ...], *, conflicts: bool
) -> None:
    mine, theirs = evidence(ACME, "The company was founded in 1995.")
    headed = replace(theirs, title=title, section=section)
    assert bool(find(FOUNDED, [mine, headed])) is conflicts


@pytest.mark.parametrize("question", [FOUNDED, "When was the company founded?"])
def test_files_of_two_things_do_not_conflict(question: str) -> None:
    mine, theirs = evidence("The company was founded in 1990.", "The company was founded in 1995.")
    files = [replace(mine, title="acme.md"), replace(theirs, title="bolt.md")]
    assert find(question, files) == []


def test_title_does_not_outweigh_another_name_in_the_sentence() -> None:
    mine, theirs = evidence(ACME, "Bolt was founded in 1995.")
    assert find(FOUNDED, [mine, replace(theirs, title="Acme")]) == []


def test_same_sentence_under_another_heading_of_one_document_is_no_conflict() -> None:
    mine, theirs = evidence("Acme costs $10 a month.", "Acme costs $25 a month.")
    other = replace(theirs, document_id=mine.document_id, section=("Pro",))
    question = "How much does Acme cost?"
    assert find(question, [replace(mine, section=("Basic",)), other]) == []
    assert find(question, [mine, theirs])


def test_claim_that_states_both_does_not_conflict_with_itself() -> None:
    passages = evidence(
        "The Kestrel cup was won by Agnes Holloway.", "The Kestrel cup was won by Ida Brandt."
    )
    question = "Who won the Kestrel cup?"
    both = "Agnes Holloway and Ida Brandt won the Kestrel cup."
    assert find(question, passages)
    assert FINDER.find(question, [claimed(passages, 0, 1, text=both)], passages) == []


def test_claims_that_state_both_do_not_conflict_unless_they_are_bare_quotes() -> None:
    passages = evidence(ACME, "Acme was founded in 1995.")
    stated = [claimed(passages, 0), claimed(passages, 1)]
    quoted = [replace(each, quoted=True) for each in stated]
    assert FINDER.find(FOUNDED, stated, passages) == []
    assert {rival.claim for rival in FINDER.find(FOUNDED, quoted, passages)} == {0, 1}


def test_years_of_one_claim_do_not_conflict() -> None:
    text = "Acme's revenue was $5.1 billion in 2020 and $7.4 billion in 2021."
    passages = evidence(
        text, "Acme's revenue was $5.1 billion in 2020.", "Acme's revenue was $7.4 billion in 2021."
    )
    for question in ("What was Acme's revenue?", "What was Acme's revenue in 2020 and 2021?"):
        assert FINDER.find(question, [claimed(passages, 1, 2, text=text)], passages) == []
        assert find(question, passages) == []
