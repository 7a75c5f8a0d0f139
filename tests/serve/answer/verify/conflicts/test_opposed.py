from core.store.bm25 import Bm25Encoder
from retrieval.pack import Evidence
from serve.answer.terms import Lexicon
from serve.answer.verify.conflicts.conflict import Assertion, Carried, ConflictFinder
from serve.answer.verify.conflicts.opposed import Opposed, opposed
from tests.doubles.passages import passage

FINDER = ConflictFinder(Lexicon(Bm25Encoder()))
WHEN = "When was the Kestrel bridge opened?"
LANDMARK = "The Kestrel bridge is a landmark."
OPENED = "The Kestrel bridge was opened on 4 May 1931 by the mayor."
OTHERWISE = "The Kestrel bridge was opened on 4 May 1937 by the mayor."
EVIDENCE = [
    Evidence(
        number=number, passage=passage(text, source=f"{number}.md", title=""), tokens=len(text)
    )
    for number, text in enumerate((LANDMARK, OPENED, OTHERWISE), start=1)
]


def claim(text: str, *at: int) -> Assertion:
    places = (Carried(passage=number, span=EVIDENCE[number].passage.span) for number in at)
    return Assertion(text=text, carried=tuple(places))


def against(*claims: Assertion) -> list[Opposed]:
    return opposed(FINDER, WHEN, claims, EVIDENCE)


def numbers(found: Opposed) -> list[int]:
    return sorted(place.number for place in found.places)


def test_claim_has_the_places_of_what_speaks_against_it() -> None:
    (found,) = against(claim(LANDMARK, 0), claim(OPENED, 1))
    assert (found.claim, numbers(found)) == (1, [3])


def test_dispute_of_passages_is_noted_of_a_claim_that_one_of_them_carries() -> None:
    (found,) = against(claim(LANDMARK, 0), claim("The mayor opened the Kestrel bridge.", 2))
    assert (found.claim, numbers(found)) == (1, [2, 3])


def test_dispute_of_passages_is_noted_of_a_claim_that_shares_a_value() -> None:
    (found,) = against(claim(LANDMARK, 0), claim("It was opened in 1937."))
    assert (found.claim, numbers(found)) == (1, [2, 3])


def test_dispute_of_passages_that_concerns_no_claim_is_dropped() -> None:
    assert against(claim(LANDMARK, 0)) == []


def test_nothing_is_opposed_without_claims() -> None:
    assert against() == []
