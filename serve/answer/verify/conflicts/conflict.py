"""Which of the evidence speaks against what is claimed: the same question, another answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from serve.answer.verify.conflicts.lines import LineReader, common_words, sought
from serve.answer.verify.conflicts.rivals import Rivalry, Rivals
from serve.answer.verify.conflicts.values import agree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from core.types import Passage, Span
    from serve.answer.terms import Lexicon
    from serve.answer.verify.conflicts.lines import Line, Read, Sought
    from serve.answer.verify.conflicts.rivals import Pair
    from serve.answer.verify.conflicts.values import Value

_ANSWERS = 0.6
"""The share of the question's words that a sentence must have to be taken for an answer to it."""
_MOST_ANSWERS = 3
"""Sentences that are set against the others where no claim is, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Where evidence has a claim."""

    passage: int
    """Its place among the passages."""
    span: Span
    """In the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """A claim of an answer and the sentences that carry it."""

    text: str
    carried: tuple[Carried, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """A sentence that says something else of what another one states."""

    claim: int | None
    """The place of the claim that it speaks against; `None`: two passages differ on the question,
    and no claim says which of them is right."""
    passage: int
    """Its passage's place among the passages."""
    span: Span
    """In the document."""
    says: str
    """Its value, as written."""
    against_passage: int
    against_span: Span
    against: str
    """The value that it stands against, as written."""
    score: float
    """How likely only one of them can be right, 0 to 1."""


class ConflictFinder:
    """Finds rivals by words alone: no model is asked and nothing is embedded.

    Sentences that are built alike are found; of those that say it in wholly other words, few.
    """

    def __init__(self, lexicon: Lexicon, *, rivalry: Rivalry | None = None) -> None:
        self._lexicon = lexicon
        self._rivalry = rivalry or Rivalry.load()

    def find(
        self, question: str, claims: Sequence[Assertion], passages: Sequence[Passage]
    ) -> list[Rival]:
        """Return what speaks against `claims`, most likely first, at most once for each passage.

        Where nothing does, what two passages say against each other is returned, if anything.

        Args:
            question: what the claims answer.
            claims: of the answer, in its order.
            passages: the evidence.
        """
        case = Case.of(question, passages, self._lexicon)
        of_claims = ((at, pair) for at, claim in enumerate(claims) for pair in case.against(claim))
        return self._likely(of_claims, self._rivalry.against_claims) or self._likely(
            ((None, pair) for pair in case.between_passages()), self._rivalry.between_passages
        )

    def _likely(self, pairs: Iterable[tuple[int | None, Pair]], least: float) -> list[Rival]:
        best: dict[tuple[int | None, int], Rival] = {}
        for claim, pair in pairs:
            score = self._rivalry.probability(pair.likeness)
            key = claim, pair.other_line.passage
            if score >= least and (key not in best or score > best[key].score):
                best[key] = _rival(claim, pair, score)
        return sorted(best.values(), key=lambda rival: (-rival.score, rival.passage))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The evidence for one question, read."""

    asked: Sought
    reader: LineReader
    read: tuple[Read, ...]
    rivals: Rivals

    @classmethod
    def of(cls, question: str, passages: Sequence[Passage], lexicon: Lexicon) -> Case:
        """Return the case that `passages` make of `question`."""
        asked = sought(question, passages, lexicon)
        reader = LineReader(asked, lexicon, common_words(passages))
        read = tuple(reader.read(passage, at=at) for at, passage in enumerate(passages))
        return cls(asked=asked, reader=reader, read=read, rivals=Rivals(asked, read))

    def against(self, claim: Assertion) -> Iterator[Pair]:
        """Yield what may be said against the values that `claim` has from its sentences."""
        for place in claim.carried:
            read = self.read[place.passage]
            stated = self.reader.values(claim.text, language=read.passage.language)
            for line in read.lines:
                if line.span.start < place.span.end and place.span.start < line.span.end:
                    yield from self.rivals.against(_as_claimed(line, stated))

    def between_passages(self) -> Iterator[Pair]:
        """Yield what passages may say against each other of what is asked."""
        shares = ((self.asked.share(line.terms), line) for each in self.read for line in each.lines)
        answering = [each for each in shares if each[0] >= _ANSWERS and each[1].held]
        answering.sort(key=lambda each: -each[0])
        for _, line in answering[:_MOST_ANSWERS]:
            yield from self.rivals.against(line)


def _as_claimed(line: Line, stated: Sequence[Value]) -> Line:
    """Return `line` with those of its values that a claim states."""
    held = (each for each in line.held if any(agree(each.value, value) for value in stated))
    return replace(line, held=tuple(held))


def _rival(claim: int | None, pair: Pair, score: float) -> Rival:
    return Rival(
        claim=claim,
        passage=pair.other_line.passage,
        span=pair.other_line.span,
        says=pair.other.value.written,
        against_passage=pair.line.passage,
        against_span=pair.line.span,
        against=pair.held.value.written,
        score=score,
    )
