"""Evidence that does and does not contradict itself, as the product finds it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic import BaseModel

from bench.answering import opened
from bench.questions import Case as Asked
from bench.questions import Suite, Text, clapnq
from core.store.bm25 import Bm25Encoder
from serve.answer.terms import Lexicon
from serve.answer.verify.conflicts.conflict import Assertion, Carried, Case
from serve.answer.verify.conflicts.values import agree, folded, values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from core.types import Passage
    from serve.answer.read import Reading
    from serve.answer.verify.conflicts.rivals import Pair
    from serve.answer.verify.conflicts.values import Value

TRUE, FALSE = "positive", "positive_wrong"
QUOTED = "claims quoted by the reader"
ANSWERING = "the claim is a sentence that answers"
SHORT = "the claim is the bare answer"
ALONE = "one true and one false passage"
PARAPHRASED = "one true passage, false ones made from others"
UNTOLD = "clapnq, claims quoted by the reader"
"""A set that has no false passages on purpose."""
LEXICON = Lexicon(Bm25Encoder())


class _Meta(BaseModel):
    kind: str = ""
    qid: int = -1
    fake_answer: str = ""


class _Document(BaseModel):
    doc_id: str
    text: str
    meta: _Meta


class _Question(BaseModel):
    id: str
    question: str
    answers: list[str]
    meta: _Meta


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A question with its evidence and the claims of an answer."""

    what: str
    number: int
    """Of the question in its set."""
    question: str
    passages: Sequence[Passage]
    claims: Sequence[Assertion]
    false: frozenset[int] = frozenset()
    """The places of false passages among the evidence; empty: nothing is contradicted."""
    true: frozenset[int] = frozenset()
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    """What the true passages answer, and the false ones."""
    clean: bool = True
    """Whether no passage of the evidence is false, for this question or another."""

    @property
    def disputed(self) -> bool:
        """Tell whether both true and false passages are among the evidence."""
        return bool(self.false and self.true)

    def case(self) -> Case:
        """Return it as the product reads it."""
        return Case.read_for(self.question, self.passages, LEXICON)

    def is_dispute(self, pair: Pair) -> bool:
        """Tell whether `pair` is the right answer against the wrong one."""
        sides = {pair.line.passage: pair.held.value, pair.other_line.passage: pair.other.value}
        true = [value for at, value in sides.items() if at in self.true]
        false = [value for at, value in sides.items() if at in self.false]
        return any(_is_one(v, self.right) for v in true) and any(
            _is_one(v, self.wrong) for v in false
        )


async def situations(data: Path) -> list[Situation]:
    """Return what comes of the questions of rgb_fact and clapnq.

    Those of rgb_fact are asked twice: of a store with its false passages, and of one without.
    """
    documents = [
        _Document.model_validate_json(line)
        for line in (data / "rgb_fact" / "corpus.jsonl").read_bytes().splitlines()
    ]
    questions = [
        _Question.model_validate_json(line)
        for line in (data / "rgb_fact" / "questions.jsonl").read_bytes().splitlines()
    ]
    true = [each for each in documents if each.meta.kind != FALSE]
    kinds = {each.doc_id: each.meta for each in documents}
    result: list[Situation] = []
    for store in (documents, true):
        for number, found in enumerate(await _read(_suite(store, questions))):
            same = _same(questions, number)
            mixture = _Mixture(number, questions[number], found, same, kinds)
            result += (s for s in mixture.situations() if s.disputed == (store is documents))
    for number, found in enumerate(await _read(clapnq(data))):
        result.append(
            Situation(
                what=UNTOLD,
                number=number,
                question=found.question,
                passages=found.passages,
                claims=_quoted(found),
            )
        )
    return result


def _same(questions: Sequence[_Question], number: int) -> frozenset[int]:
    """Return the numbers of the questions that ask what question `number` does."""
    text = questions[number].question.casefold()
    return frozenset(n for n, each in enumerate(questions) if each.question.casefold() == text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    question: str
    passages: Sequence[Passage]
    reading: Reading


def _suite(documents: Sequence[_Document], questions: Sequence[_Question]) -> Suite:
    return Suite(
        name="rgb_fact",
        texts=[Text(key=each.doc_id, title="", text=each.text) for each in documents],
        cases=[Asked(key=each.id, question=each.question, answerable=True) for each in questions],
    )


async def _read(suite: Suite) -> list[_Found]:
    found: list[_Found] = []
    async with opened(suite) as desk:
        for case in suite.cases:
            passages = await desk.find(case)
            reading = await desk.reader.read(case.question, passages)
            found.append(_Found(question=case.question, passages=passages, reading=reading))
    return found


def _quoted(found: _Found) -> list[Assertion]:
    places = {(each.chunk_id, each.span): at for at, each in enumerate(found.passages)}
    return [
        Assertion(
            text="\n".join(
                quote.passage.text[span.start - start : span.end - start] for span in quote.spans
            ),
            carried=tuple(
                Carried(passage=places[quote.passage.chunk_id, quote.passage.span], span=span)
                for span in quote.spans
            ),
            quoted=True,
        )
        for quote in found.reading.quotes
        for start in [quote.passage.span.start]
    ]


class _Mixture:
    """What the product finds for one question of rgb_fact, and what is known of it."""

    def __init__(
        self,
        number: int,
        question: _Question,
        found: _Found,
        same: frozenset[int],
        kinds: Mapping[str, _Meta],
    ) -> None:
        self._number, self._question, self._found = number, question, found
        self._own = {key: meta.kind for key, meta in kinds.items() if meta.qid in same}

    def situations(self) -> Iterator[Situation]:
        """Yield those that show something: disputed, or without any false passage."""
        passages = self._found.passages
        quoting = self._situation(QUOTED, passages, _quoted(self._found))
        if not (quoting.disputed or quoting.clean):
            return
        yield quoting
        answering = self._answering(passages)
        if answering is None:
            return
        yield self._situation(ANSWERING, passages, [answering])
        bare = replace(answering, text=self._question.answers[-1])
        yield self._situation(SHORT, passages, [bare])
        if quoting.disputed:
            yield from self._fewer(passages[answering.carried[0].passage])

    def _fewer(self, carrier: Passage) -> Iterator[Situation]:
        """Yield what is left of the evidence without some of it; `carrier` has the claim."""
        twin = carrier.source.replace(TRUE, FALSE)
        lone = [p for p in self._found.passages if p is carrier or self._kind(p) != TRUE]
        others = [p for p in lone if self._kind(p) != FALSE]
        for what, fewer in (
            (PARAPHRASED, [p for p in lone if p.source != twin]),
            (ALONE, [*others, *(p for p in lone if p.source == twin)]),
        ):
            claim = self._answering(fewer)
            if claim and (left := self._situation(what, fewer, [claim])).disputed:
                yield left

    def _situation(
        self, what: str, passages: Sequence[Passage], claims: Sequence[Assertion]
    ) -> Situation:
        return Situation(
            what=what,
            number=self._number,
            question=self._question.question,
            passages=passages,
            claims=claims,
            true=self._places(passages, TRUE),
            false=self._places(passages, FALSE),
            right=tuple(self._question.answers),
            wrong=(self._question.meta.fake_answer,),
            clean=not any(FALSE in each.source for each in passages),
        )

    def _answering(self, passages: Sequence[Passage]) -> Assertion | None:
        """Return the sentence with the answer that has most of the question, of the best."""
        case = Case.read_for(self._question.question, passages, LEXICON)
        for at in sorted(self._places(passages, TRUE)):
            lines = [
                line
                for line in case.read[at].lines
                if any(_is_one(value, self._question.answers) for value in line.values)
            ]
            if lines:
                best = max(lines, key=lambda line: case.asked.share(line.terms))
                carried = Carried(passage=at, span=best.span)
                return Assertion(text=best.text, carried=(carried,))
        return None

    def _places(self, passages: Sequence[Passage], kind: str) -> frozenset[int]:
        return frozenset(at for at, each in enumerate(passages) if self._kind(each) == kind)

    def _kind(self, passage: Passage) -> str:
        return self._own.get(passage.source, "")


def _is_one(value: Value, answers: Iterable[str]) -> bool:
    written = f" {' '.join(folded(value.written))} "
    return any(
        f" {' '.join(folded(answer))} " in written
        or any(agree(value, other) for other in values(answer))
        for answer in answers
    )
