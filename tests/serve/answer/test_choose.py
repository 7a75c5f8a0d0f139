from core.types import Passage, Span
from serve.answer.choose import Candidate, Scored, chosen, quotes
from serve.answer.units import Unit, units
from tests.doubles.passages import passage


def scored(unit: Unit, relevance: float) -> Scored:
    return Scored(unit=unit, cosine=relevance, fits=False, relevance=relevance)


def quoted(text: str, places: list[int]) -> list[str]:
    found = passage(text)
    all_units = units(found, at=0)
    picked = [scored(all_units[place], 1.0) for place in places]
    return [
        span.slice(text) for quote in quotes(picked, of(all_units), [found]) for span in quote.spans
    ]


def of(found: list[Unit]) -> list[Candidate]:
    return [Candidate(unit=unit, coverage=0.0, fits=False, prior=0.0) for unit in found]


def test_neighbours_are_one_quote() -> None:
    text = "The first sentence is here. The second one follows.\nThe third one ends it."
    assert quoted(text, [1, 0]) == ["The first sentence is here. The second one follows."]
    assert quoted(text, [2, 0]) == ["The first sentence is here.", "The third one ends it."]


def test_sentence_that_refers_back_brings_the_one_before() -> None:
    text = "Ada Lovelace wrote the first program. She was born in 1815."
    assert quoted(text, [1]) == [text]


def test_list_item_is_quoted_with_the_line_above_the_list() -> None:
    text = "To run it you need:\n- a Python of version 3.11\n- a machine with make"
    assert quoted(text, [1]) == ["To run it you need:", "- a machine with make"]
    assert quoted(text, [0, 1]) == [text]


def test_best_document_comes_first_and_keeps_its_order() -> None:
    passages = [
        passage("Alpha is a sentence. Between them is another. Omega is the last one."),
        passage("Beta is a sentence of another document.", source="b.md"),
    ]
    found = [unit for at, each in enumerate(passages) for unit in units(each, at=at)]
    picked = [scored(found[3], 0.9), scored(found[2], 0.8), scored(found[0], 0.7)]
    assert [texts(quote.passage, quote.span) for quote in quotes(picked, of(found), passages)] == [
        "Beta is a sentence of another document.",
        "Alpha is a sentence.",
        "Omega is the last one.",
    ]


def test_only_what_is_nearly_as_relevant_as_the_best_is_chosen() -> None:
    mine = units(passage("One is a sentence. Two is a sentence. Three is a sentence."), at=0)
    (other,) = units(passage("Four is a sentence.", source="b.md"), at=1)
    found = [scored(mine[0], 0.9), scored(mine[1], 0.7), scored(mine[2], 0.5), scored(other, 0.75)]
    assert [each.unit for each in chosen(found)] == [mine[0], mine[1]]
    assert chosen([]) == []


def test_quote_ends_with_its_page() -> None:
    text = "The first page ends here.\fThe second page begins."
    assert quoted(text, [0, 1]) == text.split("\f")


def texts(found: Passage, span: Span) -> str:
    return found.text[span.start - found.span.start : span.end - found.span.start]
