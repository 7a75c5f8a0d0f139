"""Routes by the sizes that were counted at ingestion, over the catalogue's own tiers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core.catalog.card import Price
from core.catalog.load import load_catalog
from core.errors import UnavailableError
from core.nim.choice import Choice
from core.nim.circuit import CircuitLimits
from core.nim.health import Health
from core.tokens import count_tokens
from serve.answer.notes_prompt import NOTES_TOKENS
from serve.answer.prompt import ANSWER_TOKENS
from serve.answer.question import Question, Strategy, Task
from serve.answer.routing.plan import Planner
from serve.answer.routing.planned import WINDOWED, Planned, Quoting
from serve.answer.routing.reach import Reach
from tests.doubles.assignments import SCOPE
from tests.doubles.clock import VirtualClock
from tests.doubles.memory_records import MemoryRecords
from tests.doubles.records import document

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.catalog.card import ModelCard
    from core.catalog.catalog import Catalog
    from core.chat import Candidate, Hear, Need, Prompt, Wanted, Written
    from core.clock import Deadline
    from core.records import DocumentRecord

STANDARD, LONG, WHOLE = (
    "deepseek-ai/deepseek-v4-flash",
    "moonshotai/kimi-k2.5",
    "nvidia/nemotron-3-ultra-500b",
)
NEVER_FULL = 40_000_000
QUESTION = Question(text="How did the tower change?", scope=SCOPE, strategy=Strategy.LONG_CONTEXT)


def sized(catalog: Catalog, change: Callable[[ModelCard], ModelCard]) -> Catalog:
    """The catalogue with every card changed."""
    tiers = tuple(
        replace(tier, candidates=tuple(map(change, tier.candidates))) for tier in catalog.tiers
    )
    roles = {role: tuple(map(change, cards)) for role, cards in catalog.roles.items()}
    languages = {code: tuple(map(change, cards)) for code, cards in catalog.languages.items()}
    cards = tuple(map(change, catalog.cards))
    return replace(catalog, tiers=tiers, cards=cards, roles=roles, languages=languages)


class Menu:
    """The catalogue's models, none of which is asked."""

    def __init__(
        self,
        catalog: Catalog,
        *,
        out: Sequence[str] = (),
        health: Health | None = None,
    ) -> None:
        self.health = health or Health(MemoryRecords(), clock=VirtualClock())
        self._choice = Choice(
            catalog=catalog, health=self.health, opens=lambda card: card.name not in out
        )

    async def candidates(self, need: Need, wanted: Wanted | None = None) -> Sequence[Candidate]:
        return self._choice.candidates(need, wanted) if wanted else self._choice.candidates(need)

    async def write(
        self,
        prompt: Prompt,
        *,
        deadline: Deadline,
        hear: Hear | None = None,
        wanted: Wanted | None = None,
    ) -> Written:
        raise AssertionError((prompt, deadline, hear, wanted))


def roomy(window: int = NEVER_FULL) -> Catalog:
    return sized(load_catalog(), lambda card: replace(card, window=window, effective_window=window))


def planner(menu: Menu) -> Planner:
    reach = Reach(evidence=6_000, small=12_000, most=1_000_000)
    return Planner(menu, reach, count_tokens=count_tokens)


async def plan(
    menu: Menu,
    documents: Sequence[DocumentRecord],
    question: Question = QUESTION,
    *,
    asks_for_whole: bool = False,
) -> Planned:
    return await planner(menu).plan(
        question, question.text, documents, asks_for_whole=asks_for_whole
    )


def counted(planned: Planned) -> int:
    return planned.route.context_tokens + planned.route.reserve_tokens


async def filled(menu: Menu, tokens: int) -> Planned:
    """The plan for a document with which context, prompt and reserve have so many tokens."""
    characters = 4 * tokens
    around = counted(await plan(menu, [document(tokens=0, characters=characters)]))
    planned = await plan(menu, [document(tokens=tokens - around, characters=characters)])
    assert counted(planned) == tokens
    return planned


@pytest.mark.parametrize(
    ("tokens", "tier", "model"),
    [
        (131_071, "standard", STANDARD),
        (131_072, "long", LONG),
        (1_000_000, "long", LONG),
        (1_000_001, "whole_document", WHOLE),
        (10_000_000, "whole_document", WHOLE),
    ],
)
async def test_tier_is_that_of_the_tokens_exactly(tokens: int, tier: str, model: str) -> None:
    route = (await filled(Menu(roomy()), tokens)).route
    assert (route.strategy, route.tier, route.model) == ("long_context", tier, model)


async def test_more_than_the_largest_tier_is_read_in_windows() -> None:
    planned = await filled(Menu(roomy()), 10_000_001)
    assert planned.route.strategy == WINDOWED
    assert planned.room > 0
    assert all("at most 10,000,000" in str(e.why_not) for e in planned.route.considered)


@pytest.mark.parametrize("tokens", [131_071, 1_000_000, 10_000_000])
async def test_next_candidate_is_chosen_where_one_is_out(tokens: int) -> None:
    order = [e.model for e in (await filled(Menu(roomy()), tokens)).route.considered]
    for out in range(1, len(order)):
        planned = await filled(Menu(roomy(), out=order[:out]), tokens)
        assert planned.route.model == order[out]
        assert [e.why_not for e in planned.route.considered[:out]] == [
            "there is no key for it"
        ] * out


async def test_nobody_left_is_told_with_every_reason() -> None:
    menu = Menu(roomy(), out=[card.name for card in load_catalog().cards])
    planned = await filled(menu, 1_000_000)
    assert not planned.room
    assert all(not each.fits and each.why_not for each in planned.route.considered)
    assert LONG in planned.over_budget


async def test_window_is_compared_with_what_the_model_counts_and_not_with_ours() -> None:
    def small(card: ModelCard) -> ModelCard:
        return replace(card, effective_window=131_000) if card.name == STANDARD else card

    planned = await filled(Menu(sized(roomy(), small)), 125_000)
    first = planned.route.considered[0]
    assert (first.model, first.fits) == (STANDARD, False)
    assert "takes 131,000" in str(first.why_not)
    assert planned.route.tier == "standard"


async def test_window_that_was_learned_counts() -> None:
    health = Health(MemoryRecords(), clock=VirtualClock())
    card = roomy().card(LONG)
    await health.overflowed(card, card.name, 262_144)
    assert (await filled(Menu(roomy(), health=health), 900_000)).route.model != LONG
    assert (await filled(Menu(roomy(), health=health), 200_000)).route.model == LONG


async def test_retired_model_is_passed_over_for_a_day() -> None:
    clock = VirtualClock()
    health = Health(MemoryRecords(), clock=clock)
    card = roomy().card(LONG)
    for model_id in card.ids:
        await health.retire(card, model_id, "410: gone")
    menu = Menu(roomy(), health=health)
    planned = await filled(menu, 900_000)
    assert planned.route.model != LONG
    assert "410: gone" in str(planned.route.considered[0].why_not)
    clock.advance(timedelta(days=1).total_seconds() + 1)
    assert (await filled(menu, 900_000)).route.model == LONG


async def test_windows_are_as_large_as_the_largest_live_model() -> None:
    planned = await filled(Menu(roomy(1_000_000)), 5_000_000)
    assert planned.route.strategy == WINDOWED
    assert 600_000 < planned.room < 1_000_000
    assert planned.estimate.calls == -(-planned.count.cl100k // planned.room) + 1


async def test_windows_are_counted_with_the_room_that_notes_leave_them() -> None:
    question = replace(QUESTION, text="How high is it?")
    planned = await plan(Menu(roomy(20_000)), [document(tokens=50_000)], question)
    assert planned.route.strategy == WINDOWED
    longer = NOTES_TOKENS - ANSWER_TOKENS
    assert planned.estimate.calls > planned.count.cl100k / (planned.room - longer) + 1
    assert planned.estimate.prompt_tokens > planned.count.cl100k


async def test_small_scope_goes_in_whole_without_being_asked() -> None:
    question = Question(text="How high is it?", scope=SCOPE)
    small = await plan(
        Menu(roomy()), [document(tokens=5_000), document("b.md", tokens=6_000)], question
    )
    assert (small.route.strategy, small.route.tier) == ("long_context", "standard")
    large = await plan(Menu(roomy()), [document(tokens=13_000)], question)
    assert large.route.strategy == "retrieval"


async def test_question_about_the_whole_goes_to_whole_documents_at_once() -> None:
    question = Question(text="Summarize.", scope=SCOPE)
    planned = await plan(Menu(roomy()), [document(tokens=300_000)], question, asks_for_whole=True)
    assert (planned.route.strategy, planned.route.tier) == ("long_context", "long")


async def test_documents_that_do_not_fit_are_named() -> None:
    question = replace(QUESTION, max_context_tokens=50_000)
    documents = [document(f"{n}.md", tokens=20_000) for n in range(4)]
    planned = await plan(Menu(roomy()), documents, question)
    assert list(planned.documents) == documents[:2]
    assert [each.document_id for each in planned.route.dropped] == [
        each.document_id for each in documents[2:]
    ]


async def test_what_is_less_likely_is_not_read_instead_of_what_does_not_fit() -> None:
    question = replace(QUESTION, max_context_tokens=50_000)
    sizes = (20_000, 40_000, 1_000)
    documents = [document(f"{n}.md", tokens=tokens) for n, tokens in enumerate(sizes)]
    planned = await plan(Menu(roomy()), documents, question)
    assert list(planned.documents) == documents[:1]
    first, second = planned.route.dropped
    assert "do not fit into" in first.why
    assert "behind a document that does not fit" in second.why


@pytest.mark.parametrize(
    ("sizes", "why"),
    [
        ((60_000,), "the document does not fit into 50,000 tokens"),
        ((60_000, 70_000), "none of 2 documents fits into 50,000 tokens"),
        ((60_000, 7_000), "the likeliest of 2 documents does not fit into 50,000 tokens"),
    ],
)
async def test_passages_are_read_where_the_first_document_does_not_fit_and_the_route_says_so(
    sizes: Sequence[int], why: str
) -> None:
    documents = [document(f"{n}.md", tokens=tokens) for n, tokens in enumerate(sizes)]
    for strategy in (Strategy.LONG_CONTEXT, Strategy.AUTO):
        question = replace(QUESTION, max_context_tokens=50_000, strategy=strategy)
        planned = await plan(Menu(roomy()), documents, question, asks_for_whole=True)
        assert planned.route.strategy == "retrieval"
        assert planned.route.reason.endswith(f"; {why}; answered from passages")
        assert [each.document_id for each in planned.route.dropped] == [
            each.document_id for each in documents
        ]


async def test_titles_and_markers_count_where_documents_are_small_or_fit() -> None:
    plain, titled = document(tokens=11_750), document(tokens=11_750, title="Title " * 100)
    question = replace(QUESTION, strategy=Strategy.AUTO)
    assert (await plan(Menu(roomy()), [plain], question)).route.strategy == "long_context"
    assert (await plan(Menu(roomy()), [titled], question)).route.strategy == "retrieval"
    limited = replace(QUESTION, max_context_tokens=11_750)
    assert (await plan(Menu(roomy()), [plain], limited)).route.strategy == "retrieval"


async def test_whatever_its_length_a_title_counts_as_what_is_shown_of_it() -> None:
    counts = [
        counted(await plan(Menu(roomy()), [document(title="x" * length)]))
        for length in (200, 100_000)
    ]
    assert counts[0] == counts[1]


async def test_strategy_that_is_asked_for_is_obeyed() -> None:
    documents = [document(tokens=900)]
    for strategy in (Strategy.RETRIEVAL, Strategy.LONG_CONTEXT, Strategy.AGENTIC):
        asked = replace(QUESTION, strategy=strategy)
        planned = await plan(Menu(roomy()), documents, asked, asks_for_whole=True)
        assert planned.route.strategy == strategy


async def test_dear_models_and_those_without_a_price_are_not_asked() -> None:
    def priced(card: ModelCard) -> ModelCard:
        prices = {
            STANDARD: Price(prompt_usd=10, completion_usd=10),
            LONG: Price(prompt_usd=0.1, completion_usd=0.1),
        }
        return replace(card, price=prices.get(card.name))

    menu = Menu(sized(roomy(), priced))
    question = replace(QUESTION, max_cost_usd=0.5)
    planned = await plan(menu, [document(tokens=100_000)], question)
    why = {each.model: each.why_not for each in planned.route.considered}
    assert "may cost $1" in str(why[STANDARD])
    assert planned.route.model == LONG
    assert planned.estimate.cost_usd is not None
    assert 0.01 < planned.estimate.cost_usd < 0.5
    assert any("price is not known" in str(each) for each in why.values())


def cheap(card: ModelCard) -> ModelCard:
    return replace(card, price=Price(prompt_usd=10, completion_usd=10))


async def test_what_would_cost_too_much_is_told_with_what_it_would_cost() -> None:
    question = replace(QUESTION, max_cost_usd=0.5)
    planned = await plan(Menu(sized(roomy(), cheap)), [document(tokens=100_000)], question)
    assert "as planned nobody may be asked" in planned.route.reason
    assert "may cost $1" in planned.route.reason
    unknown = await plan(Menu(roomy()), [document(tokens=100_000)], question)
    assert unknown.route.reason.count("price is not known") == 1
    assert planned.estimate.calls == unknown.estimate.calls == 0
    assert not planned.room


async def test_windows_that_cost_more_than_is_allowed_are_told_with_their_cost() -> None:
    menu, documents = Menu(sized(roomy(1_000_000), cheap)), [document(tokens=5_000_000)]
    question = replace(QUESTION, max_cost_usd=20.0)
    planned = await plan(menu, documents, question)
    assert planned.route.strategy == WINDOWED
    assert planned.estimate.cost_usd is not None
    assert 50 < planned.estimate.cost_usd < 60
    assert "all of it would cost about $5" in planned.route.reason
    enough = await plan(menu, documents, replace(question, max_cost_usd=60.0))
    assert "would cost" not in enough.route.reason


async def test_model_that_is_asked_for_is_the_only_one() -> None:
    planned = await plan(Menu(roomy()), [document()], replace(QUESTION, model=WHOLE))
    assert [each.model for each in planned.route.considered] == [WHOLE]


async def test_task_and_language_choose_models_of_small_contexts_only() -> None:
    code = replace(QUESTION, task=Task.CODE)
    many = [document(f"{n}.py") for n in range(5)]
    assert (await plan(Menu(roomy()), many, code)).route.model == "moonshotai/kimi-k2.6"
    assert (await plan(Menu(roomy()), [document(tokens=500_000)], code)).route.model == LONG
    japanese = replace(QUESTION, language="ja")
    assert (await plan(Menu(roomy()), many, japanese)).route.model == "qwen/qwen3-32b"


async def test_whatever_is_asked_is_quoted_where_no_model_is() -> None:
    planned = await Quoting().plan(QUESTION, "?", [document()], asks_for_whole=True)
    assert planned.route.strategy == "retrieval"
    assert "long_context needs a model" in planned.route.reason


async def test_escalation_reads_the_documents_that_come_first_up_to_the_reach() -> None:
    documents = [document(f"{n}.md", tokens=400_000) for n in range(4)]
    planned = await planner(Menu(roomy())).escalated(QUESTION, "?", documents, why="it refused")
    assert planned
    assert len(planned.documents) == 2
    assert planned.route.escalated_from == "retrieval"
    too_long = [document(tokens=2_000_000)]
    assert not await planner(Menu(roomy())).escalated(QUESTION, "?", too_long, why="it refused")


async def test_model_that_is_let_alone_is_waited_for_where_there_is_no_other() -> None:
    clock = VirtualClock()
    health = Health(MemoryRecords(), clock=clock, circuit=CircuitLimits(failures=1))
    card = roomy().card(LONG)
    for model_id in card.ids:
        await health.failed(card, model_id, UnavailableError("503: down", model=model_id))
    others = [each.name for each in load_catalog().cards if each.name != LONG]
    planned = await filled(Menu(roomy(), health=health, out=others), 900_000)
    assert (planned.route.strategy, planned.route.model) == ("long_context", LONG)
    assert "let alone" in str(planned.route.considered[0].why_not)
    assert not planned.over_budget
    assert (await filled(Menu(roomy(), health=health), 900_000)).route.model != LONG


async def test_what_only_a_model_could_meet_is_told_where_there_is_none() -> None:
    wished = replace(QUESTION, strategy=Strategy.AUTO, task=Task.SUMMARIZE, language="de")
    reason = (await Quoting().plan(wished, "?", [], asks_for_whole=True)).route.reason
    for told in ("task summarize", "language", "only a model can tell"):
        assert told in reason
