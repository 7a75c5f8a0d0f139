"""Claims against what they cite: a verdict for each, and other places for those that fail."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from core.answers import Verdict
from core.language import told_language
from serve.answer.aside import bare
from serve.answer.assemble import GATE
from serve.answer.attribute import Reading, carried
from serve.answer.marks import FENCED
from serve.answer.verify.accounting.account import unaccounted
from serve.answer.verify.accounting.stated import Kind
from serve.answer.verify.elliptical import asserted, leans_back, leaves_open
from serve.answer.verify.entailment.support import Checkable
from serve.answer.verify.statement import REPOINTED, Place, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.types import Passage
    from serve.answer.draft import Drafted
    from serve.answer.terms import Lexicon
    from serve.answer.verify.accounting.beyond import Unaccounted
    from serve.answer.verify.entailment.support import Support

    Evidence = Mapping[int, Passage]

ENTAILMENT = "entailment"
"""What a citation was checked by whose support for its claim was scored without a model."""

SUPPORTED_FROM = 0.33
"""From this probability on a claim is supported: where those that are, and those that are not, are
told best, both counting alike (`python -m bench.support`)."""
_ANYTHING = 0.5
"""From this probability on some of it is."""
_REPOINTED = 0.6
"""How likely another passage must support a claim, to be cited instead of what its writer chose."""
_ELSEWHERE = 3
"""Other passages that are looked at for a claim that fails, at most."""
_SAYS = 0.5
"""The share of a claim that another passage must have, to be looked at."""
_IDLE = 0.15
"""A passage that supports a claim less likely than this goes, where another supports it."""
_DOUBTED = 0.1
"""How likely a claim is supported at most, some of which is not accounted for."""
_IN_ANY_LANGUAGE = frozenset({Kind.NUMBER, Kind.DATE, Kind.UNIT})
_CONTRADICTING = _IN_ANY_LANGUAGE | {Kind.NEGATION, Kind.COMPARISON}


class Scorer(Protocol):
    """Tells how likely evidence supports claims, without a model that is asked."""

    async def score(self, claims: Sequence[Checkable]) -> list[Support]:
        """Return, for each claim in order, how likely its evidence supports it."""
        ...


class Verifier:
    """Checks what answers say against the evidence that they cite."""

    def __init__(self, scorer: Scorer, lexicon: Lexicon) -> None:
        self._scorer, self._lexicon = scorer, lexicon

    def over(self, question: str, evidence: Evidence) -> Verification:
        """Return the check of one answer to `question`, made from `evidence`."""
        return Verification(self._scorer, self._lexicon, question, evidence)


class Verification:
    """Checks one answer: `verdicts` first, then `mended`; what is between may change verdicts."""

    def __init__(self, scorer: Scorer, lexicon: Lexicon, question: str, evidence: Evidence) -> None:
        self._scorer, self._lexicon = scorer, lexicon
        self._question, self._evidence = question, evidence
        self._readings: dict[int, Reading] = {}

    async def verdicts(self, said: Sequence[Drafted]) -> list[Statement]:
        """Return every sentence with where it stands; those that state something have a verdict.

        A passage that says nothing of a claim that another one supports is no longer cited for it.
        Words of one language say nothing of claims in another: these stay unchecked, but for their
        numbers, dates and units. So do claims of one word such as `Yes`, and endless ones.
        """
        placed: list[Statement] = []
        for place, each in enumerate(said):
            before = said[place - 1] if place and leans_back(each.text) else None
            placed.append(self._placed(each, each.cited, before=before))
            await asyncio.sleep(0)  # a long answer over much evidence takes a while
        return await self._spared(await self._narrowed(await self._checked(placed)))

    async def mended(self, statements: Sequence[Statement]) -> list[Statement]:
        """Return the statements; a claim that fails cites what supports it, where anything does.

        It is looked for in the evidence that it does not cite, with the sentence before it where it
        refers back to that; not if what it cites says otherwise, for then it is of another subject
        that something else says the same.
        """
        failing = [each for each in statements if _may_be_elsewhere(each)]
        others = [self._elsewhere(each) for each in failing]
        found = [each for several in others for each in several]
        checked = iter(await self._checked(found, in_context=True))
        better: dict[int, Statement] = {}
        for each, several in zip(failing, others, strict=True):
            best = max((next(checked) for _ in several), key=lambda s: s.score, default=None)
            if best is not None and not best.missing and best.score >= _REPOINTED:
                better[id(each)] = replace(best, notes=(*each.notes, REPOINTED))
        return [better.get(id(each), each) for each in statements]

    def _reading(self, number: int) -> Reading:
        if number not in self._readings:
            self._readings[number] = Reading.of(self._evidence[number], self._lexicon)
        return self._readings[number]

    def _placed(
        self, said: Drafted, numbers: Iterable[int], *, before: Drafted | None
    ) -> Statement:
        """Return the sentence with the places that have it in the evidence with these numbers.

        What states nothing has none, but for code: that may say where it comes from.
        """
        if not (said.states or FENCED.match(said.text)):
            return Statement(said=said)
        places = (
            Place(number=number, span=carrier.span)
            for number in numbers
            for carrier in carried(said.text, self._reading(number), self._lexicon).carriers
        )
        return Statement(said=said, before=before, places=tuple(places))

    async def _checked(
        self, statements: Sequence[Statement], *, in_context: bool = False
    ) -> list[Statement]:
        """Return the statements; those that state something with what the checks say of them.

        Args:
            statements: claims and others.
            in_context: whether what a claim refers back to must be there, too.
        """
        cited = [e for e in statements if e.said.states and e.places and not e.is_endless]
        asked = [self._checkable(each, in_context=in_context) for each in cited]
        supports = iter(await self._scorer.score(asked))
        done = {id(each): self._judged(each, next(supports)) for each in cited}
        return [done.get(id(each), _uncited(each)) for each in statements]

    async def _narrowed(self, statements: Sequence[Statement]) -> list[Statement]:
        several = [each for each in statements if _is_judged(each) and len(each.numbers) > 1]
        alone = [_only(each, number) for each in several for number in each.numbers]
        checked = iter(await self._checked(alone))
        fewer: dict[int, Statement] = {}
        for each in several:
            fewer[id(each)] = _joined(each, [next(checked) for _ in each.numbers])
        return [fewer.get(id(each), each) for each in statements]

    def _elsewhere(self, statement: Statement) -> list[Statement]:
        """Return the claim in the passages that it does not cite and that have most of it."""
        claim = statement.said.text
        shares = {
            number: carried(claim, self._reading(number), self._lexicon).share
            for number in self._evidence
            if number not in statement.numbers
        }
        worthy = sorted((n for n in shares if shares[n] >= _SAYS), key=lambda n: (-shares[n], n))
        return [
            self._placed(statement.said, [number], before=statement.before)
            for number in worthy[:_ELSEWHERE]
        ]

    def _checkable(self, statement: Statement, *, in_context: bool) -> Checkable:
        """Return the claim with all the sentences of the passages that it cites."""
        passages = [self._evidence[number] for number in statement.numbers]
        claim = asserted(statement.said.text, question=self._question)
        before = f"{statement.before.text} " if in_context and statement.before else ""
        return Checkable(
            claim=before + claim,
            evidence=tuple(
                sentence
                for number in statement.numbers
                for span in self._reading(number).spans
                if (sentence := span.slice(self._evidence[number].text))
            ),
            head="\n".join(dict.fromkeys(passage.head for passage in passages)),
            language=passages[0].language,
        )

    def _judged(self, statement: Statement, support: Support) -> Statement:
        """Return the statement with what the gate and the score say of it."""
        passages = [self._evidence[number] for number in statement.numbers]
        quotes = [self._evidence[place.number].quote(place.span) for place in statement.places]
        text = statement.said.text
        missing = unaccounted(
            bare(text) or text,  # `No` denies what was asked, not what follows
            [*quotes, *(passage.head for passage in passages)],
            language=passages[0].language,
        )
        if not missing and leaves_open(text):
            return _unchecked(statement)
        verdict = verdict_of(support, missing)
        score = min(support.supported, _DOUBTED) if missing else support.supported
        places = (
            replace(each, verdict=verdict, score=score, checked_by=(GATE, ENTAILMENT))
            for each in statement.places
        )
        return replace(
            statement, places=tuple(places), missing=tuple(missing), verdict=verdict, score=score
        )

    async def _spared(self, statements: Sequence[Statement]) -> list[Statement]:
        """Return the statements; those that fail for their language alone are unchecked."""
        language = None
        if any(each.fails for each in statements):
            text = " ".join(each.said.text for each in statements)
            language = await asyncio.to_thread(told_language, text)  # loads its table, once
        return [
            _unchecked(each) if each.fails and self._is_foreign(each, language) else each
            for each in statements
        ]

    def _is_foreign(self, statement: Statement, language: str | None) -> bool:
        languages = {self._evidence[number].language for number in statement.numbers}
        differs = language is not None and bool(languages) and language not in languages
        return differs and not any(each.kind in _IN_ANY_LANGUAGE for each in statement.missing)


def _is_judged(statement: Statement) -> bool:
    return statement.said.states and statement.verdict is not Verdict.UNCHECKED


def _may_be_elsewhere(statement: Statement) -> bool:
    return statement.fails and statement.verdict is not Verdict.CONTRADICTED


def _unchecked(statement: Statement) -> Statement:
    places = (replace(each, verdict=Verdict.UNCHECKED) for each in statement.places)
    return replace(statement, verdict=Verdict.UNCHECKED, missing=(), places=tuple(places))


def _partial(part: Statement) -> Statement:
    """Return what one passage says of a claim that several support: at least a part of it."""
    places = (
        each if each.verdict is Verdict.SUPPORTED else replace(each, verdict=Verdict.PARTIAL)
        for each in part.places
    )
    return replace(part, places=tuple(places))


def _uncited(statement: Statement) -> Statement:
    """Return what cites nothing, or is not looked at; if it states something, that fails."""
    if not statement.said.states or statement.is_endless:
        return statement
    return replace(statement, verdict=Verdict.UNSUPPORTED)


def verdict_of(support: Support, missing: Sequence[Unaccounted]) -> Verdict:
    """Return what is said of a claim so likely supported, some of which is not accounted for."""
    is_about = support.supported + support.partial >= _ANYTHING
    if missing:
        # What says nearly the same with another number says otherwise.
        otherwise = is_about and any(each.kind in _CONTRADICTING for each in missing)
        return Verdict.CONTRADICTED if otherwise else Verdict.UNSUPPORTED
    if support.supported >= SUPPORTED_FROM:
        return Verdict.SUPPORTED
    return Verdict.PARTIAL if is_about else Verdict.UNSUPPORTED


def _only(statement: Statement, number: int) -> Statement:
    return replace(statement, places=tuple(p for p in statement.places if p.number == number))


def _joined(statement: Statement, parts: Sequence[Statement]) -> Statement:
    """Return the statement with what was found of each passage that it cites, but for idle ones."""
    is_carried = any(part.verdict is Verdict.SUPPORTED for part in parts)
    kept = [part for part in parts if not is_carried or part.score >= _IDLE]
    if not statement.fails:
        kept = [_partial(part) for part in kept]
    return replace(
        statement,
        places=tuple(place for part in kept for place in part.places),
        notes=statement.notes if len(kept) == len(parts) else (*statement.notes, REPOINTED),
    )
