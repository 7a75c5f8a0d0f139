"""The judge that asks no model: the checker that answers are checked with."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from core.answers import Verdict
from core.text import sentences, trimmed
from serve.answer.verify.accounting.account import unaccounted
from serve.answer.verify.elliptical import asserted
from serve.answer.verify.entailment import support
from serve.answer.verify.entailment.support import Checkable
from serve.answer.verify.verify import verdict_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eval.judges.judge import Reading
    from eval.metrics.scores import Unscored
    from serve.answer.verify.verify import Scorer

_WEIGHTS = Path(support.__file__).with_name("support.json")


class LocalJudge:
    """Compares claims with quotes, word by word; the same verdicts every time."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        version = hashlib.sha256(_WEIGHTS.read_bytes()).hexdigest()[:8]
        self.name = f"local checker {version}"

    async def support(self, readings: Sequence[Reading]) -> list[Verdict | Unscored]:
        """Return a verdict for each reading; what quotes say word for word is supported."""
        asked = [each for each in readings if not is_said(each.claim, each.quotes)]
        checkable = [_checkable(each) for each in asked]
        likely = await self._scorer.score(checkable)
        found: dict[Reading, Verdict] = {}
        for each, supported in zip(asked, likely, strict=True):
            said = [*each.quotes, *filter(None, (each.head,))]
            missing = unaccounted(each.claim, said, language=each.language)
            found[each] = verdict_of(supported, missing)
        return [found.get(each, Verdict.SUPPORTED) for each in readings]


def is_said(claim: str, quotes: Sequence[str]) -> bool:
    """Tell whether `claim` is whole sentences of one of `quotes`, but for white space."""
    wanted = " ".join(claim.split())
    return any(_has_sentences(" ".join(quote.split()), wanted) for quote in quotes if wanted)


def _has_sentences(quote: str, wanted: str) -> bool:
    at = quote.find(wanted)
    if at < 0:
        return False
    spans = [trimmed(span, quote) for span in sentences(quote)]
    starts, ends = {span.start for span in spans}, {span.end for span in spans}
    while at >= 0:
        if at in starts and at + len(wanted) in ends:
            return True
        at = quote.find(wanted, at + 1)
    return False


def _checkable(reading: Reading) -> Checkable:
    return Checkable(
        claim=asserted(reading.claim, question=reading.question),
        evidence=tuple(_sentences(reading.quotes)),
        head=reading.head,
        language=reading.language,
    )


def _sentences(quotes: Sequence[str]) -> Iterator[str]:
    for quote in quotes:
        for span in sentences(quote):
            if text := span.slice(quote).strip():
                yield text
