"""Reading without a model: the sentences that answer a question, or the finding that none do."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serve.answer.about import foretold, relevant, subject_of
from serve.answer.answerable import Answerability, Signals
from serve.answer.choose import candidates, chosen, promising, quotes, scored
from serve.answer.terms import Lexicon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.protocols import Embedder, SparseEncoder
    from core.types import Passage, Vector
    from serve.answer.choose import Candidate, Quote, Scored

READ_PASSAGES = 5
"""How many passages are read; the others only tell which words are rare."""
EMBEDDED = 3
"""How many sentences are compared with the question by meaning; each takes milliseconds."""
COMPARED = 300
"""How many characters of a sentence are compared; more costs time and changes no figure."""

_CACHED_VECTORS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read."""

    quotes: tuple[Quote, ...]
    """What answers the question; where `answers` is false, what came nearest."""
    answers: bool
    confidence: float
    """How likely it is that the evidence answers the question, 0 to 1."""
    needed: float
    """The confidence from which on it is an answer."""
    signals: Signals
    absent: tuple[str, ...]
    """Words of the question that no passage has."""
    unmet: tuple[str, ...] = ()
    """Names, years and quarters of the question that what was found is not about."""


class ExtractiveReader:
    """Quotes the sentences of passages that answer a question; it generates nothing."""

    def __init__(
        self,
        embedder: Embedder,
        sparse: SparseEncoder,
        *,
        answerability: Answerability | None = None,
    ) -> None:
        self._embedder = embedder
        self._vectors = _Vectors(embedder)
        self._lexicon = Lexicon(sparse)
        self._answerability = answerability or Answerability.load()

    @property
    def embedder(self) -> str:
        """The name of what compares sentences with the question."""
        return self._embedder.name

    async def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Return the sentences that answer `question`, or those that came nearest.

        Args:
            question: as it was asked.
            passages: what was found for it, best first.
        """
        terms = [self._lexicon.passage_terms(passage) for passage in passages]
        asked = self._lexicon.ask(question, terms, {each.language for each in passages})
        subject = subject_of(question)
        about = relevant(subject, passages, terms=terms, lexicon=self._lexicon)
        read = about.passages[:READ_PASSAGES]
        found = candidates(asked, self._lexicon, read)
        compared = await self._compare(question, promising(found, limit=EMBEDDED))
        picked = chosen(compared)
        coverage = max((asked.coverage(each) for each in terms[:READ_PASSAGES]), default=0.0)
        signals = _signals(
            passages, compared, coverage=coverage, fits=bool(picked) and picked[0].fits
        )
        confidence = self._answerability.probability(signals) if compared else 0.0
        quoted = quotes(picked, found, read)
        unmet = about.unmet or (
            foretold(subject, quoted[0].passage, _text(quoted[0])) if quoted else ()
        )
        return Reading(
            quotes=quoted,
            answers=not unmet and confidence >= self._answerability.threshold,
            confidence=confidence,
            needed=self._answerability.threshold,
            signals=signals,
            absent=tuple(asked.missing(set[int]().union(*terms))),
            unmet=unmet,
        )

    async def _compare(self, question: str, found: Sequence[Candidate]) -> list[Scored]:
        asked = await self._embedder.embed_query(question)
        texts = [" ".join(each.unit.text.split())[:COMPARED] for each in found]
        vectors = await self._vectors.of(texts)
        return [
            scored(each, float(asked @ vector)) for each, vector in zip(found, vectors, strict=True)
        ]


class _Vectors:
    """The vectors of the sentences that were read last."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: OrderedDict[str, Vector] = OrderedDict()

    async def of(self, texts: Sequence[str]) -> list[Vector]:
        vectors = {text: self._known.pop(text) for text in set(texts) if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in vectors]
        if missing:
            fresh = await self._embedder.embed_passages(missing)
            vectors.update(zip(missing, fresh, strict=True))
        self._known.update(vectors)
        while len(self._known) > _CACHED_VECTORS:
            self._known.popitem(last=False)
        return [vectors[text] for text in texts]


def _text(quote: Quote) -> str:
    start = quote.passage.span.start
    return "\n".join(quote.passage.text[s.start - start : s.end - start] for s in quote.spans)


def _signals(
    passages: Sequence[Passage], compared: Sequence[Scored], *, coverage: float, fits: bool
) -> Signals:
    sentence = max((each.cosine for each in compared), default=0.0)
    similarities = [p.similarity for p in passages if p.similarity is not None]
    return Signals(
        sentence=sentence,
        # Where no dense ranking found a passage its nearest sentence stands in for it.
        passage=max(similarities, default=sentence),
        coverage=coverage,
        fits=float(fits),
    )
