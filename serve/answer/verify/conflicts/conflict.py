"""Which of the evidence speaks against what is claimed: the same question, another answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from serve.answer.verify.conflicts.lines import LineReader, common_words, sought
from serve.answer.verify.conflicts.rivals import Rivalry, Rivals
from serve.answer.verify.conflicts.subject import Subjects
from serve.answer.verify.conflicts.values import ValueKind, agree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from core.types import Passage, Span
    from serve.answer.terms import Lexicon
    from serve.answer.verify.conflicts.lines import Held, Line, Read, Sought
    from serve.answer.verify.conflicts.rivals import Pair
    from serve.answer.verify.conflicts.values import Value

_WORD = re.compile(r"[^\W\d_]{2,}")
_NAME_BEFORE = re.compile(r"\b([^\W\d_]+),?\s\Z")
_FEWEST_WORDS = 3
"""Fewer state nothing: they are the head of a table."""
_MOST_VALUES = 3
"""More values than these against one claim are a series, of which each is of something else."""
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
    quoted: bool = False
    """Whether it is a bare quote: side by side, two of them may yet contradict each other."""


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
        case = Case.read_for(question, passages, self._lexicon)
        of_claims = ((at, pair) for at, pair in case.of(claims) if not case.is_of_a_name(pair))
        between = ((None, p) for p in case.between_passages(claims) if not case.is_of_a_name(p))
        return self._likely(of_claims, self._rivalry.against_claims) or self._likely(
            between, self._rivalry.between_passages
        )

    def _likely(self, pairs: Iterable[tuple[int | None, Pair]], least: float) -> list[Rival]:
        best: dict[tuple[int | None, int], Rival] = {}
        for claim, pair in pairs:
            score = self._rivalry.probability(pair.likeness)
            key = claim, pair.other_line.passage
            if score < least or len(_WORD.findall(pair.other_line.text)) < _FEWEST_WORDS:
                continue
            if key not in best or score > best[key].score:
                best[key] = _rival(claim, pair, score)
        found = sorted(best.values(), key=lambda rival: (-rival.score, rival.passage))
        said = {claim: {r.says.casefold() for r in found if r.claim == claim} for claim, _ in best}
        return [rival for rival in found if len(said[rival.claim]) <= _MOST_VALUES]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The evidence for one question, read."""

    asked: Sought
    reader: LineReader
    read: tuple[Read, ...]
    rivals: Rivals

    @classmethod
    def read_for(cls, question: str, passages: Sequence[Passage], lexicon: Lexicon) -> Case:
        """Return the case that `passages` make of `question`."""
        asked = sought(question, passages, lexicon)
        common = common_words(passages)
        reader = LineReader(asked, lexicon, common)
        read = tuple(reader.read(passage, at=at) for at, passage in enumerate(passages))
        rivals = Rivals(asked, read, Subjects(question, read, common))
        return cls(asked=asked, reader=reader, read=read, rivals=rivals)

    def is_of_a_name(self, pair: Pair) -> bool:
        """Tell whether a value only goes on with a name of the question, as in `NIKE Direct`."""
        sides = ((pair.held.value, pair.line), (pair.other.value, pair.other_line))
        return self.asked.kind is not ValueKind.NAME and any(
            value.kind is ValueKind.NAME
            and (before := _NAME_BEFORE.search(line.text, 0, value.span.start)) is not None
            and before[1][:1].isupper()
            and before[1].casefold() in self.asked.words
            for value, line in sides
        )

    def of(self, claims: Sequence[Assertion]) -> Iterator[tuple[int, Pair]]:
        """Yield what may be said against the values that claims have from their sentences.

        What claims state themselves, this one or another, does not speak against any, unless they
        are bare quotes.
        """
        stated = self._stated(claims)
        for at, claim in enumerate(claims):
            for pair in self._against(claim):
                if not _states(stated, pair.other.value):
                    yield at, pair

    def between_passages(self, claims: Sequence[Assertion]) -> Iterator[Pair]:
        """Yield what passages may say against each other of what is asked.

        Where claims state both, they do not speak against each other.
        """
        stated = self._stated(claims)
        shares = ((self.asked.share(line.terms), line) for each in self.read for line in each.lines)
        answering = sorted(
            (each for each in shares if each[0] >= _ANSWERS), key=lambda each: -each[0]
        )
        for line in islice((line for _, line in answering if line.held), _MOST_ANSWERS):
            for pair in self.rivals.against(line, line.held):
                if not (_states(stated, pair.held.value) and _states(stated, pair.other.value)):
                    yield pair

    def _against(self, claim: Assertion) -> Iterator[Pair]:
        for line in self._carriers(claim):
            yield from self.rivals.against(line, self._as_claimed(line, claim))

    def _stated(self, claims: Sequence[Assertion]) -> list[Value]:
        """Return the values that `claims` have from what carries them; but for bare quotes."""
        return [
            held.value
            for claim in claims
            if not claim.quoted
            for line in self._carriers(claim)
            for held in self._as_claimed(line, claim)
        ]

    def _as_claimed(self, line: Line, claim: Assertion) -> list[Held]:
        """Return those of the values of `line` that the claim states."""
        stated = self.reader.values(claim.text, language=line.language)
        return [each for each in line.held if _states(stated, each.value)]

    def _carriers(self, claim: Assertion) -> Iterator[Line]:
        for place in claim.carried:
            for line in self.read[place.passage].lines:
                if line.span.start < place.span.end and place.span.start < line.span.end:
                    yield line


def _states(stated: Sequence[Value], value: Value) -> bool:
    return any(agree(value, each) for each in stated)


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
