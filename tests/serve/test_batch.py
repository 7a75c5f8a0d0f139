from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.answers import AbstainReason, Abstention, Answer
from core.errors import ProviderError, RequestError
from core.ids import CollectionName
from core.types import Scope
from serve.batch import Item, Progress, read_batch, run_batch
from tests.doubles.assignments import asked
from tests.serve.answer.test_answer import TOWER, answerer
from tests.serve.answer.test_answer import ask as answer_to

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from serve.answer.question import Question


OTHER = Scope(collection=CollectionName("other"))


class Asked:
    """Answers all questions but those that it is told to fail, and remembers them."""

    def __init__(self, *failing: str, without_model: str = "", breaking: str = "") -> None:
        self.failing, self.without_model, self.breaking = set(failing), without_model, breaking
        self.questions: list[str] = []
        self.most = self._now = 0

    async def __call__(self, question: Question) -> Answer:
        self._now += 1
        self.most = max(self.most, self._now)
        self.questions.append(question.text)
        await asyncio.sleep(0)
        self._now -= 1
        if question.text in self.failing:
            raise ProviderError("503: down", model="x/y")
        if question.text == self.breaking:
            raise ZeroDivisionError
        answer = await answer_to(answerer(TOWER), question.text)
        if question.text == self.without_model:
            why = Abstention(reason=AbstainReason.MODEL_UNAVAILABLE, detail="x/y: 503: down")
            return replace(answer, answer=None, claims=(), citations=(), abstained=why)
        return answer


def items(*texts: str) -> list[Item]:
    return [Item(id=text, question=asked(text)) for text in texts]


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


async def run(ask: Asked, found: list[Item], out: Path, *, at_once: int = 2) -> list[Progress]:
    return [progress async for progress in run_batch(ask, found, out, at_once=at_once)]


def write(path: Path, *given: object) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in given))
    return path


async def test_every_question_gets_a_line_with_its_answer(tmp_path: Path) -> None:
    out, ask = tmp_path / "answers.jsonl", Asked()
    told = await run(ask, items("a", "b", "c"), out)
    assert sorted(str(line["id"]) for line in lines(out)) == ["a", "b", "c"]
    assert all("answer" in line for line in lines(out))
    assert [progress.answered for progress in told] == [0, 1, 2, 3]


async def test_no_more_are_asked_at_once_than_are_allowed(tmp_path: Path) -> None:
    ask = Asked()
    await run(ask, items(*map(str, range(20))), tmp_path / "out", at_once=3)
    assert ask.most == 3


async def test_what_failed_is_told_and_asked_again_by_the_next_run(tmp_path: Path) -> None:
    out = tmp_path / "answers.jsonl"
    told = await run(Asked("b"), items("a", "b", "c"), out)
    assert (told[-1].answered, told[-1].failed) == (2, 1)
    assert [p.failure for p in told if p.failure] == [("b", "x/y: 503: down")]
    failed = next(line for line in lines(out) if line["id"] == "b")
    assert "503: down" in json.dumps(failed["error"])
    again = Asked()
    await run(again, items("a", "b", "c"), out)
    assert again.questions == ["b"]
    assert sorted(str(line["id"]) for line in lines(out)) == ["a", "b", "c"]
    assert all("answer" in line for line in lines(out))


async def test_half_a_line_of_a_killed_run_is_asked_again(tmp_path: Path) -> None:
    out = tmp_path / "answers.jsonl"
    await run(Asked(), items("a", "b"), out)
    whole = out.read_bytes()
    out.write_bytes(whole[:-40])
    again = Asked()
    await run(again, items("a", "b"), out)
    assert len(again.questions) == 1
    assert sorted(str(line["id"]) for line in lines(out)) == ["a", "b"]


async def test_what_no_model_answered_has_failed_and_is_asked_again(tmp_path: Path) -> None:
    out = tmp_path / "answers.jsonl"
    told = await run(Asked(without_model="b"), items("a", "b"), out)
    assert (told[-1].answered, told[-1].failed) == (1, 1)
    assert [p.failure for p in told if p.failure] == [("b", "no model answered: x/y: 503: down")]
    again = Asked()
    told = await run(again, items("a", "b"), out)
    assert (again.questions, told[0].answered, told[-1].failed) == (["b"], 1, 0)
    assert sorted(str(line["id"]) for line in lines(out)) == ["a", "b"]


@pytest.mark.parametrize(
    "changes",
    [{"text": "B"}, {"model": "x/y"}, {"schema": {"type": "object"}}, {"scope": OTHER}],
    ids=["text", "model", "schema", "collection"],
)
async def test_another_question_under_the_same_id_is_asked(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    out = tmp_path / "answers.jsonl"
    await run(Asked(), items("a", "b"), out)
    [_, before] = items("a", "b")
    changed = replace(before, question=replace(before.question, **changes))
    again = Asked()
    told = await run(again, [*items("a"), changed], out)
    assert (again.questions, told[0].answered) == ([changed.question.text], 1)
    assert sorted(str(line["id"]) for line in lines(out)) == ["a", "b"]


async def test_an_answer_without_a_hash_holds(tmp_path: Path) -> None:
    out = tmp_path / "answers.jsonl"
    await run(Asked(), items("a"), out)
    write(out, {name: said for name, said in lines(out)[0].items() if name != "asked"})
    again = Asked()
    await run(again, items("a"), out)
    assert again.questions == []


async def test_an_error_of_the_program_ends_the_run_and_leaves_what_is_answered(
    tmp_path: Path,
) -> None:
    out = tmp_path / "answers.jsonl"
    with pytest.raises(ExceptionGroup) as raised:
        await run(Asked(breaking="c"), items("a", "b", "c", "d"), out, at_once=1)
    assert [type(error) for error in raised.value.exceptions] == [ZeroDivisionError]
    assert [line["id"] for line in lines(out)] == ["a", "b"]
    again = Asked()
    await run(again, items("a", "b", "c", "d"), out)
    assert again.questions == ["c", "d"]


def test_line_is_a_question_or_a_request(tmp_path: Path) -> None:
    path = write(
        tmp_path / "in.jsonl",
        "How high is it?",
        {"id": 7, "question": "Where?", "strategy": "retrieval", "top_k": 3},
    )
    first, second = read_batch(path, {"collection": "towers", "top_k": 5})
    assert (first.question.text, first.question.top_k) == ("How high is it?", 5)
    assert (second.id, second.question.top_k) == ("7", 3)
    assert {first.question.scope.collection, second.question.scope.collection} == {"towers"}


def test_an_id_of_nought_is_an_id(tmp_path: Path) -> None:
    path = write(tmp_path / "in.jsonl", *({"id": i, "question": "Where?"} for i in (0, 1, "")))
    assert [item.id for item in read_batch(path, {})] == ["0", "1", ""]


def test_id_of_a_line_without_one_is_the_same_each_time(tmp_path: Path) -> None:
    path = write(tmp_path / "in.jsonl", "How high is it?", "Where?")
    ids = [item.id for item in read_batch(path, {})]
    assert ids == [item.id for item in read_batch(path, {})]
    assert len(set(ids)) == 2


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"question": "Where?", "colour": "red"}', "colour"),
        ("{", "is not JSON"),
        ("[1]", "neither a question nor an object"),
        ('{"question": " "}', "blank"),
        ('"How?"', "is there twice"),
        ('{"id": null, "question": "Where?"}', "the id is None; allowed"),
        ('{"id": true, "question": "Where?"}', "the id is True; allowed"),
        ('{"id": 1.5, "question": "Where?"}', "the id is 1.5; allowed"),
        ('{"id": ["a"], "question": "Where?"}', "allowed: a text or a whole number"),
        ('{"question": "Where?", "response_schema": {"$ref": "#/no"}}', "'#/no' leads to nothing"),
    ],
)
def test_line_that_cannot_be_read_is_named(tmp_path: Path, line: str, why: str) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(f'"How?"\n\n{line}\n')
    with pytest.raises(RequestError, match=rf"line 3: .*{why}"):
        read_batch(path, {})


def test_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"none\.jsonl cannot be read"):
        read_batch(tmp_path / "none.jsonl", {})
