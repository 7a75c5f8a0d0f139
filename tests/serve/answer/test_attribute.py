import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.store.bm25 import Bm25Encoder
from core.types import Passage, Span
from serve.answer.attribute import Carried, Reading, carried
from serve.answer.terms import Lexicon
from tests.doubles.passages import passage

LEXICON = Lexicon(Bm25Encoder())
TOWER = (
    "The tower stands in Pisa. It is 56 m high. Its bells weigh 10 t. Many people come each year. "
    "The architect was Bonanno. It was finished in 1372."
)


def find(claim: str, found: Passage) -> Carried:
    return carried(claim, Reading.of(found, LEXICON), LEXICON)


def quotes(claim: str, found: Passage) -> list[str]:
    start = found.span.start
    carriers = find(claim, found).carriers
    return [found.text[c.span.start - start : c.span.end - start] for c in carriers]


@pytest.mark.parametrize(
    ("claim", "places"),
    {
        "The bells have a weight of 10 t.": ["Its bells weigh 10 t."],
        "Bonanno was its architect": ["The architect was Bonanno."],
        "A tower in Pisa is 56 m high.": ["The tower stands in Pisa. It is 56 m high."],
        "The tower of Pisa was finished in 1372.": [
            "The tower stands in Pisa.",
            "It was finished in 1372.",
        ],
        "Bonanno was the architect; it was finished in 1372.": [
            "The architect was Bonanno. It was finished in 1372."
        ],
    }.items(),
)
def test_claim_rests_on_the_fewest_sentences_that_have_it(claim: str, places: list[str]) -> None:
    assert quotes(claim, passage(TOWER, start=100)) == places


def test_places_apart_are_never_one_quote_over_the_gap() -> None:
    filler = "Nothing is said here. " * 5
    found = passage(f"Acme sold 12 boats. {filler}Beta sold 34 boats.")
    assert quotes("Acme sold 12 and Beta 34 boats.", found) == [
        "Acme sold 12 boats.",
        "Beta sold 34 boats.",
    ]


def test_sentence_that_stands_twice_is_quoted_once_and_where_it_stands() -> None:
    text = "A ship came. The end. A ship came. It sank in 1912."
    assert [c.span.start for c in find("The ship sank in 1912.", passage(text)).carriers] == [22]
    assert [c.span.start for c in find("A ship came.", passage(text)).carriers] == [0]


def test_figure_leads_to_the_sentence_that_has_it() -> None:
    text = "Sales of the new boats rose in the year. In the year they were $1,577.00. So be it."
    assert quotes("Sales of new boats in the year were $1577.", passage(text))[-1].endswith(
        "$1,577.00."
    )


def test_common_word_elsewhere_adds_no_place() -> None:
    text = "Pisa has a tower of 56 m. Then rain fell. Then many people saw snow fall in Rome."
    assert quotes("People say Pisa has a tower that is 56 m high.", passage(text)) == [
        "Pisa has a tower of 56 m."
    ]


def test_passage_in_another_language_is_cited_whole() -> None:
    found = passage("  塔很旧。钟是新的。\n", start=7, language="zh")
    result = find("The tower is old.", found)
    assert result.share == 0
    assert [c.span for c in result.carriers] == [Span(9, 18)]
    assert quotes("The tower is old.", found) == ["塔很旧。钟是新的。"]


def test_name_in_another_language_is_enough_to_find_the_place() -> None:
    found = passage("Der alte Turm steht. Bonanno hat ihn gebaut.", language="de")
    assert quotes("Its architect was Bonanno.", found) == ["Bonanno hat ihn gebaut."]


def test_share_grows_with_what_is_found() -> None:
    found = passage(TOWER)
    shares = [
        find(c, found).share for c in ("Whales sing.", "Bells sing songs.", "Bells weigh 10 t")
    ]
    assert shares[0] == 0
    assert shares[0] < shares[1] < shares[2] == 1


WORDS = st.sampled_from(
    [
        "tower",
        "bell",
        "Pisa",
        "12",
        "1,577.00",
        "塔很旧。",
        ". ",
        "? ",
        "\n\n",
        "- ",
        " ",
        "é",
        "👩‍👧",
    ]
)


@given(st.lists(WORDS, min_size=1), st.lists(WORDS, min_size=1), st.integers(0, 9))
def test_places_are_sentences_of_the_passage_in_order(
    claim: list[str], text: list[str], start: int
) -> None:
    found = passage("x" + "".join(text), start=start)
    result = find("".join(claim), found)
    assert 0 <= result.share <= 1
    end = -1
    for carrier in result.carriers:
        assert end < carrier.span.start < carrier.span.end
        assert found.span.contains(carrier.span)
        quote = found.text[carrier.span.start - start : carrier.span.end - start]
        assert quote == quote.strip()
        assert 0 <= carrier.share <= result.share or len(result.carriers) == 1
        end = carrier.span.end
