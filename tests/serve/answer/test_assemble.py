import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.answers import AbstainReason, Verdict
from core.types import Span
from serve.answer.answerable import Signals
from serve.answer.assemble import abstain, cite, display, without_numbers
from serve.answer.choose import Quote
from serve.answer.read import Reading
from tests.doubles.passages import passage

SIGNALS = Signals(sentence=0.5, passage=0.5, coverage=0.5, fits=0.0)


def reading(*quotes: Quote, absent: tuple[str, ...] = ()) -> Reading:
    return Reading(
        quotes=quotes, answers=True, confidence=0.7, needed=0.4, signals=SIGNALS, absent=absent
    )


def quote(text: str, *, source: str = "a.md") -> Quote:
    return Quote(passage=passage(text, source=source), span=Span(0, len(text)))


@given(st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=4))
def test_claims_and_markers_stand_where_they_say(texts: list[str]) -> None:
    cited = cite(reading(*(quote(t, source=str(i)) for i, t in enumerate(texts))), {})
    assert [citation.quote for citation in cited.citations] == texts
    assert [citation.n for citation in cited.citations] == list(range(1, len(texts) + 1))
    end = 0
    for claim, citation in zip(cited.claims, cited.citations, strict=True):
        assert cited.text[claim.start : claim.end] == claim.text == display(citation.quote)
        assert claim.verdict == citation.verdict == Verdict.SUPPORTED
        marker = f" [{citation.n}]"
        end = claim.end + len(marker)
        assert cited.text[claim.end : end] == marker
    assert end == len(cited.text)


@given(st.text(alphabet="[](){}0123456789,- \nab"))
def test_numbers_in_brackets_are_never_the_documents_own(text: str) -> None:
    cited = cite(reading(quote(f"x {text}", source="a")), {})
    found = [match.start() for match in re.finditer(r"\[\s*\d[\d\s,-]*\]", cited.text)]
    assert found == [cited.claims[0].end + 1]


@pytest.mark.parametrize(
    ("text", "shown"),
    {
        "[12], [1, 2–4] and [ 3 ]": "(12), (1, 2–4) and ( 3 )",
        "[9a] and [doc 9]": "(9a) and (doc 9)",
        "〔9〕, 【7】 and ［３］": "(9), (7) and (３)",
        "{9}, （9）, 〔2019〕9号, [Table 9], [5 m], [a1] and [sic]": (
            "{9}, （9）, 〔2019〕9号, [Table 9], [5 m], [a1] and [sic]"
        ),
    }.items(),
)
def test_what_looks_like_a_marker_of_ours_is_shown_round_and_nothing_else(
    text: str, shown: str
) -> None:
    assert without_numbers(text) == shown


def test_own_brackets_are_shown_round_and_quoted_as_they_are() -> None:
    cited = cite(reading(quote("As shown before [12],\nit holds.")), {})
    assert cited.text == "As shown before (12), it holds. [1]"
    assert cited.citations[0].quote == "As shown before [12],\nit holds."


def test_claim_that_needs_two_places_has_two_citations() -> None:
    text = "| fruit | euro |\n| pears | 4 |\n| plums | 5 |"
    head, row = Span(0, 16), Span(text.index("| plums"), len(text))
    pears = Span(17, 30)
    found = passage(text)
    cited = cite(
        reading(
            Quote(passage=found, span=pears, lead=head), Quote(passage=found, span=row, lead=head)
        ),
        {},
    )
    assert [claim.citations for claim in cited.claims] == [(1, 2), (1, 3)]
    assert cited.text == (
        "| fruit | euro | | pears | 4 | [1][2] | fruit | euro | | plums | 5 | [1][3]"
    )


def test_quote_outside_its_passage_is_not_shown() -> None:
    outside = Quote(passage=passage("A sentence.", start=10), span=Span(0, 5))
    assert cite(reading(outside), {}).claims == []


def test_abstention_says_what_is_missing_and_what_came_nearest() -> None:
    quotes = [quote(f"This is sentence {i}.", source=str(i)) for i in range(4)]
    abstained = abstain(reading(*quotes, absent=("wittgenstein",)), {})
    assert abstained.reason is AbstainReason.NO_EVIDENCE
    assert "'wittgenstein'" in abstained.detail
    assert [citation.n for citation in abstained.nearest] == [1, 2, 3]
    assert {citation.verdict for citation in abstained.nearest} == {Verdict.UNCHECKED}


def test_short_and_closed_class_words_are_not_named_as_missing() -> None:
    words = ("how", "does", "have", "neptune", "moons", "rings", "satellites")
    detail = abstain(reading(quote("A sentence."), absent=words), {}).detail
    assert "has 'neptune', 'moons', 'rings';" in detail
    assert "has" not in abstain(reading(quote("A."), absent=words[:3]), {}).detail.split()


def test_abstention_names_what_the_question_is_about() -> None:
    found = replace(reading(quote("A sentence.")), unmet=("Apple", "2023"))
    assert abstain(found, {}).detail == "nothing that was found is about 'Apple' in '2023'"


def test_abstention_without_any_passage_says_so() -> None:
    assert abstain(reading(), {}).detail == "nothing that can be quoted was found for the question"


def test_bullet_is_quoted_and_not_shown() -> None:
    cited = cite(reading(quote("- a Python of\nversion 3.11")), {})
    assert cited.text == "a Python of version 3.11 [1]"
    assert cited.citations[0].quote == "- a Python of\nversion 3.11"
