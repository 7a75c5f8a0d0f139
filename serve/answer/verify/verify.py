"""Claims against what they cite: a verdict for each, and other places for those that fail."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from core.answers import Verdict
from core.language import told_language
from core.text import sentences
from serve.answer.assemble import GATE
from serve.answer.attribute import carried
from serve.answer.verify.accounting.account import unaccounted
from serve.answer.verify.entailment.support import Checkable
from serve.answer.verify.statement import REPOINTED, Place, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.types import Passage
    from serve.answer.draft import Drafted
    from serve.answer.terms import Lexicon
    from serve.answer.verify.accounting.account import Unaccounted
    from serve.answer.verify.entailment.support import Support

    Evidence = Mapping[int, Passage]

ENTAILMENT = "entailment"
"""What a citation was checked by whose support for its claim was scored without a model."""

_LIKELY = 0.5
_ELSEWHERE = 3
"""Other passages that are looked at for a claim that fails, at most."""
_SAYS = 0.5
"""The share of a claim that another passage must have, to be looked at."""
_IDLE = 0.15
"""A passage that supports a claim less likely than this goes, where another supports it."""
_DOUBTED = 0.1
"""How likely a claim is supported at most, some of which is not accounted for."""
_CONTRADICTING = frozenset({"number", "date", "negation"})


class Scorer(Protocol):
    """Tells how likely evidence supports claims, without a model that is asked."""

    async def score(self, claims: Sequence[Checkable]) -> list[Support]:
        """Return, for each claim in order, how likely its evidence supports it."""
        ...


class Verifier:
    """Checks what an answer says against the evidence that it cites."""

    def __init__(self, scorer: Scorer, lexicon: Lexicon) -> None:
        self._scorer, self._lexicon = scorer, lexicon

    async def check(self, said: Sequence[Drafted], evidence: Evidence) -> list[Statement]:
        """Return every sentence with where it stands; those that state something have a verdict.

        A passage that says nothing of a claim that another one supports is no longer cited for it.
        A claim that fails is looked for in the evidence that it does not cite, and cites that
        instead where it is supported there. Words of one language say nothing of claims in another:
        these stay unchecked, but for their numbers.
        """
        placed = [self._placed(each, each.cited, evidence) for each in said]
        checked = await self._checked(placed, evidence)
        narrowed = await self._narrowed(checked, evidence)
        repointed = await self._repointed(narrowed, evidence)
        return await _spared(repointed, evidence)

    def _placed(self, said: Drafted, numbers: Iterable[int], evidence: Evidence) -> Statement:
        """Return the sentence with the places that have it in the evidence with these numbers."""
        places = (
            Place(number=number, span=carrier.span)
            for number in numbers
            for carrier in carried(said.text, evidence[number], self._lexicon).carriers
        )
        return Statement(said=said, places=tuple(places))

    async def _checked(
        self, statements: Sequence[Statement], evidence: Evidence
    ) -> list[Statement]:
        """Return the statements; those that state something with what the checks say of them."""
        cited = [each for each in statements if each.said.states and each.places]
        supports = iter(await self._scorer.score([_checkable(each, evidence) for each in cited]))
        done = {id(each): _judged(each, next(supports), evidence) for each in cited}
        return [done.get(id(each), _uncited(each)) for each in statements]

    async def _narrowed(
        self, statements: Sequence[Statement], evidence: Evidence
    ) -> list[Statement]:
        several = [each for each in statements if each.said.states and len(each.numbers) > 1]
        alone = [_only(each, number) for each in several for number in each.numbers]
        checked = iter(await self._checked(alone, evidence))
        fewer: dict[int, Statement] = {}
        for each in several:
            fewer[id(each)] = _joined(each, [next(checked) for _ in each.numbers])
        return [fewer.get(id(each), each) for each in statements]

    async def _repointed(
        self, statements: Sequence[Statement], evidence: Evidence
    ) -> list[Statement]:
        failing = [each for each in statements if each.fails]
        others = [self._elsewhere(each, evidence) for each in failing]
        checked = iter(await self._checked([e for found in others for e in found], evidence))
        better: dict[int, Statement] = {}
        for each, found in zip(failing, others, strict=True):
            best = max((next(checked) for _ in found), key=lambda s: s.score, default=None)
            if best is not None and best.verdict is Verdict.SUPPORTED:
                better[id(each)] = replace(best, notes=(*each.notes, REPOINTED))
        return [better.get(id(each), each) for each in statements]

    def _elsewhere(self, statement: Statement, evidence: Evidence) -> list[Statement]:
        """Return the claim in the passages that it does not cite and that have most of it."""
        claim = statement.said.text
        shares = {
            number: carried(claim, passage, self._lexicon).share
            for number, passage in evidence.items()
            if number not in statement.numbers
        }
        worthy = sorted((n for n in shares if shares[n] >= _SAYS), key=lambda n: (-shares[n], n))
        return [self._placed(statement.said, [n], evidence) for n in worthy[:_ELSEWHERE]]


async def _spared(statements: Sequence[Statement], evidence: Evidence) -> list[Statement]:
    """Return the statements; those that fail for their language alone are unchecked."""
    language = None
    if any(each.fails for each in statements):
        text = " ".join(each.said.text for each in statements)
        language = await asyncio.to_thread(told_language, text)  # loads its table, once
    return [
        _unchecked(each) if each.fails and _is_foreign(each, language, evidence) else each
        for each in statements
    ]


def _is_foreign(statement: Statement, language: str | None, evidence: Evidence) -> bool:
    languages = {evidence[number].language for number in statement.numbers}
    differs = language is not None and bool(languages) and language not in languages
    return differs and not any(each.kind == "number" for each in statement.missing)


def _unchecked(statement: Statement) -> Statement:
    places = (replace(each, verdict=Verdict.UNCHECKED) for each in statement.places)
    return replace(statement, verdict=Verdict.UNCHECKED, missing=(), places=tuple(places))


def _checkable(statement: Statement, evidence: Evidence) -> Checkable:
    """Return the claim with all the sentences of the passages that it cites."""
    passages = [evidence[number] for number in statement.numbers]
    return Checkable(
        claim=statement.said.text,
        evidence=tuple(
            sentence
            for passage in passages
            for span in sentences(passage.text)
            if (sentence := span.slice(passage.text).strip())
        ),
        head="\n".join(dict.fromkeys(passage.head for passage in passages)),
        language=passages[0].language,
    )


def _judged(statement: Statement, support: Support, evidence: Evidence) -> Statement:
    """Return the statement with what the gate and the score say of it."""
    passages = [evidence[number] for number in statement.numbers]
    quotes = [evidence[place.number].quote(place.span) for place in statement.places]
    missing = unaccounted(
        statement.said.text,
        [*quotes, *(passage.head for passage in passages)],
        language=passages[0].language,
    )
    verdict = _verdict(support, missing)
    score = min(support.supported, _DOUBTED) if missing else support.supported
    return replace(
        statement,
        places=tuple(
            replace(each, verdict=verdict, score=score, checked_by=(GATE, ENTAILMENT))
            for each in statement.places
        ),
        missing=tuple(missing),
        verdict=verdict,
        score=score,
    )


def _uncited(statement: Statement) -> Statement:
    """Return what cites nothing; if it states something, nothing supports that."""
    return replace(statement, verdict=Verdict.UNSUPPORTED) if statement.said.states else statement


def _verdict(support: Support, missing: Sequence[Unaccounted]) -> Verdict:
    is_about = support.supported + support.partial >= _LIKELY
    if missing:
        # What says nearly the same with another number says otherwise.
        otherwise = is_about and any(each.kind in _CONTRADICTING for each in missing)
        return Verdict.CONTRADICTED if otherwise else Verdict.UNSUPPORTED
    if support.supported >= _LIKELY:
        return Verdict.SUPPORTED
    return Verdict.PARTIAL if is_about else Verdict.UNSUPPORTED


def _only(statement: Statement, number: int) -> Statement:
    return replace(statement, places=tuple(p for p in statement.places if p.number == number))


def _joined(statement: Statement, parts: Sequence[Statement]) -> Statement:
    """Return the statement with what was found of each passage that it cites, but for idle ones."""
    supported = max(part.score for part in parts) >= _LIKELY
    kept = [part for part in parts if not supported or part.score >= _IDLE]
    return replace(
        statement,
        places=tuple(place for part in kept for place in part.places),
        notes=statement.notes if len(kept) == len(parts) else (*statement.notes, REPOINTED),
    )
