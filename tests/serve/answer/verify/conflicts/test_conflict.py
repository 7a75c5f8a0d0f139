import pytest

from core.store.bm25 import Bm25Encoder
from core.types import Passage, Span
from serve.answer.terms import Lexicon
from serve.answer.verify.conflicts.conflict import Assertion, Carried, ConflictFinder, Rival
from tests.doubles.passages import passage

FINDER = ConflictFinder(Lexicon(Bm25Encoder()))
WHEN = "When was the Kestrel bridge opened?"
OPENED = "The Kestrel bridge was opened on 4 May 1931 by the mayor."


def evidence(*texts: str, language: str = "en") -> list[Passage]:
    return [
        passage(text, source=f"{number}.md", title="", start=100 * number, language=language)
        for number, text in enumerate(texts)
    ]


def whole(found: Passage, text: str = "") -> Assertion:
    """Return the claim `text`, or the passage's own, carried by the whole of the first passage."""
    return Assertion(text=text or found.text, carried=(Carried(passage=0, span=found.span),))


def find(question: str, *texts: str, claim: str = "", language: str = "en") -> list[Rival]:
    passages = evidence(*texts, language=language)
    return FINDER.find(question, [whole(passages[0], claim)], passages)


def said(question: str, *texts: str, claim: str = "") -> list[tuple[str, str]]:
    return [(rival.against, rival.says) for rival in find(question, *texts, claim=claim)]


OTHERWISE = {
    "date, the sentence changed in one place": (
        WHEN,
        OPENED,
        "The Kestrel bridge was opened on 4 May 1937 by the mayor.",
        ("4 May 1931", "4 May 1937"),
    ),
    "date, in other words": (
        WHEN,
        "The Kestrel bridge opened to traffic on 4 May 1931.",
        "It was on 12 June 1937 that the Kestrel bridge opened.",
        ("4 May 1931", "12 June 1937"),
    ),
    "name, in other words": (
        "Who designed the Kestrel bridge?",
        "The Kestrel bridge was designed by Agnes Holloway.",
        "The bridge at Kestrel was designed by Peter Lindqvist, an engineer.",
        ("Agnes Holloway", "Peter Lindqvist"),
    ),
    "number, in other words": (
        "How many arches does the Kestrel bridge have?",
        "The Kestrel bridge has 14 arches over the river.",
        "The Kestrel bridge has seventeen piers and 12 arches over the river.",
        ("14", "12"),
    ),
    "money": (
        "How much did the Kestrel bridge cost?",
        "The Kestrel bridge cost $4.2 million to build.",
        "To build it, the Kestrel bridge cost $6.9 million to the city.",
        ("$4.2 million", "$6.9 million"),
    ),
    "place": (
        "Where was the first Kestrel engine built?",
        "The first Kestrel engine was built in Trondheim in 1928.",
        "The first Kestrel engine was built in Gothenburg in 1928, in a shed.",
        ("Trondheim", "Gothenburg"),
    ),
    "no kind of answer in the question": (
        "Kestrel cup final location",
        "The Kestrel cup final took place at Harbour Park in Trondheim.",
        "The Kestrel cup final took place at Castle Field in Trondheim.",
        ("Harbour Park", "Castle Field"),
    ),
}


@pytest.mark.parametrize(
    ("question", "mine", "theirs", "values"), OTHERWISE.values(), ids=OTHERWISE.keys()
)
def test_another_answer_to_the_question_is_found(
    question: str, mine: str, theirs: str, values: tuple[str, str]
) -> None:
    assert values in said(question, mine, theirs)


ALIKE = {
    "the same": (WHEN, OPENED, OPENED),
    "less exact": (WHEN, OPENED, "The Kestrel bridge was opened in 1931 by the mayor."),
    "written otherwise": (
        WHEN,
        OPENED,
        "The Kestrel bridge was opened on May 4th, 1931 by the mayor.",
    ),
    "rounded": (
        "How much did the Kestrel bridge cost?",
        "The Kestrel bridge cost $4,187,000 to build.",
        "The Kestrel bridge cost $4.2 million to build.",
    ),
    "part of the name": (
        "Who designed the Kestrel bridge?",
        "The Kestrel bridge was designed by Agnes Holloway.",
        "The Kestrel bridge was designed by Holloway.",
    ),
    "accents left out": (
        "Who designed the Kestrel bridge?",
        "The Kestrel bridge was designed by Ágnes Holló.",
        "The Kestrel bridge was designed by Agnes Hollo.",
    ),
    "acronym": (
        "Who runs the Kestrel bridge?",
        "The Kestrel bridge is run by the National Roads Office.",
        "The Kestrel bridge is run by the NRO.",
    ),
    "both in one sentence": (
        "Who designed the Kestrel bridge?",
        "The Kestrel bridge was designed by Agnes Holloway.",
        "The Kestrel bridge was designed by Peter Lindqvist and Agnes Holloway.",
    ),
    "another year asked about": (
        "What was the revenue of Kestrel in 2020?",
        "In 2020 the revenue of Kestrel was $5 million.",
        "In 2021 the revenue of Kestrel was $7 million.",
    ),
    "another season": (
        "When did season 4 of Kestrel premiere?",
        "The fourth season, season 4 of Kestrel, premiered on 4 May 2011.",
        "The third season, season 3 of Kestrel, premiered on 9 May 2010.",
    ),
    "another unit": (
        "How long is the Kestrel bridge?",
        "The Kestrel bridge is 300 metres long.",
        "The Kestrel bridge is 984 feet long.",
    ),
    "another thing": (
        WHEN,
        OPENED,
        "The town library of Falun was given its new roof on 9 August 1964.",
    ),
    "the day it was published": (
        WHEN,
        "Jan 3, 2020 ... The Kestrel bridge was opened on 4 May 1931 by the mayor.",
        "Feb 9, 2021 ... The Kestrel bridge was opened on 4 May 1931 by the mayor.",
    ),
}


@pytest.mark.parametrize(("question", "mine", "theirs"), ALIKE.values(), ids=ALIKE.keys())
def test_what_may_well_agree_is_no_conflict(question: str, mine: str, theirs: str) -> None:
    assert said(question, mine, theirs) == []


def test_span_is_the_sentence_that_says_it() -> None:
    text = "Kestrel has two bridges. The Kestrel bridge was opened on 4 May 1937 by the mayor. So."
    (rival,) = find(WHEN, OPENED, text)
    start = text.index("The Kestrel bridge")
    assert (rival.claim, rival.passage, rival.against_passage) == (0, 1, 0)
    assert rival.span == Span(100 + start, 100 + text.index(" So."))
    assert rival.against_span == Span(0, len(OPENED))


def test_bare_answer_is_held_against_the_sentence_that_carries_it() -> None:
    theirs = "The Kestrel bridge was opened on 4 May 1937 by the mayor."
    assert said(WHEN, OPENED, theirs, claim="4 May 1931.") == [("4 May 1931", "4 May 1937")]


def test_claim_is_not_held_to_what_only_its_sentence_says() -> None:
    mine = "The Kestrel bridge was designed by Agnes Holloway and opened by Oskar Brandt."
    theirs = "The Kestrel bridge was designed by Agnes Holloway and opened by Peter Lindqvist."
    question = "Who designed and opened the Kestrel bridge?"
    passages = evidence(mine, theirs)
    (full,) = FINDER.find(question, [whole(passages[0])], passages)
    assert (full.claim, full.against, full.says) == (0, "Oskar Brandt", "Peter Lindqvist")
    found = FINDER.find(question, [whole(passages[0], "Agnes Holloway designed it.")], passages)
    assert all(rival.claim is None for rival in found)


def test_passages_that_differ_are_told_where_the_claim_states_nothing() -> None:
    passages = evidence(
        "The Kestrel bridge is a landmark.",
        OPENED,
        "The Kestrel bridge was opened on 4 May 1937 by the mayor.",
    )
    found = FINDER.find(WHEN, [whole(passages[0])], passages)
    assert {(rival.claim, rival.passage, rival.against_passage) for rival in found} == {
        (None, 2, 1),
        (None, 1, 2),
    }


def test_claim_without_a_place_has_no_rivals_of_its_own() -> None:
    passages = evidence(OPENED, "The Kestrel bridge was opened on 4 May 1937 by the mayor.")
    found = FINDER.find(WHEN, [Assertion(text=OPENED, carried=())], passages)
    assert all(rival.claim is None for rival in found)


def test_passage_is_reported_once_for_a_claim() -> None:
    other = "The Kestrel bridge was opened on 4 May 1937 by the mayor."
    found = find(WHEN, OPENED, f"{other} Again: {other}")
    assert [rival.passage for rival in found] == [1]


def test_german_nouns_are_no_names() -> None:
    found = find(
        "Wer baute die Kestrel Brücke?",
        "Die Kestrel Brücke wurde mit einem Kran gebaut.",
        "Die Kestrel Brücke wurde mit einem Schiff gebaut.",
        language="de",
    )
    assert found == []


def test_nothing_is_found_without_evidence() -> None:
    assert FINDER.find(WHEN, [], []) == []


def test_several_other_values_are_a_series_and_no_conflict() -> None:
    opened = "The Kestrel bridge was opened on 4 May {} by the mayor."
    several = [opened.format(year) for year in range(1931, 1936)]
    assert said(WHEN, *several[:2]) == [("4 May 1931", "4 May 1932")]
    assert said(WHEN, *several) == []


def test_head_of_a_table_says_nothing_against_a_claim() -> None:
    assert find(WHEN, OPENED, "Kestrel 4 May 1937") == []


def test_longer_name_than_the_one_asked_about_is_another_thing() -> None:
    mine = "Kestrel, Inc. revenues increased in fiscal 2023."
    theirs = "Kestrel Direct revenues increased in fiscal 2023."
    assert find("What were Kestrel's revenues in fiscal 2023?", mine, theirs) == []
