import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve.answer.verify.accounting.account import unaccounted
from serve.answer.verify.accounting.stated import Kind


def kinds(claim: str, *quotes: str) -> set[Kind]:
    return {each.kind for each in unaccounted(claim, quotes)}


_TURNED = [
    ("It was built before 1990.", "It was built after 1990."),
    ("It closed before 5 March 2021.", "It closed after March 5, 2021."),
    ("More than 50 people came.", "Fewer than 50 people came."),
    ("At least 30 days' notice is needed.", "At most 30 days' notice is needed."),
    ("It holds over 200 people.", "It holds under 200 people."),
    ("No more than 50 people may enter.", "At least 50 people may enter."),
    ("Its load must not exceed 5 tonnes.", "Its load must be more than 5 tonnes."),
    ("Revenue rose by 5% in 2019.", "Revenue fell by 5% in 2019."),
    ("Revenue increased to $5 million.", "Revenue decreased to $5 million."),
    ("There was a 5% increase in sales.", "There was a 5% decrease in sales."),
    ("He was the first king of Spain.", "He was the last king of Spain."),
    ("It must stay below 5 degrees.", "It must stay above 5 degrees."),
    ("The minimum age is 18.", "The maximum age is 18."),
    ("Seoul is the capital of South Korea.", "Seoul is the capital of North Korea."),
    ("It is twice as tall as the church.", "It is three times as tall as the church."),
    ("Smoking is allowed in all rooms.", "Smoking is prohibited in all rooms."),
    ("Water damage is included in the cover.", "Water damage is excluded from the cover."),
    ("The board approved the merger.", "The board rejected the merger."),
    ("It made a profit of 5 million euros.", "It made a loss of 5 million euros."),
    ("Germany won the match.", "Germany lost the match."),
    ("The court acquitted the defendant.", "The court convicted the defendant."),
    ("The tenant may end the lease at any time.", "The tenant must end the lease at any time."),
    ("All employees except managers get it.", "All employees including managers get it."),
]


@pytest.mark.parametrize(("one", "other"), _TURNED)
def test_opposite_comparison_is_not_accounted_for_either_way(one: str, other: str) -> None:
    assert Kind.COMPARISON in kinds(one, other)
    assert Kind.COMPARISON in kinds(other, one)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("It was built before 1990.", "It was built prior to 1990."),
        ("No more than 50 people may enter.", "At most 50 people may enter."),
        ("At least 30 days' notice is needed.", "Not less than 30 days' notice is needed."),
        ("Over 50 people came.", "More than 50 people came."),
        ("Revenue rose by 5%.", "Revenue rose by 5% while costs fell by 5%."),
        ("Costs dropped 5%.", "The cost reduction was 5%."),
        ("Growth fell to 5%.", "The growth rate declined to 5%."),
        ("He was the first king.", "He was the first king, and the last king of the line."),
        ("It is twice as large as it was.", "It is two times as large as it was."),
        ("It was built before 1990.", "It was painted after 1991."),
    ],
)
def test_comparison_may_be_worded_otherwise(claim: str, quote: str) -> None:
    assert kinds(claim, quote) <= {Kind.DATE}


def test_comparison_that_one_of_the_quotes_has_is_accounted_for() -> None:
    claim = "More than 50 people came."
    assert kinds(claim, "Fewer than 50 people came.", "More than 50 people came.") == set()


@given(st.sampled_from([each for pair in _TURNED for each in pair]), st.text(max_size=40))
def test_comparison_of_the_quotes_is_their_own(text: str, more: str) -> None:
    assert Kind.COMPARISON not in kinds(text, text.rstrip(".") + ", too.", more)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Smoking is not allowed in any room.", "Smoking is prohibited in any room."),
        ("No smoking is allowed in the rooms.", "Smoking is prohibited in the rooms."),
        ("Germany won the match against Spain.", "Spain lost the match to Germany."),
        ("It was approved in June.", "It was rejected in May and approved in June."),
        ("They do not have to pay the fee.", "They may pay the fee."),
        ("Some rooms are red.", "All rooms in the east are red; some rooms are green."),
        ("The board may approve it.", "The board may approve it."),
        ("The board approved it in May.", "The board may approve it. It approved it in May."),
    ],
)
def test_opposites_of_one_another_thing_are_accounted_for(claim: str, quote: str) -> None:
    assert Kind.COMPARISON not in kinds(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The board approved the merger.", "The board may approve the merger."),
        ("The hall opened in 2020.", "They plan to open the hall in 2020."),
        ("The fee was waived.", "The fee might be waived."),
    ],
)
def test_what_may_be_done_is_not_done(claim: str, quote: str) -> None:
    assert Kind.COMPARISON in kinds(claim, quote)


def test_what_some_do_is_not_what_all_do_but_what_all_do_some_do() -> None:
    some, all_ = "Some employees received a bonus.", "All employees received a bonus."
    assert Kind.COMPARISON in kinds(all_, some)
    assert Kind.COMPARISON not in kinds(some, all_)
