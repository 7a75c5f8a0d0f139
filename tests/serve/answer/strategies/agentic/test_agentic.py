from dataclasses import replace

import pytest

from core.answers import AbstainReason
from core.chat import Finish, Role, ToolCall
from core.clock import Deadline
from core.errors import NoModelError, ParameterError, UnavailableError
from core.store.bm25 import Bm25Encoder
from core.types import Scope
from serve.answer.finding import Finding
from serve.answer.generate import Desk, Generating
from serve.answer.question import Question, Strategy
from serve.answer.routing.looking import MOST_STEPS
from serve.answer.strategies.agentic.agentic import Agentic, Kit
from serve.answer.strategies.agentic.research import MOST_AT_ONCE
from serve.answer.strategies.passages import Passages
from serve.answer.strategies.strategy import Outcome, Turn
from serve.answer.terms import Lexicon
from serve.answer.verify.checks import Checks
from serve.answer.verify.conflicts.conflict import ConflictFinder
from serve.answer.verify.verify import Verifier
from tests.doubles.assignments import SCOPE
from tests.doubles.clock import VirtualClock
from tests.doubles.scripted_writer import ScriptedWriter, Written, written
from tests.doubles.small_library import SmallLibrary, turn
from tests.doubles.word_scorer import WordScorer

LEXICON = Lexicon(Bm25Encoder())
TEXT = "How old was the founder of Acme when Globex was sold?"
ANSWER = "Jane Doe was born in 1950 [E1]. Globex was sold in 1999 [E2]."


def library() -> SmallLibrary:
    return SmallLibrary(
        acme="Acme was founded by Jane Doe.\nAcme makes anvils.\n",
        doe="Jane Doe was born in 1950.\n",
        globex="Globex was sold in 1999.\nGlobex makes lasers.\n",
    )


def calling(*calls: ToolCall | str) -> Written:
    made = [
        ToolCall(name="search", arguments={"query": each}) if isinstance(each, str) else each
        for each in calls
    ]
    reply = written("", Finish.TOOL_CALLS)
    return replace(reply, completion=replace(reply.completion, tool_calls=tuple(made)))


def reading(document: str, start: int = 0, end: int = 1_000) -> ToolCall:
    arguments = {"document_id": document, "start": start, "end": end}
    return ToolCall(name="read", arguments=arguments)


def question(text: str = TEXT, **wishes: float) -> Question:
    asked = Question(text=text, scope=SCOPE, strategy=Strategy.AGENTIC)
    return replace(asked, **wishes)


async def answered(
    writer: ScriptedWriter, shelf: SmallLibrary | None = None, going: Turn | None = None
) -> Outcome:
    shelf = shelf or library()
    checks = Checks(verifier=Verifier(WordScorer(), LEXICON), conflicts=ConflictFinder(LEXICON))
    reader = Generating(Desk(writer=writer, checks=checks), LEXICON)

    def count_tokens(text: str) -> int:
        return len(text.split())

    kit = Kit(retriever=shelf, library=shelf, writer=writer, count_tokens=count_tokens)
    passages = Passages(shelf, reader, shelf, count_tokens=count_tokens)
    return await Agentic(kit, reader, passages=passages).answer(going or turn(question()))


async def found(*replies: Written | str | UnavailableError) -> Finding:
    return (await answered(ScriptedWriter(*replies))).finding


async def test_a_model_looks_up_one_thing_after_another_and_all_of_it_can_be_cited() -> None:
    writer = ScriptedWriter(calling("born 1950"), calling("sold"), "DONE", ANSWER)
    outcome = await answered(writer)
    finding = outcome.finding
    assert finding.text == "Jane Doe was born in 1950. [1] Globex was sold in 1999. [2]"
    assert [citation.quote for citation in finding.citations] == [
        "Jane Doe was born in 1950.",
        "Globex was sold in 1999.",
    ]
    assert finding.route.strategy == Strategy.AGENTIC
    assert finding.route.reason.endswith("2 passages; it had what it wanted")
    assert finding.complete
    assert len(outcome.consulted) == 2


async def test_every_call_is_a_step() -> None:
    finding = await found(calling("born 1950", "sold"), "DONE", ANSWER)
    assert [step.kind for step in finding.steps] == ["plan", "search", "search", "plan", "answer"]
    assert finding.steps[0].output.splitlines() == [
        'search {"query": "born 1950"}',
        'search {"query": "sold"}',
    ]
    assert finding.steps[1].input == 'search {"query": "born 1950"}'
    assert finding.steps[1].output.startswith("[1] doe (doc_")
    assert finding.steps[3].output == "DONE"
    assert finding.usage.calls == 3
    assert finding.usage.cost_usd == 0.75


async def test_results_are_shown_to_the_model_under_ids_of_their_own() -> None:
    writer = ScriptedWriter(calling("born 1950"), calling("sold"), "DONE", ANSWER)
    await answered(writer)
    calls = [each.tool_calls[0].id for each in writer.prompts[2].messages if each.tool_calls]
    results = [each for each in writer.prompts[2].messages if each.role is Role.TOOL]
    assert calls == [each.tool_call_id for each in results] == ["call00001", "call00002"]
    assert "Jane Doe was born in 1950." in results[0].text


async def test_what_was_read_can_be_cited_and_counts() -> None:
    shelf = library()
    writer = ScriptedWriter(calling(reading(shelf.id("doe"))), "DONE", "Doe was born in 1950 [E1].")
    outcome = await answered(writer, shelf)
    assert outcome.finding.citations[0].quote == "Jane Doe was born in 1950."
    assert outcome.coverage.documents_read == 1


async def test_a_document_out_of_scope_is_not_read_whatever_the_model_asks_for() -> None:
    shelf = library()
    scope = Scope(collection=SCOPE.collection, document_ids=(shelf.id("globex"),))
    writer = ScriptedWriter(
        calling(reading(shelf.id("doe")), "born 1950 sold"), "DONE", "Globex was sold in 1999 [E1]."
    )
    going = turn(replace(question(), scope=scope))
    outcome = await answered(writer, shelf, going)
    assert {each.document_id for each in outcome.consulted} == {shelf.id("globex")}
    assert "1950" not in " ".join(
        message.text for prompt in writer.prompts for message in prompt.messages[1:]
    ).replace("born 1950 sold", "")
    assert outcome.finding.steps[1].output.startswith("error: there is no document")


async def test_errors_are_told_to_the_model_and_it_goes_on() -> None:
    writer = ScriptedWriter(
        calling(ToolCall(name="delete", arguments={})),
        calling(ToolCall(name="search", arguments={"query": 7})),
        calling("born 1950"),
        "DONE",
        ANSWER,
    )
    finding = (await answered(writer)).finding
    told = [each.text for each in writer.prompts[3].messages if each.role is Role.TOOL]
    assert told[0].startswith("Error: there is no tool 'delete'")
    assert told[1].startswith("Error: query:")
    assert finding.text


async def test_an_endless_loop_is_ended() -> None:
    again = [calling(f"sold {'x' * n}") for n in range(4)]
    writer = ScriptedWriter(*again, "Globex was sold in 1999 [E1].")
    finding = (await answered(writer)).finding
    assert "nothing new came of 3 steps in a row" in finding.route.reason
    assert len(writer.prompts) == 5
    assert finding.complete


async def test_the_number_of_steps_is_bounded() -> None:
    shelf = SmallLibrary(**{f"d{n}": f"Fact{n} is known.\n" for n in range(20)})
    again = [calling(f"Fact{n}") for n in range(MOST_STEPS)]
    writer = ScriptedWriter(*again, "Fact1 is known [E2].")
    finding = (await answered(writer, shelf)).finding
    assert finding.route.reason.endswith(f"it was stopped after {MOST_STEPS} steps")
    assert not finding.complete
    assert len(writer.prompts) == MOST_STEPS + 1


async def test_too_many_calls_at_once_are_answered_by_errors() -> None:
    shelf = library()
    writer = ScriptedWriter(calling(*(f"sold {n}" for n in range(9))), "DONE", ANSWER)
    await answered(writer, shelf)
    told = [each.text for each in writer.prompts[1].messages if each.role is Role.TOOL]
    assert len(told) == 9
    assert all("calls at once" in text for text in told[MOST_AT_ONCE:])
    assert len(shelf.asked) == MOST_AT_ONCE


async def test_no_more_is_read_than_the_caller_allows() -> None:
    shelf = SmallLibrary(long="A line of some length.\n" * 2_000)
    writer = ScriptedWriter(calling(reading(shelf.id("long"), 0, 12_000)), "It is of some length.")
    going = turn(question(max_context_tokens=600))
    outcome = await answered(writer, shelf, going)
    assert len(outcome.consulted) == 1
    assert "as much was read as may be" in outcome.finding.route.reason
    assert not outcome.finding.complete


async def test_a_small_window_is_not_filled() -> None:
    shelf = SmallLibrary(long="A line of some length.\n" * 2_000)
    read = calling(reading(shelf.id("long"), 0, 12_000))
    writer = ScriptedWriter(read, "It is of some length.")
    outcome = await answered(writer, shelf, turn(question(), window=3_000))
    assert len(outcome.consulted) == 2


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("I know this: it is 49.", "the model called no tool"),
        (
            NoModelError(
                (("x", ParameterError("no tools", model="x", parameters=frozenset({"tools"}))),)
            ),
            "no model calls tools",
        ),
    ],
    ids=["text", "refused"],
)
async def test_where_no_tool_is_called_the_passages_found_are_read(
    reply: str | NoModelError, why: str
) -> None:
    shelf = library()
    writer = ScriptedWriter(reply, "Globex was sold in 1999 [E1].")
    finding = (await answered(writer, shelf)).finding
    assert finding.route.strategy == Strategy.RETRIEVAL
    assert finding.route.reason == (
        f"agentic was asked for, but {why}: the passages found are read"
    )
    assert [query for query, _ in shelf.asked] == [TEXT]
    assert finding.steps[0].kind == "plan"
    assert finding.text
    assert bool(finding.route.fallbacks) == isinstance(reply, NoModelError)


async def test_a_model_that_breaks_down_on_the_way_leaves_what_it_found() -> None:
    gone = UnavailableError("503", model="x")
    finding = await found(calling("sold"), gone, gone, "Globex was sold in 1999 [E1].")
    assert finding.text
    assert "no model could be asked on" in finding.route.reason
    assert not finding.complete
    assert [each.model for each in finding.route.fallbacks] == ["x"]


async def test_another_model_goes_on_where_the_first_one_fails() -> None:
    gone = UnavailableError("503", model="x")
    writer = ScriptedWriter(calling("sold"), gone, calling("born 1950"), "DONE", ANSWER)
    finding = (await answered(writer)).finding
    assert finding.complete
    models = [each.model for each in writer.wanted if each is not None]
    assert models[:4] == [None, "x/old", None, "x/old"]


async def test_the_model_that_was_asked_for_is_the_one_that_looks() -> None:
    writer = ScriptedWriter(calling("sold"), "DONE", ANSWER)
    going = turn(replace(question(), model="x/mine"))
    await answered(writer, going=going)
    assert {each.model for each in writer.wanted if each} == {"x/mine"}


async def test_what_the_answer_costs_is_kept_for_it() -> None:
    writer = ScriptedWriter(calling("sold"), "Globex was sold in 1999 [E1].", price_usd=0.5)
    outcome = await answered(writer, going=turn(question(max_cost_usd=0.75)))
    assert "what is left to spend is kept for the answer" in outcome.finding.route.reason
    assert outcome.finding.text
    allowed = [each.max_usd for each in writer.wanted if each]
    assert allowed[-2:] == [0.25, 0.5]


async def test_where_nobody_may_be_asked_nobody_is() -> None:
    writer = ScriptedWriter()
    going = turn(question(max_cost_usd=0.1))
    going = replace(going, planned=replace(going.planned, over_budget="too dear"))
    finding = (await answered(writer, going=going)).finding
    assert finding.abstained
    assert finding.abstained.reason is AbstainReason.OVER_BUDGET
    assert writer.prompts == []


async def test_time_is_left_for_the_answer() -> None:
    writer = ScriptedWriter(calling("sold"), "DONE", ANSWER)
    clock = VirtualClock()
    await answered(writer, going=turn(question(), deadline=Deadline.after(100, clock=clock)))
    assert writer.seconds == [60, 60, 100]


async def test_without_documents_no_model_is_asked() -> None:
    writer = ScriptedWriter()
    finding = (await answered(writer, SmallLibrary())).finding
    assert finding.abstained
    assert finding.abstained.reason is AbstainReason.NO_EVIDENCE
    assert writer.prompts == []


async def test_where_its_searches_find_nothing_the_question_is_searched_for() -> None:
    finding = await found(calling("zebra"), "DONE", "Globex was sold in 1999 [E1].")
    assert finding.route.strategy == Strategy.RETRIEVAL
    assert finding.text
