"""Quotes to an answer: claims with markers, citations, or the reason why there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from core.answers import AbstainReason, Abstention, Citation, Claim, Conflict, Verdict
from serve.answer.gate import is_verbatim
from serve.answer.terms import listed
from serve.answer.verify.accounting.account import BULLET, unaccounted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.answers import Answer
    from core.ids import DocumentId
    from core.records import DocumentRecord
    from core.types import Passage, Scope, Span
    from serve.answer.choose import Quote
    from serve.answer.read import Reading

GATE = "quote"
"""What a citation that passed the quote gate was checked by."""
MOST_NEAREST = 3
"""How many quotes an abstention shows."""

OWN_NUMBERS = re.compile(
    r"\[\s*\d[\d\s,;–-]*(?:(?<=\d)[a-z])?\s*\]|\[(?i:docs?|sources?|excerpts?)\.?\s+\d{1,3}\s*\]"
    r"|[［【〔]\s*\d{1,3}(?:[\s,;–-]+\d{1,3})*\s*[］】〕]"
)
"""Numbers in brackets that a reader may take for a marker: `[12]`, `[9a]`, `[doc 9]`, `〔9〕`."""
_MOST_NAMED = 3
_FEWEST_LETTERS = 4
"""Words that are shorter say little of what is missing."""
_CLOSED = listed(
    "about above after again against also been before being below between both cannot could does "
    "doing down during each ever from further have having here hers him himself into itself just "
    "many more most much must myself once only other ours over same shall should some such than "
    "that their theirs them then there these they this those through under until upon very want "
    "were what when where whether which while whom whose will with within without would your "
    "yours"
)
"""Words that only hold a question together; search keeps them where it took a wrong language."""


@dataclass(slots=True)
class Cited:
    """The text of an answer, what it claims, and where that stands."""

    text: str = ""
    claims: list[Claim] = field(default_factory=list[Claim])
    citations: list[Citation] = field(default_factory=list[Citation])

    def add(self, citations: list[Citation]) -> None:
        """Put what `citations` quote, as one claim, behind what is there."""
        shown = " ".join(display(citation.quote) for citation in citations)
        numbers = tuple(dict.fromkeys(self._number(citation) for citation in citations))
        if self.claims:
            same = self.citations[self.claims[-1].citations[-1] - 1].document_id
            self.text += " " if same == citations[0].document_id else "\n\n"
        start = len(self.text)
        self.text += shown + " " + "".join(f"[{n}]" for n in numbers)
        self.claims.append(
            Claim(
                text=shown,
                start=start,
                end=start + len(shown),
                citations=numbers,
                verdict=Verdict.SUPPORTED,
                score=citations[0].score,
            )
        )

    def oppose(self, claim: int, against: list[Citation]) -> Conflict:
        """Return that `against`, which are then citations too, speak against a claim."""
        numbers = dict.fromkeys((*self.claims[claim].citations, *map(self._number, against)))
        return Conflict(claim=claim, citations=tuple(numbers))

    def _number(self, citation: Citation) -> int:
        for known in self.citations:
            if (known.document_id, known.span) == (citation.document_id, citation.span):
                return known.n
        self.citations.append(replace(citation, n=len(self.citations) + 1))
        return len(self.citations)


def cite(reading: Reading, documents: Mapping[DocumentId, DocumentRecord]) -> Cited:
    """Return the quotes of `reading` that pass the gate as claims, cited in order of appearance.

    `text[claim.start:claim.end] == claim.text`; its markers stand behind it, after a space.
    """
    cited = Cited()
    for quote in reading.quotes:
        found = _citations(quote, documents, score=reading.confidence)
        if _passes(quote, found):
            cited.add(found)
    return cited


def abstain(reading: Reading, documents: Mapping[DocumentId, DocumentRecord]) -> Abstention:
    """Return why `reading` is no answer, and what came nearest."""
    nearest = [
        replace(citation, verdict=Verdict.UNCHECKED)
        for quote in reading.quotes
        for citation in _citations(quote, documents, score=reading.confidence)
    ]
    return Abstention(
        reason=AbstainReason.NO_EVIDENCE,
        detail=_why_not(reading),
        nearest=tuple(
            replace(citation, n=n) for n, citation in enumerate(nearest[:MOST_NEAREST], start=1)
        ),
    )


def over_budget(max_tokens: int) -> Abstention:
    """Return that there is evidence, none of which fits into `max_tokens`."""
    return Abstention(
        reason=AbstainReason.OVER_BUDGET,
        detail=f"no passage that was found fits into {max_tokens} tokens of evidence; allow more",
    )


def nothing_found() -> Abstention:
    """Return that the search found nothing."""
    return Abstention(
        reason=AbstainReason.NO_EVIDENCE,
        detail="nothing that can be quoted was found for the question",
    )


def say_scope_is_empty(answer: Answer, scope: Scope) -> Answer:
    """Return `answer`; where there was no document to answer from, saying that."""
    if answer.coverage.documents_in_scope or answer.answer is not None:
        return answer
    detail = (
        "no document of the collection meets the filters"
        if scope.filters
        else "the collection has no documents"
    )
    return replace(answer, abstained=Abstention(reason=AbstainReason.NO_EVIDENCE, detail=detail))


def display(quote: str) -> str:
    """Return `quote` on one line without its bullet, `without_numbers`."""
    return without_numbers(BULLET.sub("", " ".join(quote.split())))


def without_numbers(text: str) -> str:
    """Return `text` with its own bracketed numbers in round brackets.

    A reader of the answer can then take every `[1]` for one of ours.
    """
    return OWN_NUMBERS.sub(lambda found: f"({found[0][1:-1]})", text)


def _why_not(reading: Reading) -> str:
    if not reading.quotes:
        return "nothing that can be quoted was found for the question"
    if reading.unmet:
        return f"nothing that was found is about {' in '.join(map(repr, reading.unmet))}"
    sure = f"confidence {reading.confidence:.2f}, {reading.needed:.2f} is needed"
    absent = [word for word in reading.absent if _is_telling(word)]
    if absent:
        named = ", ".join(map(repr, absent[:_MOST_NAMED]))
        return f"no passage that was found has {named}; the nearest do not answer it ({sure})"
    return f"the passages nearest to the question do not answer it ({sure})"


def _is_telling(word: str) -> bool:
    # Scripts without letter case write words in fewer characters.
    caseless = word.isalpha() and word.upper() == word.lower()
    return word not in _CLOSED and (caseless or len(word) >= _FEWEST_LETTERS)


def _passes(quote: Quote, citations: list[Citation]) -> bool:
    shown = " ".join(display(citation.quote) for citation in citations)
    return all(
        is_verbatim(citation.quote, citation.span, quote.passage) for citation in citations
    ) and not unaccounted(
        shown, [citation.quote for citation in citations], language=quote.passage.language
    )


def _citations(
    quote: Quote, documents: Mapping[DocumentId, DocumentRecord], *, score: float
) -> list[Citation]:
    return [located(quote.passage, span, documents, score=score) for span in quote.spans]


def located(
    passage: Passage,
    span: Span,
    documents: Mapping[DocumentId, DocumentRecord],
    *,
    score: float,
    n: int = 0,
    verdict: Verdict = Verdict.SUPPORTED,
) -> Citation:
    """Return the citation of a span of `passage`: its quote is verbatim by construction."""
    record = documents.get(passage.document_id)
    # The passage's pages would do only where it lies on one.
    pages = record.pages_of(span) if record else passage.pages
    return Citation(
        n=n,
        document_id=passage.document_id,
        title=passage.title,
        source=passage.source,
        pages=pages,
        span=span,
        quote=passage.quote(span),
        chunk_id=passage.chunk_id,
        score=round(score, 4),
        verdict=verdict,
        checked_by=(GATE,),
    )
