"""Answers that a model writes from the evidence, each sentence traced to the places it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.answers import AbstainReason, Abstention, Fallback, Route, Step, Usage
from core.chat import Finish
from core.clock import Deadline
from core.errors import NoModelError, ProviderError
from serve.answer.assemble import MOST_NEAREST
from serve.answer.attribute import carried
from serve.answer.compose import Composed, head, uncertain
from serve.answer.draft import declined, drafted
from serve.answer.finding import TIER, TIER_TOKENS, Finding
from serve.answer.marker import Marker, marker_for
from serve.answer.prompt import answer_prompt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.answers import Citation
    from core.chat import Prompt, Written
    from core.clock import Clock
    from core.ids import DocumentId
    from core.protocols import Writer
    from core.records import DocumentRecord
    from core.types import Passage
    from retrieval.pack import Evidence
    from serve.answer.draft import Drafted
    from serve.answer.terms import Lexicon

WHY = "the passages found fit into one prompt"


class Generating:
    """Has a model write the answer, and finds for each sentence where it stands."""

    def __init__(self, writer: Writer, lexicon: Lexicon, *, clock: Clock, timeout_s: float) -> None:
        self._writer, self._lexicon = writer, lexicon
        self._clock, self._timeout_s = clock, timeout_s

    async def draft(self, question: str, evidence: Sequence[Evidence]) -> Generated | Failed:
        """Return what a model wrote, or why none did."""
        asked = Asked(question=question, evidence=evidence, lexicon=self._lexicon)
        marker = marker_for((question, *(_shown(each.passage) for each in evidence)))
        prompt = answer_prompt(question, evidence, marker=marker)
        deadline = Deadline.after(self._timeout_s, clock=self._clock)
        try:
            written = await self._writer.write(prompt, deadline=deadline)
        except ProviderError as error:
            return Failed(asked=asked, error=error)
        return Generated(asked=asked, prompt=prompt, marker=marker, written=written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question and what it was to be answered from."""

    question: str
    evidence: Sequence[Evidence]
    lexicon: Lexicon

    @property
    def documents(self) -> Sequence[DocumentId]:
        """The documents that may be quoted."""
        return list(dict.fromkeys(each.passage.document_id for each in self.evidence))

    def nearest(self, records: Mapping[DocumentId, DocumentRecord]) -> tuple[Citation, ...]:
        """Return what of the best passages has most of the question."""
        passages = sorted((each.passage for each in self.evidence), key=lambda p: -p.score)
        found: list[Citation] = []
        for n, passage in enumerate(passages[:MOST_NEAREST], start=1):
            carriers = carried(self.question, passage, self.lexicon).carriers
            best = max(carriers, key=lambda each: each.share)
            found.append(uncertain(passage, best.span, records, score=best.share, n=n))
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No model answered."""

    asked: Asked
    error: ProviderError

    @property
    def documents(self) -> Sequence[DocumentId]:
        """The documents that it may quote."""
        return self.asked.documents

    def conclude(self, records: Mapping[DocumentId, DocumentRecord]) -> Finding:
        """Return the reasons of all models that were asked."""
        error = self.error
        causes = error.causes if isinstance(error, NoModelError) else ((error.model, error),)
        return Finding(
            text=None,
            abstained=Abstention(
                reason=AbstainReason.MODEL_UNAVAILABLE,
                detail=str(error),
                nearest=self.asked.nearest(records),
            ),
            generated=False,
            route=Route(
                strategy="retrieval",
                tier=TIER,
                model="none",
                context_tokens=0,
                reserve_tokens=0,
                window=TIER_TOKENS,
                reason="no model answered",
                fallbacks=tuple(Fallback(model=model, error=str(cause)) for model, cause in causes),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """What a model wrote, before it is cited."""

    asked: Asked
    prompt: Prompt
    marker: Marker
    written: Written

    @property
    def documents(self) -> Sequence[DocumentId]:
        """The documents that it may quote."""
        return self.asked.documents

    @property
    def complete(self) -> bool:
        """Whether the model came to its end."""
        return self.written.completion.finish is Finish.STOP

    def conclude(self, records: Mapping[DocumentId, DocumentRecord]) -> Finding:
        """Return the draft with its sentences as claims, each with the places it rests on."""
        evidence = {each.number: each.passage for each in self.asked.evidence}
        sentences = drafted(
            self.written.completion.text,
            marker=self.marker,
            numbers=evidence,
            cut=not self.complete,
        )
        answer = Composed(evidence, self.asked.lexicon, records)
        for sentence in sentences:
            answer.add(sentence)
        founded = bool(answer.citations) and not declined(sentences)
        return Finding(
            text=answer.text.rstrip() if founded else None,
            claims=answer.claims if founded else (),
            citations=answer.citations if founded else (),
            abstained=None if founded else self._abstention(sentences, records),
            generated=True,
            complete=self.complete,
            route=self._route(),
            usage=self._usage(),
            steps=(self._step(),),
        )

    def _abstention(
        self, sentences: Sequence[Drafted], records: Mapping[DocumentId, DocumentRecord]
    ) -> Abstention:
        nearest = self.asked.nearest(records)
        if declined(sentences):
            return Abstention(
                reason=AbstainReason.NO_EVIDENCE,
                detail="the model finds no answer to the question in the passages found",
                nearest=nearest,
            )
        cut = "" if self.complete else ", which broke off,"
        return Abstention(
            reason=AbstainReason.UNSUPPORTED,
            detail=f"the model's answer{cut} cites none of the passages found",
            nearest=nearest,
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
        completion = self.written.completion
        used = completion.usage
        return Usage(
            prompt_tokens=used.prompt_tokens if used else 0,
            completion_tokens=used.completion_tokens if used else 0,
            reasoning_tokens=used.reasoning_tokens if used else 0,
            calls=completion.calls,
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


def _shown(passage: Passage) -> str:
    return f"{head(passage)}\n{passage.text}"
