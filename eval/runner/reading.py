"""What judges are asked about answers, all at once, and what they said as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from core.answers import Verdict
from core.text import words
from eval.judges.judge import Reading
from eval.metrics.citations import readings
from eval.metrics.scores import Unscored

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from eval.judges.judge import SupportJudge
    from eval.metrics.citations import CitedClaim

    _Key: TypeAlias = tuple[str, tuple[str, ...]]

_SAYS = 0.5
"""The share of a claim's words that evidence must have, to be asked about."""
_ELSEWHERE = 3
"""Passages of the evidence that are asked about for one claim, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """The claims of one answer, and what may be said for them."""

    question: str
    claims: Sequence[CitedClaim]
    evidence: Sequence[str] = ()
    """The passages that the answer was made from."""
    titles: Mapping[str, str]
    """Of the quotes and passages, the titles of their documents."""
    language: str

    def reading(self, key: _Key) -> Reading:
        """Return what is asked."""
        claim, quotes = key
        titles = dict.fromkeys(self.titles.get(quote, "") for quote in quotes)
        return Reading(
            claim=claim,
            quotes=quotes,
            head="\n".join(filter(None, titles)),
            question=self.question,
            language=self.language,
        )


class Said:
    """What a judge said of one answer: tells, as a table, whether quotes entail a claim."""

    def __init__(self, known: Mapping[_Key, Verdict | Unscored]) -> None:
        self._known = known

    def __call__(self, claim: str, quotes: Sequence[str]) -> bool:
        """Return what was said; raises `KeyError` of what nobody asked."""
        return self._known[claim, tuple(quotes)] is Verdict.SUPPORTED

    @property
    def missing(self) -> Unscored | None:
        """Why something was left unsaid; `None`: nothing was."""
        return next((v for v in self._known.values() if isinstance(v, Unscored)), None)


async def citations_judged(judge: SupportJudge, several: Sequence[Quoted]) -> list[Said]:
    """Return what `judge` says of the citations of each answer."""
    keys = [readings(each.claims) for each in several]
    return [Said(known) for known in await _asked(judge, several, keys)]


async def all_judged(judge: SupportJudge, several: Sequence[Quoted]) -> list[Said]:
    """Return what `judge` says of the citations of each answer, and of its evidence.

    Evidence is put to the claims only that their citations do not entail. What has less than half
    of the words of a claim, or is not among the likeliest, is taken not to entail it.
    """
    cited = await _asked(judge, several, [readings(each.claims) for each in several])
    failing = [
        [claim for claim in each.claims if not _entailed(claim, known)]
        for each, known in zip(several, cited, strict=True)
    ]
    likely = [
        [(c.text, (text,)) for c in claims for text in _likely(c.text, each.evidence)]
        for each, claims in zip(several, failing, strict=True)
    ]
    asked = [
        [key for key in keys if key not in known] for keys, known in zip(likely, cited, strict=True)
    ]
    found = await _asked(judge, several, asked)
    return [
        Said(_unlikely(claims, each.evidence) | known | more)
        for each, claims, known, more in zip(several, failing, cited, found, strict=True)
    ]


async def _asked(
    judge: SupportJudge, several: Sequence[Quoted], keys: Sequence[Sequence[_Key]]
) -> list[dict[_Key, Verdict | Unscored]]:
    every = [each.reading(k) for each, mine in zip(several, keys, strict=True) for k in mine]
    said = iter(await judge.support(every) if every else ())
    return [{key: next(said) for key in mine} for mine in keys]


def _entailed(claim: CitedClaim, known: Mapping[_Key, Verdict | Unscored]) -> bool:
    return bool(claim.quotes) and known[claim.text, claim.quotes] is Verdict.SUPPORTED


def _unlikely(
    claims: Iterable[CitedClaim], evidence: Sequence[str]
) -> dict[_Key, Verdict | Unscored]:
    return {(claim.text, (text,)): Verdict.UNSUPPORTED for claim in claims for text in evidence}


def _likely(claim: str, evidence: Sequence[str]) -> list[str]:
    wanted = {*words(claim)}
    shares = [
        (len(wanted.intersection(words(text))) / max(1, len(wanted)), text) for text in evidence
    ]
    worthy = sorted((pair for pair in shares if pair[0] >= _SAYS), key=lambda pair: -pair[0])
    return [text for _, text in worthy[:_ELSEWHERE]]
