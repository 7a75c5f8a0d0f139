"""Answers that a model writes from the evidence, each sentence traced to the place it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.answers import (
    AbstainReason,
    Abstention,
    Citation,
    Claim,
    Fallback,
    Route,
    Step,
    Usage,
    Verdict,
)
from core.clock import Deadline
from core.errors import NoModelError, ProviderError
from serve.answer.assemble import located, without_numbers
from serve.answer.attribute import carrier
from serve.answer.draft import Drafted, declined, drafted
from serve.answer.finding import TIER, TIER_TOKENS, Finding
from serve.answer.gate import unfounded
from serve.answer.marker import Marker, marker_for
from serve.answer.prompt import answer_prompt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.chat import Prompt, Written
    from core.clock import Clock
    from core.ids import DocumentId
    from core.protocols import Writer
    from core.records import DocumentRecord
    from core.types import Span
    from retrieval.pack import Evidence
    from serve.answer.terms import Lexicon

WHY = "the passages found fit into one prompt"
FLAGGED = "flagged"
"""What is noted of a claim that does not stand in what it cites."""


class Generating:
    """Has a model write the answer, and finds for each sentence where it stands."""

    def __init__(self, writer: Writer, lexicon: Lexicon, *, clock: Clock, timeout_s: float) -> None:
        self._writer, self._lexicon = writer, lexicon
        self._clock, self._timeout_s = clock, timeout_s

    async def draft(self, question: str, evidence: Sequence[Evidence]) -> Generated | Failed:
        """Return what a model wrote, or why none did."""
        marker = marker_for(
            f"{each.passage.title}\n{' '.join(each.passage.section)}\n{each.passage.text}"
            for each in evidence
        )
        prompt = answer_prompt(question, evidence, marker=marker)
        deadline = Deadline.after(self._timeout_s, clock=self._clock)
        try:
            written = await self._writer.write(prompt, deadline=deadline)
        except ProviderError as error:
            return Failed(error=error)
        return Generated(
            written=written,
            prompt=prompt,
            marker=marker,
            evidence={each.number: each for each in evidence},
            lexicon=self._lexicon,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No model answered."""

    error: ProviderError

    @property
    def documents(self) -> Sequence[DocumentId]:
        """None: nothing is quoted."""
        return ()

    def conclude(
        self,
        records: Mapping[DocumentId, DocumentRecord],  # noqa: ARG002 - nothing is quoted
    ) -> Finding:
        """Return the reasons of all models that were asked."""
        causes = self.error.causes if isinstance(self.error, NoModelError) else ()
        return Finding(
            text=None,
            abstained=Abstention(reason=AbstainReason.MODEL_UNAVAILABLE, detail=str(self.error)),
            generated=False,
            route=Route(
                strategy="retrieval",
                tier=TIER,
                model="none",
                context_tokens=0,
                reserve_tokens=0,
                window=TIER_TOKENS,
                reason="no model answered",
                fallbacks=tuple(Fallback(model=model, error=str(error)) for model, error in causes),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """What a model wrote, before it is cited."""

    written: Written
    prompt: Prompt
    marker: Marker
    evidence: Mapping[int, Evidence]
    lexicon: Lexicon

    @property
    def documents(self) -> Sequence[DocumentId]:
        """The documents that it may quote."""
        return list({each.passage.document_id for each in self.evidence.values()})

    def conclude(self, records: Mapping[DocumentId, DocumentRecord]) -> Finding:
        """Return the draft with its sentences as claims, each with the places it rests on."""
        answer = _Answer(self.evidence, self.lexicon, records)
        draft = self.written.completion.text
        if not declined(draft):
            for sentence in drafted(draft, marker=self.marker, numbers=self.evidence):
                answer.add(sentence)
        founded = any(claim.citations for claim in answer.claims)
        return Finding(
            text=answer.text if founded else None,
            claims=answer.claims if founded else (),
            citations=answer.citations if founded else (),
            abstained=None if founded else _unfounded(draft),
            generated=True,
            route=self._route(),
            usage=self._usage(),
            steps=(self._step(),),
        )

    def _route(self) -> Route:
        written = self.written
        return Route(
            strategy="retrieval",
            tier=written.tier,
            model=written.completion.model,
            context_tokens=written.prompt_tokens,
            reserve_tokens=self.prompt.max_tokens + self.prompt.thinking_tokens,
            window=written.window,
            reason=WHY,
            fallbacks=written.fallbacks,
        )

    def _usage(self) -> Usage:
        used = self.written.completion.usage
        return Usage(
            prompt_tokens=used.prompt_tokens if used else 0,
            completion_tokens=used.completion_tokens if used else 0,
            reasoning_tokens=used.reasoning_tokens if used else 0,
            calls=1,
            cost_usd=self.written.cost_usd,
        )

    def _step(self) -> Step:
        completion = self.written.completion
        return Step(
            kind="answer",
            model=completion.model,
            input=self.prompt.messages[-1].text,
            output=completion.text,
            usage=self._usage(),
        )


def _unfounded(draft: str) -> Abstention:
    if declined(draft):
        return Abstention(
            reason=AbstainReason.NO_EVIDENCE,
            detail="the model finds no answer to the question in the passages found",
        )
    return Abstention(
        reason=AbstainReason.UNSUPPORTED, detail="the model's answer cites none of the passages"
    )


@dataclass(slots=True)
class _Answer:
    """The text as a reader sees it, with what it claims and where that stands."""

    evidence: Mapping[int, Evidence]
    lexicon: Lexicon
    records: Mapping[DocumentId, DocumentRecord]
    text: str = ""
    claims: list[Claim] = field(default_factory=list[Claim])
    citations: list[Citation] = field(default_factory=list[Citation])
    _numbers: dict[tuple[DocumentId, Span], int] = field(
        default_factory=dict["tuple[DocumentId, Span]", int]
    )
    _gap: str = ""

    def add(self, sentence: Drafted) -> None:
        """Put a sentence, with its citations, behind what is there."""
        shown = without_numbers(sentence.text)
        self.text += self._gap
        start = len(self.text)
        found = [self._cite(sentence.text, number) for number in sentence.cited]
        numbers = tuple(dict.fromkeys(number for number, _ in found))
        self.text += shown + (" " if numbers else "") + "".join(f"[{n}]" for n in numbers)
        missing = unfounded(sentence.text, [self.citations[n - 1].quote for n in numbers])
        self.claims.append(
            Claim(
                text=shown,
                start=start,
                end=start + len(shown),
                citations=numbers,
                verdict=Verdict.UNSUPPORTED if missing or not numbers else Verdict.UNCHECKED,
                score=round(max((share for _, share in found), default=0.0), 4),
                notes=(FLAGGED,) if missing or not numbers else (),
            )
        )
        self._gap = sentence.gap or " "

    def _cite(self, claim: str, number: int) -> tuple[int, float]:
        """Return the number that a reader sees of the place that carries `claim`."""
        quote, share = carrier(claim, self.evidence[number].passage, self.lexicon)
        key = (quote.passage.document_id, quote.span)
        if key not in self._numbers:
            self._numbers[key] = n = len(self.citations) + 1
            citation = located(
                quote.passage,
                quote.span,
                self.records,
                n=n,
                score=share,
                verdict=Verdict.UNCHECKED,
            )
            self.citations.append(citation)
        return self._numbers[key], share
