from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.answers import Verdict
from core.store.bm25 import Bm25Encoder
from serve.answer.draft import Drafted
from serve.answer.terms import Lexicon
from serve.answer.verify.entailment.support import Checkable, Support
from serve.answer.verify.judge import in_doubt
from serve.answer.verify.statement import REPOINTED
from serve.answer.verify.verify import Scorer, Verifier
from tests.doubles.passages import passage
from tests.doubles.word_scorer import WordScorer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.types import Passage
    from serve.answer.verify.statement import Statement

LEXICON = Lexicon(Bm25Encoder())
EVIDENCE = {
    1: passage("The tower of Pisa is 56 m high. It was begun in 1173.", start=40),
    2: passage("The largest bell weighs 3,538 kg. It was cast in 1655.", source="b.md"),
    3: passage("Rain fell in the valley all week.", source="c.md"),
}


def said(text: str, *cited: int, states: bool = True) -> Drafted:
    return Drafted(lead="", text=text, gap="", cited=cited, states=states)


async def check(
    *sentences: Drafted,
    scorer: Scorer | None = None,
    evidence: Mapping[int, Passage] = EVIDENCE,
    question: str = "",
) -> list[Statement]:
    verification = Verifier(scorer or WordScorer(), LEXICON).over(question, evidence)
    return await verification.mended(await verification.verdicts(sentences))


async def test_claim_that_its_evidence_has_is_supported_where_it_stands() -> None:
    (found,) = await check(said("The tower of Pisa is 56 m high.", 1))
    assert found.verdict is Verdict.SUPPORTED
    assert found.notes == ()
    assert [EVIDENCE[1].quote(place.span) for place in found.places] == [
        "The tower of Pisa is 56 m high."
    ]
    assert [place.verdict for place in found.places] == [Verdict.SUPPORTED]
    assert [place.checked_by for place in found.places] == [("quote", "entailment")]


async def test_claim_with_another_number_than_its_evidence_is_contradicted() -> None:
    (found,) = await check(said("The tower of Pisa is 57 m high.", 1))
    assert found.verdict is Verdict.CONTRADICTED
    assert found.fails
    assert found.score <= 0.1
    assert [each.written for each in found.missing] == ["57 m"]


async def test_claim_with_a_wrong_marker_is_pointed_to_what_supports_it() -> None:
    (found,) = await check(said("The largest bell weighs 3,538 kg.", 3))
    assert found.verdict is Verdict.SUPPORTED
    assert found.numbers == (2,)
    assert found.notes == (REPOINTED,)


async def test_claim_without_a_marker_is_pointed_to_what_supports_it() -> None:
    (found,) = await check(said("The tower was begun in 1173."))
    assert (found.numbers, found.notes) == ((1,), (REPOINTED,))


async def test_claim_that_nothing_has_is_unsupported_and_keeps_what_it_cites() -> None:
    (found,) = await check(said("Galileo dropped two cannonballs from it.", 1))
    assert found.verdict is Verdict.UNSUPPORTED
    assert found.numbers == (1,)
    assert found.notes == ()


async def test_claim_that_nothing_has_and_that_cites_nothing_is_unsupported() -> None:
    (found,) = await check(said("Galileo dropped two cannonballs from it."))
    assert found.verdict is Verdict.UNSUPPORTED
    assert found.places == ()


async def test_passage_that_adds_nothing_is_no_longer_cited() -> None:
    (found,) = await check(said("The tower of Pisa is 56 m high.", 1, 3))
    assert found.verdict is Verdict.SUPPORTED
    assert found.numbers == (1,)
    assert found.notes == (REPOINTED,)


async def test_claim_that_needs_two_passages_keeps_both() -> None:
    (found,) = await check(
        said("The tower is 56 m high and the largest bell weighs 3,538 kg.", 1, 2)
    )
    assert found.numbers == (1, 2)
    assert found.verdict is Verdict.SUPPORTED


async def test_what_states_nothing_is_not_checked() -> None:
    scorer = WordScorer()
    (found,) = await check(said("Heights:", states=False), scorer=scorer)
    assert found.verdict is Verdict.UNCHECKED
    assert not found.fails
    assert scorer.asked == []


async def test_sentences_stay_in_their_order() -> None:
    texts = ("It was cast in 1655.", "Heights:", "The tower of Pisa is 56 m high.", "Rain fell.")
    found = await check(
        said(texts[0], 2), said(texts[1], states=False), said(texts[2], 1, 3), said(texts[3], 1)
    )
    assert [each.said.text for each in found] == [*texts]


class Unsure:
    """A scorer that finds half of everything supported in part."""

    async def score(self, claims: Sequence[Checkable]) -> list[Support]:
        return [Support(supported=0.2, partial=0.4) for _ in claims]


async def test_claim_that_is_supported_in_part_does_not_fail() -> None:
    (found,) = await check(said("It was begun.", 1), scorer=Unsure())
    assert found.verdict is Verdict.PARTIAL
    assert not found.fails
    assert found.score == 0.2


async def test_number_that_only_the_title_has_is_accounted_for() -> None:
    titled = replace(EVIDENCE[3], title="The valley in 1998")
    (found,) = await check(said("Rain fell in the valley in 1998.", 3), evidence={3: titled})
    assert found.verdict is Verdict.SUPPORTED


async def test_claim_that_only_two_passages_support_has_a_part_of_it_from_each() -> None:
    both = "The tower is 56 m high and the largest bell weighs 3,538 kg."
    (found,) = await check(said(both, 1, 2))
    assert {place.verdict for place in found.places} == {Verdict.PARTIAL}


async def test_claim_that_refers_back_is_looked_for_together_with_what_it_refers_to() -> None:
    sisters = {
        1: passage("Acme was founded in 1990. Its chief is Ann Lee."),
        2: passage("Bolt was founded in 1995. Its chief is Bob Ray.", source="b.md"),
    }
    first, second = await check(
        said("Acme was founded in 1990 by two brothers of Ann Lee.", 1),
        said("Its chief is Bob Ray.", 1),
        evidence=sisters,
    )
    assert first.numbers == (1,)
    assert second.fails
    assert second.numbers == (1,)


async def test_short_answer_is_checked_together_with_the_question() -> None:
    scorer = WordScorer()
    await check(said("Yes, 56 m.", 1), scorer=scorer, question="Is the tower 56 m high?")
    assert scorer.asked[0].claim == "Is the tower 56 m high? 56 m."


async def test_wrong_year_fails_in_any_language() -> None:
    german = said("Der Bau des schiefen Turms von Pisa wurde im Jahr 1999 endlich begonnen.", 1)
    (found,) = await check(german)
    assert found.fails


async def test_claim_in_another_language_is_unchecked() -> None:
    german = said("Der Bau des schiefen Turms von Pisa wurde im Jahr 1173 endlich begonnen.", 1)
    (found,) = await check(german)
    assert found.verdict is Verdict.UNCHECKED


@pytest.mark.parametrize("claim", ["Yes.", "No.", "Yes, it is.", "**No**, never."])
async def test_yes_or_no_alone_is_unchecked_whatever_the_evidence_says(claim: str) -> None:
    (found,) = await check(said(claim, 1), question="Is the tower of Pisa 56 m high?")
    assert found.verdict is Verdict.UNCHECKED
    assert found.numbers == (1,)
    assert {place.verdict for place in found.places} == {Verdict.UNCHECKED}


async def test_yes_or_no_that_cites_two_passages_is_supported_by_neither() -> None:
    (found,) = await check(said("Yes.", 1, 2), question="Is the tower of Pisa 56 m high?")
    assert [place.verdict for place in found.places] == [Verdict.UNCHECKED, Verdict.UNCHECKED]


async def test_judge_is_asked_about_yes_and_no() -> None:
    (found,) = await check(said("No.", 1), question="Is the tower of Pisa 56 m high?")
    assert in_doubt(found)


async def test_number_behind_yes_that_nothing_states_fails() -> None:
    (found,) = await check(said("Yes, 57 m.", 1), question="Is the tower 56 m high?")
    assert found.fails


async def test_sentence_behind_no_is_checked_by_itself() -> None:
    claim = said("No, the tower of Pisa is 56 m high.", 1)
    (found,) = await check(claim, question="Is the tower 60 m high?")
    assert found.verdict is Verdict.SUPPORTED


async def test_claim_that_its_passage_contradicts_is_not_pointed_to_one_of_another_subject() -> (
    None
):
    siblings = {
        1: passage("Revenue in 2023 was 5 million dollars.", title="Acme annual report"),
        2: passage("Revenue in 2023 was 7 million dollars.", title="Bolt annual report"),
    }
    (found,) = await check(said("Revenue in 2023 was 7 million dollars.", 1), evidence=siblings)
    assert found.verdict is Verdict.CONTRADICTED
    assert (found.numbers, found.notes) == ((1,), ())


async def test_endless_claim_is_unchecked_and_not_read() -> None:
    scorer = WordScorer()
    (found,) = await check(said("The tower of Pisa is high and " * 200, 1), scorer=scorer)
    assert found.verdict is Verdict.UNCHECKED
    assert scorer.asked == []
