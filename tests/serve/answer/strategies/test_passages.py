from dataclasses import replace

import pytest

from core.answers import AbstainReason
from core.errors import DeadlineError
from core.store.bm25 import Bm25Encoder
from serve.answer.generate import Desk, Generating
from serve.answer.steps.decompose import Splitter
from serve.answer.strategies.passages import Passages
from serve.answer.strategies.strategy import Outcome
from serve.answer.terms import Lexicon
from serve.answer.verify.checks import Checks
from serve.answer.verify.conflicts.conflict import ConflictFinder
from serve.answer.verify.verify import Verifier
from tests.doubles.assignments import asked
from tests.doubles.scripted_writer import ScriptedWriter, Written, written
from tests.doubles.small_library import SmallLibrary, turn
from tests.doubles.word_scorer import WordScorer

LEXICON = Lexicon(Bm25Encoder())
TEXT = "Who founded Acme and when was Globex sold?"
FIRST, SECOND = "Who founded Acme?", "When was Globex sold?"
ANSWER = "Acme was founded by Jane Doe [E1]. Globex was sold in 1999 [E2]."


def library() -> SmallLibrary:
    return SmallLibrary(
        acme="Acme was founded by Jane Doe.\nAcme makes anvils.\n",
        globex="Globex was sold in 1999.\nGlobex makes lasers.\n",
    )


def plan(*parts: str) -> Written:
    reply = written("{}")
    data = {"sub_questions": list(parts)}
    return replace(reply, completion=replace(reply.completion, data=data))


def passages(shelf: SmallLibrary, writer: ScriptedWriter, planner: ScriptedWriter) -> Passages:
    checks = Checks(verifier=Verifier(WordScorer(), LEXICON), conflicts=ConflictFinder(LEXICON))
    reader = Generating(Desk(writer=writer, checks=checks), LEXICON)
    return Passages(
        shelf,
        reader,
        shelf,
        count_tokens=lambda text: len(text.split()),
        splitter=Splitter(planner),
    )


async def answered(
    shelf: SmallLibrary, planner: ScriptedWriter, text: str = TEXT, answer: str = ANSWER
) -> Outcome:
    return await passages(shelf, ScriptedWriter(answer), planner).answer(turn(asked(text)))


async def test_each_part_of_a_question_is_searched_for_and_all_is_read_together() -> None:
    shelf = library()
    outcome = await answered(shelf, ScriptedWriter(plan(FIRST, SECOND)))
    assert sorted(query for query, _ in shelf.asked) == sorted([TEXT, FIRST, SECOND])
    finding = outcome.finding
    assert finding.text == "Acme was founded by Jane Doe. [1] Globex was sold in 1999. [2]"
    assert {citation.quote for citation in finding.citations} == {
        "Acme was founded by Jane Doe.",
        "Globex was sold in 1999.",
    }
    assert len(outcome.consulted) == len({(c.document_id, c.span) for c in outcome.consulted})


async def test_every_search_is_a_step_with_what_it_found() -> None:
    outcome = await answered(library(), ScriptedWriter(plan(FIRST, SECOND)))
    steps = outcome.finding.steps
    assert [step.kind for step in steps] == ["plan", "search", "search", "search", "answer"]
    assert [step.input for step in steps[1:4]] == [TEXT, FIRST, SECOND]
    assert "acme (doc_" in steps[2].output
    assert "globex (doc_" in steps[3].output
    assert "acme" not in steps[3].output
    assert outcome.finding.usage.calls == 2
    assert outcome.finding.usage.cost_usd == 0.5


async def test_a_simple_question_is_searched_for_once_and_has_no_more_steps() -> None:
    shelf, planner = library(), ScriptedWriter()
    outcome = await answered(shelf, planner, FIRST, "Acme was founded by Jane Doe [E1].")
    assert [query for query, _ in shelf.asked] == [FIRST]
    assert planner.prompts == []
    assert [step.kind for step in outcome.finding.steps] == ["answer"]


async def test_a_part_that_is_not_found_in_time_is_left_out() -> None:
    shelf = library()
    shelf.late = {SECOND}
    outcome = await answered(shelf, ScriptedWriter(plan(FIRST, SECOND)))
    assert outcome.finding.text
    assert outcome.finding.steps[3].output == "0 found; read of them: nothing that is read"


async def test_a_question_that_is_itself_not_found_in_time_is_an_error() -> None:
    shelf = library()
    shelf.late = {TEXT, FIRST}
    with pytest.raises(DeadlineError):
        await answered(shelf, ScriptedWriter(plan(FIRST, SECOND)))


async def test_no_more_is_read_than_was_asked_for() -> None:
    question = replace(asked(TEXT), top_k=2)
    strategy = passages(library(), ScriptedWriter(ANSWER), ScriptedWriter(plan(FIRST, SECOND)))
    outcome = await strategy.answer(turn(question))
    assert len(outcome.found) == 2


async def test_nobody_is_asked_to_plan_where_nobody_may_answer() -> None:
    planner = ScriptedWriter()
    going = turn(replace(asked(TEXT), max_cost_usd=0.1))
    dear = replace(going, planned=replace(going.planned, over_budget="x: too dear"))
    finding = (await passages(library(), ScriptedWriter(), planner).answer(dear)).finding
    assert finding.abstained
    assert finding.abstained.reason is AbstainReason.OVER_BUDGET
    assert planner.prompts == []


async def test_what_the_plan_has_cost_is_not_spent_again() -> None:
    writer = ScriptedWriter(ANSWER)
    strategy = passages(library(), writer, ScriptedWriter(plan(FIRST, SECOND)))
    await strategy.answer(turn(replace(asked(TEXT), max_cost_usd=1.0)))
    assert writer.wanted[0]
    assert writer.wanted[0].max_usd == 0.75
