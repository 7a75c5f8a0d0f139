"""Answers that a model writes from the evidence, each claim checked against what it cites."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.answers import AbstainReason, Abstention, Fallback, Step
from core.chat import Finish
from core.errors import ContextOverflowError, NoModelError, ProviderError, RequestRefusedError
from serve.answer.compose import Composed
from serve.answer.draft import declined
from serve.answer.finding import Finding
from serve.answer.marker import marker_for
from serve.answer.prompt import again_prompt, answer_prompt
from serve.answer.routing.refusals import refuses
from serve.answer.routing.wanted import helping, wanted
from serve.answer.said import Said, nearest
from serve.answer.steps.little import charged
from serve.answer.usage import total
from serve.answer.verify.statement import REMOVED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.chat import Wanted
    from core.ids import DocumentId
    from core.protocols import Writer
    from core.records import DocumentRecord
    from core.settings import Unsupported
    from core.types import Passage
    from retrieval.pack import Evidence
    from serve.answer.draft import Drafted
    from serve.answer.events import Tell
    from serve.answer.finding import Assignment, Shelf
    from serve.answer.terms import Lexicon
    from serve.answer.verify.checks import Checked, Checks


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who writes, who checks, and what becomes of claims that nothing supports."""

    writer: Writer
    checks: Checks
    unsupported: Unsupported = "flag"


class Generating:
    """Has a model write the answer, and finds for each sentence where it stands."""

    def __init__(self, desk: Desk, lexicon: Lexicon) -> None:
        self._desk, self._lexicon = desk, lexicon

    async def draft(self, assignment: Assignment, *, tell: Tell) -> Generated | Failed:
        """Return what a model wrote, or why none did; `tell` hears of it as it comes."""
        notes = [each.text for each in assignment.noted.notes] if assignment.noted else []
        read = map(shown, assignment.passages.values())
        marker = marker_for((assignment.text, *notes, *read))
        prompt = answer_prompt(assignment, marker=marker)
        showing = tell.shown(marker=marker, numbers=assignment.passages.keys())
        try:
            written = await self._desk.writer.write(
                prompt, deadline=assignment.deadline, hear=showing, wanted=_wanted(assignment)
            )
        except ProviderError as error:
            return Failed(assignment=assignment, lexicon=self._lexicon, error=error)
        if showing is not None:
            showing.close(cut=written.completion.finish is not Finish.STOP)
        said = Said(assignment=assignment, prompt=prompt, marker=marker, written=written)
        return Generated(said=said, desk=self._desk, lexicon=self._lexicon)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No model answered."""

    assignment: Assignment
    lexicon: Lexicon
    error: ProviderError

    async def conclude(self, shelf: Shelf) -> Finding:
        """Return the reasons of all models that were asked."""
        return Finding(
            text=None,
            abstained=Abstention(
                reason=AbstainReason.MODEL_UNAVAILABLE,
                detail=str(self.error),
                nearest=await nearest(self.assignment, shelf, lexicon=self.lexicon),
            ),
            generated=False,
            too_long=too_long(self.error),
            route=replace(
                self.assignment.route,
                model="none",
                fallbacks=(*self.assignment.route.fallbacks, *Fallback.all_of(self.error)),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """What a model wrote, before it is checked and cited."""

    said: Said
    desk: Desk
    lexicon: Lexicon

    async def conclude(self, shelf: Shelf) -> Finding:
        """Return the draft with its sentences as claims, each with a verdict and its places.

        Claims that fail are flagged, removed, or named to the model, which then writes once more,
        as the desk says. Where no claim is supported at all, that is no answer.
        """
        said, steps = self.said, [self.said.step("answer")]
        sentences = said.sentences()
        if declined(sentences):
            return await self._declining(said, steps, DECLINED, shelf)
        checked = await self._checked(said, sentences, steps)
        steps += checked.steps
        if checked.failing and self.desk.unsupported == "regenerate":
            said, checked, more = await self._again(said, checked, steps)
            steps += more
        if not checked.supported:
            refused = refuses(said.written.completion.text)
            why = DECLINED if refused else _unsupported(said, checked)
            return await self._declining(said, steps, why, shelf)
        records = await shelf(checked.documents(said.assignment.passages))
        return self._answered(said, checked, steps, records)

    async def _checked(
        self, said: Said, sentences: Sequence[Drafted], steps: Sequence[Step]
    ) -> Checked:
        asked = said.assignment
        return await self.desk.checks.check(
            asked.text,
            sentences,
            _beside(asked, sentences),
            deadline=asked.deadline,
            wanted=helping(asked.question, steps),
        )

    async def _again(
        self, said: Said, checked: Checked, before: Sequence[Step]
    ) -> tuple[Said, Checked, Sequence[Step]]:
        """Return what is better supported: the draft, or what the model writes instead of it."""
        prompt = again_prompt(
            said.prompt,
            said.written.completion.text,
            failing=[each.said.text for each in checked.failing],
        )
        try:
            written = await self.desk.writer.write(
                prompt,
                deadline=said.assignment.deadline,
                wanted=_wanted(said.assignment, before),
            )
        except ProviderError as error:
            failed = Step(
                kind="repair", model="none", input=prompt.messages[-1].text, output=str(error)
            )
            return said, checked, [failed]
        again = replace(said, prompt=prompt, written=written)
        steps = [again.step("repair")]
        sentences = again.sentences()
        if declined(sentences):
            return said, checked, steps
        rechecked = await self._checked(again, sentences, (*before, *steps))
        steps += rechecked.steps
        fails_less = len(rechecked.failing) < len(checked.failing)
        is_better = fails_less and len(rechecked.supported) >= len(checked.supported)
        return (again, rechecked, steps) if is_better else (said, checked, steps)

    def _answered(
        self,
        said: Said,
        checked: Checked,
        steps: Sequence[Step],
        records: Mapping[DocumentId, DocumentRecord],
    ) -> Finding:
        answer = Composed(said.assignment.passages, records)
        for statement in checked.statements:
            if statement.fails and self.desk.unsupported == "remove":
                answer.leave_out(statement)
            else:
                answer.add(statement)
        conflicts = tuple(
            answer.oppose(each.claim, each.places)
            for each in checked.rivals
            if REMOVED not in answer.claims[each.claim].notes
        )
        return Finding(
            text=answer.text.strip(),
            claims=answer.claims,
            citations=answer.citations,
            conflicts=conflicts,
            abstained=None,
            generated=True,
            complete=said.complete,
            route=said.route(),
            usage=total(steps),
            steps=steps,
        )

    async def _declining(
        self, said: Said, steps: Sequence[Step], why: tuple[AbstainReason, str], shelf: Shelf
    ) -> Finding:
        reason, detail = why
        closest = await nearest(said.assignment, shelf, lexicon=self.lexicon)
        return Finding(
            text=None,
            abstained=Abstention(reason=reason, detail=detail, nearest=closest),
            generated=True,
            complete=said.complete,
            route=said.route(),
            usage=total(steps),
            steps=steps,
        )


_TOO_LARGE = 413
DECLINED = AbstainReason.NO_EVIDENCE, "the model finds no answer to the question in what it read"


def _unsupported(said: Said, checked: Checked) -> tuple[AbstainReason, str]:
    cut = "" if said.complete else ", which broke off,"
    if not any(each.places for each in checked.statements):
        return (
            AbstainReason.UNSUPPORTED,
            f"the model's answer{cut} cites none of the passages found",
        )
    return (
        AbstainReason.UNSUPPORTED,
        f"nothing that the model's answer{cut} claims is supported by the passages found",
    )


def too_long(error: ProviderError) -> bool:
    """Tell whether a prompt may have been too long: a smaller one may be taken."""
    causes = [each for _, each in error.causes] if isinstance(error, NoModelError) else [error]
    return any(
        isinstance(each, ContextOverflowError)
        or (isinstance(each, RequestRefusedError) and (each.opaque or each.status == _TOO_LARGE))
        for each in causes
    )


def _wanted(assignment: Assignment, spent: Sequence[Step] = ()) -> Wanted:
    documents = {each.passage.document_id for each in assignment.evidence}
    return wanted(charged(assignment.question, spent), documents=len(documents))


def _beside(asked: Assignment, sentences: Sequence[Drafted]) -> Sequence[Evidence]:
    """Return the evidence that claims are checked by: of documents what is cited or near."""
    if asked.whole is None and asked.noted is None:
        return asked.evidence
    near = asked.whole.near if asked.whole else frozenset[int]()
    numbers = near.union(*(each.cited for each in sentences))
    return [each for each in asked.evidence if each.number in numbers]


def shown(passage: Passage) -> str:
    """Return all of `passage` that stands in a prompt."""
    return f"{passage.head}\n{passage.text}"
