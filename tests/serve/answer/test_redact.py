from __future__ import annotations

from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.answers import (
    AbstainReason,
    Abstention,
    Answer,
    Citation,
    Claim,
    Consulted,
    Route,
    Step,
    Verdict,
)
from core.ids import ChunkId, DocumentId
from core.types import Span
from serve.answer.redact import DELETED, LEFT_OUT, documents_of, without

MOON, SUN, MARS = DocumentId("doc_moon"), DocumentId("doc_sun"), DocumentId("doc_mars")
ROUTE = Route(
    strategy="retrieval",
    tier="standard",
    model="m",
    context_tokens=1,
    reserve_tokens=1,
    window=9,
    reason="",
)


def citation(n: int, document: DocumentId, quote: str) -> Citation:
    return Citation(
        n=n,
        document_id=document,
        title=document,
        source=f"{document}.txt",
        pages=(n,),
        span=Span(n, n + len(quote)),
        quote=quote,
        chunk_id=ChunkId("c"),
        score=1.0,
        verdict=Verdict.SUPPORTED,
        checked_by=("quote",),
    )


def composed(*parts: tuple[str, tuple[int, ...] | None]) -> tuple[str, tuple[Claim, ...]]:
    """Return the text of parts, and the claims that those are which have citations, or none."""
    text, claims = "", list[Claim]()
    for part, numbers in parts:
        if numbers is not None:
            claims.append(
                Claim(
                    text=part,
                    start=len(text),
                    end=len(text) + len(part),
                    citations=numbers,
                    verdict=Verdict.SUPPORTED,
                    score=1.0,
                )
            )
        text += part
        text += "".join(f" [{n}]" for n in numbers or ()) + " "
    return text.rstrip(), tuple(claims)


def answer(*parts: tuple[str, tuple[int, ...] | None]) -> Answer:
    text, claims = composed(*parts)
    return Answer(
        id="ans_1",
        question="What is there?",
        answer=text,
        data={"moon": "grey dust"},
        generated=True,
        claims=claims,
        citations=(citation(1, MOON, "grey dust"), citation(2, SUN, "hot plasma")),
        evidence=(
            Consulted(document_id=MARS, chunk_id=ChunkId("c"), span=Span(0, 9)),
            Consulted(document_id=MOON, chunk_id=ChunkId("d"), span=Span(0, 9)),
        ),
        route=ROUTE,
        steps=(Step(kind="answer", model="m", input="grey dust, red rust", output="grey dust"),),
    )


WHOLE = answer(
    ("Of the moon's dust:", None),
    ("The moon is grey dust.", (1,)),
    ("The sun is hot plasma.", (2,)),
    ("Both are round.", ()),
)


def test_what_a_deleted_document_said_is_nowhere_and_the_rest_is_there() -> None:
    left = without(WHOLE, {MOON})

    said = orjson.dumps(left).decode()
    assert "dust" not in said
    assert "rust" not in said
    assert "The sun is hot plasma. [2]" in (left.answer or "")
    assert left.citations[1] == WHOLE.citations[1]
    assert left.claims[1].text == "The sun is hot plasma."


def test_the_citation_of_a_deleted_document_keeps_number_and_place() -> None:
    [moon, _] = without(WHOLE, {MOON}).citations

    assert moon == replace(WHOLE.citations[0], quote="")


def test_claims_that_rest_on_it_or_on_nothing_are_left_out_and_say_so() -> None:
    claims = without(WHOLE, {MOON}).claims

    assert [claim.text for claim in claims] == [LEFT_OUT, "The sun is hot plasma.", LEFT_OUT]
    assert [DELETED in claim.notes for claim in claims] == [True, False, True]
    assert [claim.citations for claim in claims] == [(1,), (2,), ()]


def test_a_claim_that_was_removed_does_not_come_back_as_one_that_is_left_out() -> None:
    at = WHOLE.claims[1].start
    removed = Claim(
        text="The moon is dusty.",
        start=at,
        end=at,
        citations=(),
        verdict=Verdict.UNSUPPORTED,
        score=0.0,
        notes=("removed",),
    )
    first, *rest = WHOLE.claims

    left = without(replace(WHOLE, claims=(first, removed, *rest)), {MOON})

    assert left.answer == without(WHOLE, {MOON}).answer
    assert (left.claims[1].text, left.claims[1].notes) == ("", ("removed", DELETED))
    assert left.claims[1].start == left.claims[1].end


def test_of_a_document_that_was_read_and_not_cited_the_prompt_is_left_out() -> None:
    left = without(WHOLE, {MARS})

    assert "rust" not in orjson.dumps(left).decode()
    assert [claim.text for claim in left.claims[:2]] == [c.text for c in WHOLE.claims[:2]]
    assert left.citations == WHOLE.citations


def test_an_answer_without_the_document_is_left_as_it_is() -> None:
    assert without(WHOLE, {DocumentId("doc_other")}) is WHOLE


def test_what_came_nearest_to_an_answer_loses_its_quote() -> None:
    abstained = Abstention(
        reason=AbstainReason.NO_EVIDENCE,
        detail="nothing",
        nearest=(citation(1, MOON, "grey dust"), citation(2, SUN, "hot plasma")),
    )
    declined = Answer(
        id="ans_1", question="?", answer=None, abstained=abstained, generated=False, route=ROUTE
    )

    left = without(declined, {MOON})

    assert left.abstained
    assert [each.quote for each in left.abstained.nearest] == ["", "hot plasma"]
    assert left.answer is None
    assert documents_of(declined) == (MOON, SUN)


PARTS = st.lists(
    st.tuples(
        st.text(alphabet="ab[1] é\n", min_size=1, max_size=9),
        st.none() | st.lists(st.sampled_from([1, 2]), max_size=2, unique=True).map(tuple),
    ),
    max_size=6,
)


@given(PARTS, st.sets(st.sampled_from([MOON, SUN, MARS]), min_size=1))
def test_every_claim_stands_in_the_answer_at_its_place(
    parts: list[tuple[str, tuple[int, ...] | None]], gone: set[DocumentId]
) -> None:
    left = without(answer(*parts), gone)

    for claim in left.claims:
        assert (left.answer or "")[claim.start : claim.end] == claim.text


@pytest.mark.parametrize("gone", [{MOON}, {SUN}, {MOON, SUN, MARS}], ids=str)
def test_leaving_out_twice_leaves_out_no_more(gone: set[DocumentId]) -> None:
    left = without(WHOLE, gone)

    assert without(left, gone) == left


@pytest.mark.parametrize("verdict", [each for each in Verdict if each is not Verdict.SUPPORTED])
def test_a_claim_that_what_is_left_does_not_support_is_left_out(verdict: Verdict) -> None:
    first, sun, last = WHOLE.claims
    doubtful = replace(WHOLE, claims=(first, replace(sun, verdict=verdict), last))

    assert without(doubtful, {MOON}).claims[1].text == LEFT_OUT
