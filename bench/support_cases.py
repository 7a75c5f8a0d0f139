"""Claims, evidence, and whether it supports them: of people's labels, and made from passages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from pydantic import BaseModel

from core.text import sentences, trimmed
from core.types import Span
from serve.answer.verify.entailment.support import Checkable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.random import Generator
    from numpy.typing import NDArray

    from core.protocols import Embedder

SHORTEST = 15
"""Characters of a sentence that can be a claim."""
NEAR = 10
"""A claim is also put to one of so many passages of other articles that are nearest to its own."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}")


_Row = TypeVar("_Row", bound=BaseModel)


class Truth(StrEnum):
    """What is true of a claim and its evidence."""

    SUPPORTED = "supported"
    PARTIAL = "partially_supported"
    NOT = "not_supported"


class Kind(StrEnum):
    """Where a claim is from, and its evidence."""

    WICE = "wice"
    """A sentence of Wikipedia and the page it cites, judged by people."""
    PART = "part of a claim"
    """A statement of such a sentence; people marked the words that have no support."""
    ANSWER = "answer"
    """A sentence of an answer that a person wrote, and the passage it was written from."""
    QUOTE = "quote"
    """A sentence of a passage, and the passage."""
    ELSEWHERE = "answer, other passage"
    QUOTE_ELSEWHERE = "quote, other passage"
    LEFT_OUT = "quote, its sentence left out"
    """A sentence of a passage, and the rest of the passage."""
    CHANGED = "answer, a number or name changed"


_MADE = {
    Kind.ANSWER: Truth.SUPPORTED,
    Kind.QUOTE: Truth.SUPPORTED,
    Kind.ELSEWHERE: Truth.NOT,
    Kind.QUOTE_ELSEWHERE: Truth.NOT,
    Kind.LEFT_OUT: Truth.NOT,
    Kind.CHANGED: Truth.PARTIAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A claim, its evidence, and what is true of them."""

    kind: Kind
    truth: Truth
    group: str
    """The article; cases of one are never on both sides of a fold."""
    given: Checkable
    faults: tuple[Span, ...] | None = None
    """What of the claim has no support; `None`: nobody said."""


class _Cited(BaseModel):
    claim_title: str


class _Claim(BaseModel):
    claim: str
    label: Truth
    meta: _Cited
    evidence_sentences: list[str]


class _Part(BaseModel):
    claim: str
    label: Truth
    meta: _Cited
    evidence: list[str]
    claim_tokens: list[str]
    non_supported_spans: list[bool]


class _Passage(BaseModel):
    doc_id: str
    title: str
    text: str


class _About(BaseModel):
    doc_id: str = ""


class _Question(BaseModel):
    answers: list[str]
    answerable: bool
    meta: _About


def wice(data: Path) -> list[Case]:
    """Return the claims of WiCE (Kamoi et al. 2023, https://arxiv.org/abs/2303.01432)."""
    return [
        Case(
            kind=Kind.WICE,
            truth=each.label,
            group=each.meta.claim_title,
            given=_checkable(each.claim, each.evidence_sentences),
        )
        for each in _rows(data / "wice" / "dev.jsonl", _Claim)
    ]


def wice_parts(data: Path) -> list[Case]:
    """Return the statements of WiCE whose unsupported words people marked."""
    return [
        Case(
            kind=Kind.PART,
            truth=each.label,
            group=each.meta.claim_title,
            given=_checkable(each.claim, each.evidence),
            faults=tuple(_marked(each)),
        )
        for each in _rows(data / "wice" / "dev_non_supported_tokens.jsonl", _Part)
    ]


async def clapnq(data: Path, embedder: Embedder) -> list[Case]:
    """Return claims made from the answers and passages of CLAP NQ, the same ones every time.

    What is true of them follows from how they were made; some sentences of answers have less
    support than their kind says, and some passages say what was left out twice.

    Args:
        data: where the sets are.
        embedder: finds the passages that are nearest to one.
    """
    folder = data / "clapnq"
    passages = {each.doc_id: each for each in _rows(folder / "corpus.jsonl", _Passage)}
    texts = [_joined(each.text) for each in passages.values()]
    vectors = np.stack(await embedder.embed_passages(texts))
    maker = _Maker(
        titles=[each.title for each in passages.values()],
        passages=[_sentences(text) for text in texts],
        nearness=vectors @ vectors.T,
    )
    places = {key: place for place, key in enumerate(passages)}
    return [
        case
        for question in _rows(folder / "questions.jsonl", _Question)
        if (place := places.get(question.meta.doc_id)) is not None
        for case in maker.cases(place, question.answers[:1] if question.answerable else [])
    ]


class _Maker:
    def __init__(
        self,
        *,
        titles: Sequence[str],
        passages: Sequence[list[str]],
        nearness: NDArray[np.float32],
    ) -> None:
        self._titles, self._passages, self._nearness = titles, passages, nearness
        self._random = np.random.default_rng(0)
        self._names = sorted(
            {name for each in passages for text in each for name in _NAME.findall(text)}
        )

    def cases(self, place: int, answers: Sequence[str]) -> Iterator[Case]:
        own = self._passages[place]
        for claim in (claim for answer in answers for claim in _sentences(_joined(answer))):
            yield self._case(Kind.ANSWER, claim, place)
            yield self._case(Kind.ELSEWHERE, claim, place, evidence_of=self._near(place))
            changed = self._changed(claim, " ".join(own))
            if changed is not None:
                yield self._case(Kind.CHANGED, changed, place)
        if len(own) >= 3:
            left = int(self._random.integers(len(own)))
            yield self._case(Kind.QUOTE, own[left], place)
            yield self._case(Kind.LEFT_OUT, own[left], place)
            yield self._case(Kind.QUOTE_ELSEWHERE, own[left], place, evidence_of=self._near(place))

    def _near(self, place: int) -> int:
        """Return one of the passages of other articles that are nearest to the one at `place`."""
        nearest = np.argsort(-self._nearness[place], kind="stable")
        others = [int(at) for at in nearest if self._titles[at] != self._titles[place]][:NEAR]
        return others[int(self._random.integers(NEAR))]

    def _case(self, kind: Kind, claim: str, place: int, *, evidence_of: int | None = None) -> Case:
        source = place if evidence_of is None else evidence_of
        evidence = [
            each for each in self._passages[source] if kind is not Kind.LEFT_OUT or each != claim
        ]
        given = _checkable(claim, evidence, head=self._titles[source])
        return Case(kind=kind, truth=_MADE[kind], group=self._titles[place], given=given)

    def _changed(self, claim: str, passage: str) -> str | None:
        """Return `claim` with a digit or a name that is not its own; `None` where it has none."""
        found = [*_NUMBER.finditer(claim), *_NAME.finditer(claim)]
        if not found:
            return None
        match = found[int(self._random.integers(len(found)))]
        new = (
            _other_number(match.group(), self._random)
            if match.group()[0].isdigit()
            else self._names[int(self._random.integers(len(self._names)))]
        )
        return None if new in passage else claim[: match.start()] + new + claim[match.end() :]


def _other_number(number: str, random: Generator) -> str:
    digits = [place for place, char in enumerate(number) if char.isdigit()]
    place = digits[int(random.integers(len(digits)))]
    digit = (int(number[place]) + int(random.integers(1, 10))) % 10
    return f"{number[:place]}{digit}{number[place + 1 :]}"


def _checkable(claim: str, evidence: Sequence[str], *, head: str = "") -> Checkable:
    return Checkable(claim=claim, evidence=tuple(evidence), head=head, language="en")


def _marked(part: _Part) -> Iterator[Span]:
    end = 0
    for token, fault in zip(part.claim_tokens, part.non_supported_spans, strict=True):
        start = part.claim.find(token, end)
        if start >= 0:
            end = start + len(token)
            if fault:
                yield Span(start, end)


def _sentences(text: str) -> list[str]:
    found = (trimmed(span, text).slice(text) for span in sentences(text))
    return [each for each in found if len(each) > SHORTEST]


def _joined(text: str) -> str:
    """Return tokenised `text` as it is written."""
    text = re.sub(r"\s+([.,;:!?%)\]])", r"\1", text)
    text = re.sub(r"([(\[])\s+", r"\1", text)
    text = re.sub(r"``\s*|\s*''", '"', text)
    text = re.sub(r"\s+('s|n't|'re|'ll|'ve)\b", r"\1", text)
    return re.sub(r"(\w) - (\w)", r"\1-\2", text)


def _rows(path: Path, row: type[_Row]) -> list[_Row]:
    with path.open("rb") as lines:
        return [row.model_validate_json(line) for line in lines]
