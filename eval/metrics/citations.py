"""Whether citations support their claims: ALCE, TREC RAG's support, and what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from core.answers import Citation, Verdict
from eval.metrics.scores import Unscored
from serve.answer.verify.statement import REMOVED

if TYPE_CHECKING:
    from core.answers import Answer
    from eval.metrics.scores import Score

Entails: TypeAlias = Callable[[str, Sequence[str]], bool]
"""Tells whether quotes, read one after the other, entail a claim; never asked without quotes."""

NO_CLAIMS = Unscored(reason="nothing is claimed")
NO_CITATIONS = Unscored(reason="nothing is cited")
UNCHECKED = Unscored(reason="a citation is unchecked")

_WEIGHTS = {
    Verdict.SUPPORTED: 1.0,
    Verdict.PARTIAL: 0.5,
    Verdict.CONTRADICTED: 0.0,
    Verdict.UNSUPPORTED: 0.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedClaim:
    """A claim that a reader sees, with what it cites."""

    text: str
    citations: tuple[Citation, ...] = ()

    @property
    def quotes(self) -> tuple[str, ...]:
        """What it cites, in order."""
        return tuple(each.quote for each in self.citations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """How well claims are cited, and citations support claims."""

    recall: Score
    precision: Score


def cited_claims(answer: Answer) -> list[CitedClaim]:
    """Return the claims that stand in the answer's text, with their citations."""
    by_number = {each.n: each for each in answer.citations}
    return [
        CitedClaim(text=claim.text, citations=tuple(by_number[n] for n in claim.citations))
        for claim in answer.claims
        if REMOVED not in claim.notes
    ]


def alce(claims: Sequence[CitedClaim], entails: Entails) -> Cited:
    """Return citation recall and precision of one answer, as ALCE does.

    Gao et al. 2023, section 4 (https://aclanthology.org/2023.emnlp-main.398). Recall is the share
    of claims whose citations, all read together, entail them; a claim without a citation has none.
    A citation is precise if its claim has recall and it is not irrelevant; it is irrelevant if it
    alone does not entail the claim while the others, without it, do. Precision is the share of
    precise citations, each counted once for every claim that cites it; without a citation it is
    0, as in ALCE's own code. Unlike there, sentences that claim nothing do not count, and all
    citations of a claim do, not the first three.
    """
    if not claims:
        return Cited(recall=NO_CLAIMS, precision=NO_CLAIMS)
    recalled = [each for each in claims if each.citations and entails(each.text, each.quotes)]
    precise = sum(_precise(each, entails) for each in recalled)
    total = sum(len(each.citations) for each in claims)
    return Cited(recall=len(recalled) / len(claims), precision=precise / total if total else 0.0)


def readings(
    claims: Sequence[CitedClaim], evidence: Sequence[str] = ()
) -> list[tuple[str, tuple[str, ...]]]:
    """Return all that may be asked of `claims`, each once: what a batch of checks has to answer.

    For a claim these are its quotes together, each alone, and all but each, as `alce` asks; and,
    as `attribution` does, each passage of `evidence`.
    """
    asked: list[tuple[str, tuple[str, ...]]] = []
    for claim in claims:
        quotes = claim.quotes
        alone = [(quote,) for quote in quotes]
        but_one = [_without(quotes, at) for at in range(len(quotes))]
        several = (quotes, *alone, *but_one, *((each,) for each in evidence))
        asked += [(claim.text, each) for each in several if each]
    return list(dict.fromkeys(asked))


def weighted_support(claims: Sequence[CitedClaim]) -> Cited:
    """Return how far citations support their claims by their verdicts: full 1, partial ½, none 0.

    The weighted precision and recall of the TREC 2024 RAG track (Thakur et al. 2025,
    https://arxiv.org/abs/2504.15205): the weights over all citations, and over all claims, of
    which those without a citation weigh 0. The track judged the first citation of a sentence
    only; here precision counts each, and a claim weighs what its best one does. Contradicted is
    none. With a citation that is unchecked both are unscored.
    """
    if not claims:
        return Cited(recall=NO_CLAIMS, precision=NO_CLAIMS)
    verdicts = [[each.verdict for each in claim.citations] for claim in claims]
    if any(Verdict.UNCHECKED in each for each in verdicts):
        return Cited(recall=UNCHECKED, precision=UNCHECKED)
    weights = [[_WEIGHTS[verdict] for verdict in each] for each in verdicts]
    total = sum(map(len, weights))
    return Cited(
        recall=sum(max(each, default=0.0) for each in weights) / len(claims),
        precision=sum(map(sum, weights)) / total if total else 0.0,
    )


def _precise(claim: CitedClaim, entails: Entails) -> int:
    """Return how many citations of a claim that has recall are precise."""
    quotes = claim.quotes
    if len(quotes) == 1:
        return 1
    return sum(
        entails(claim.text, (quote,)) or not entails(claim.text, _without(quotes, at))
        for at, quote in enumerate(quotes)
    )


def _without(quotes: tuple[str, ...], at: int) -> tuple[str, ...]:
    return quotes[:at] + quotes[at + 1 :]
