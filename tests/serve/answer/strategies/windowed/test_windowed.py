"""Documents that no model holds, read in parts by a model over HTTP."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from core.answers import AbstainReason, Answer, Verdict
from core.types import RecordKind, Scope
from serve.answer.events import Progress
from serve.answer.question import Question, Strategy
from serve.answer.strategies.windowed.reading import KEPT
from tests.doubles.clock import ScaledClock
from tests.doubles.engine_at_standin import HERE, EngineAtStandin, engine_at_standin
from tests.doubles.haystack import READER_SERVED, haystack, small_windows
from tests.doubles.nim.faults import (
    BodyTooLarge,
    ContextOverflow,
    OpaqueBadRequest,
    PageNotFound,
    TooManyRequests,
)
from tests.doubles.nim.needles import Finds
from tests.doubles.nim.script import Say

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.doubles.nim.script import Fault

NEEDLES = {
    0.01: "The keeper of the sluice at Ostrava was Ilse Brandt.",
    0.5: "The toll at Ostrava was 47 florins in 1633.",
    0.99: "The bell of Ostrava was cast by Marek Hlinka.",
}
FINDS = Finds(tuple(NEEDLES.values()))
PARAGRAPHS = 150
PAIRS = [
    (f"Seal {n} of Ostrava was broken by the clerk {name}.", f"Seal {n} was mended in {1500 + n}.")
    for n, name in enumerate(("Adler", "Boskow", "Cerny", "Dvorak", "Eliska") * 30)
]
"""Of each the first ends a paragraph, and the other one begins the next."""
TEXT = haystack(PARAGRAPHS, NEEDLES)
QUESTION = "What is known of Ostrava in all of the annals?"
MODELS_ROOM = 16_000


def seamed() -> str:
    """Return a text in which every end of a paragraph is amid something that belongs together."""
    paragraphs = haystack(100, {}, seed=1).strip().split("\n\n")
    lines = [
        " ".join((PAIRS[n - 1][1] if n else "", text, PAIRS[n][0])).strip()
        for n, text in enumerate(paragraphs)
    ]
    return "\n\n".join(lines)


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    directory = tmp_path_factory.mktemp("ingested")

    async def ingest() -> None:
        async with engine_at_standin(directory) as at:
            await at.ingest(("Annals", TEXT))

    asyncio.run(ingest())
    yield directory
    shutil.rmtree(directory)


@pytest.fixture(autouse=True)
def _a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NVIDIA_API_KEY", "nvapi-1")


@pytest.fixture
async def at(ingested: Path, data_dir: Path) -> AsyncIterator[EngineAtStandin]:
    shutil.copytree(ingested, data_dir, dirs_exist_ok=True)
    catalog = small_windows(data_dir, window=MODELS_ROOM)
    async with engine_at_standin(data_dir, catalog=catalog, timeout_s=600) as running:
        running.nim.always(READER_SERVED, FINDS)
        yield running


async def ask(
    at: EngineAtStandin, question: str = QUESTION, *, max_cost_usd: float | None = None
) -> Answer:
    if max_cost_usd is None:
        return await at.ask(question, strategy=Strategy.LONG_CONTEXT)
    return await at.ask(question, strategy=Strategy.LONG_CONTEXT, max_cost_usd=max_cost_usd)


def cited(answer: Answer, text: str = TEXT) -> list[str]:
    """Return what is cited, having seen that it stands where the citations say."""
    for citation in answer.citations:
        assert citation.span.slice(text) == citation.quote
    return [citation.quote.strip() for citation in answer.citations]


def parts_asked(at: EngineAtStandin) -> list[tuple[str, int | None]]:
    """Return which blocks were read in each request for notes, and what became of it."""
    return [
        (part[1].decode(), request.status)
        for request in at.nim.log.of(READER_SERVED)
        if (part := re.search(rb"Markers: (\[\w+\] to \[\w+\])", request.raw))
    ]


async def test_needles_everywhere_are_cited_at_their_exact_spans(at: EngineAtStandin) -> None:
    answer = await ask(at)
    assert cited(answer) == list(NEEDLES.values())
    assert {citation.verdict for citation in answer.citations} == {Verdict.SUPPORTED}
    assert (answer.complete, answer.route.strategy) == (True, "windowed")
    coverage = answer.coverage
    assert coverage.windows_read == coverage.windows_planned > 5
    assert coverage.documents_read == 1
    assert [step.kind for step in answer.steps] == ["window"] * coverage.windows_read + ["answer"]
    assert answer.usage.calls == coverage.windows_read + 1
    assert answer.usage.prompt_tokens == sum(step.usage.prompt_tokens for step in answer.steps)
    assert all(TEXT[:200] not in step.input for step in answer.steps[:-1])


async def test_what_stands_across_a_border_of_windows_is_cited(data_dir: Path) -> None:
    text = seamed()
    catalog = small_windows(data_dir)
    async with engine_at_standin(data_dir, catalog=catalog, timeout_s=1_200) as at:
        await at.ingest(("Seals", text))
        at.nim.always(READER_SERVED, Say("NO ANSWER"))
        blank = await ask(at, "What is known of seals, so to speak?")
        windows = [re.findall(r"\((\d+)–(\d+)\)", step.input)[0] for step in blank.steps]
        borders = {int(end) for window in windows for end in window} - {0, len(text)}
        across = [pair for pair in PAIRS[:100] if spans_any(text, pair, borders)]
        assert len(across) >= len(windows) - 1
        at.nim.always(READER_SERVED, Finds(tuple(" ".join(pair) for pair in across)))
        answer = await ask(at, "What is known of the seals of Ostrava?")
    assert {sentence for pair in across for sentence in pair} <= set(cited(answer, text))


def spans_any(text: str, pair: tuple[str, str], borders: set[int]) -> bool:
    start, end = text.find(pair[0]), text.find(pair[1])
    return start >= 0 and any(start + len(pair[0]) <= border <= end for border in borders)


async def test_progress_is_told_up_to_the_end(at: EngineAtStandin) -> None:
    events = [event async for event in at.stream(QUESTION, strategy=Strategy.LONG_CONTEXT)]
    told = [event.data for event in events if isinstance(event.data, Progress)]
    assert [each.windows_read for each in told] == list(range(len(told)))
    assert told[-1].windows_read == told[-1].windows_planned == told[0].windows_planned
    answer = events[-1].data
    assert isinstance(answer, Answer)
    ((document,), _) = await at.engine.documents(HERE)
    assert abs(told[-1].tokens_read - document.tokens) <= told[-1].windows_planned * 50
    kinds = [event.kind for event in events]
    assert kinds.index("evidence") > kinds.index("progress")


async def test_parts_that_have_nothing_make_no_answer(at: EngineAtStandin) -> None:
    at.nim.always(READER_SERVED, Say("NO ANSWER"))
    answer = await ask(at)
    assert answer.abstained
    assert answer.abstained.reason is AbstainReason.NO_EVIDENCE
    assert answer.abstained.nearest
    assert answer.complete
    assert answer.usage.calls == answer.coverage.windows_read


async def test_notes_that_cannot_be_traced_are_told_as_such_and_asked_for_again(
    at: EngineAtStandin,
) -> None:
    at.nim.always(READER_SERVED, Say("The toll at Ostrava was 47 florins."))
    answer = await ask(at)
    assert answer.abstained
    assert "could not be traced to the documents" in answer.abstained.detail
    assert "answers the question" not in answer.abstained.detail
    assert not answer.complete
    at.nim.always(READER_SERVED, FINDS)
    assert cited(await ask(at)) == list(NEEDLES.values())


async def test_the_plan_counts_the_windows_that_are_read(at: EngineAtStandin) -> None:
    question = Question(text=QUESTION, scope=Scope(collection=HERE), strategy=Strategy.LONG_CONTEXT)
    planned = await at.engine.plan(question)
    answer = await at.engine.ask(question)
    estimate, usage = planned.estimate, answer.usage
    assert planned.route.strategy == "windowed"
    assert usage.calls <= estimate.calls <= 1.3 * usage.calls
    assert usage.prompt_tokens <= estimate.prompt_tokens
    assert usage.completion_tokens <= estimate.completion_tokens
    assert estimate.cost_usd is not None
    assert usage.cost_usd is not None
    assert usage.cost_usd <= estimate.cost_usd
    assert answer.route.context_tokens == planned.route.context_tokens
    assert (answer.route.tier, answer.route.window) == (planned.route.tier, MODELS_ROOM)


async def test_asked_again_no_part_is_read_again(at: EngineAtStandin) -> None:
    first = await ask(at)
    before = len(parts_asked(at))
    again = await ask(at)
    assert len(parts_asked(at)) == before
    assert cited(again) == cited(first)
    assert again.coverage == first.coverage
    assert again.usage.calls == 1
    assert {step.output for step in again.steps[:-1]} == {KEPT}
    assert await ask(at, "What is known of Ostrava?") != first
    assert len(parts_asked(at)) >= 2 * before


async def test_part_whose_borders_have_moved_is_not_read_again(
    ingested: Path, data_dir: Path
) -> None:
    shutil.copytree(ingested, data_dir, dirs_exist_ok=True)
    prompts: list[int] = []
    for window in (16_000, 17_000):
        catalog = small_windows(data_dir, window=window)
        async with engine_at_standin(data_dir, catalog=catalog, timeout_s=1_200) as at:
            at.nim.always(READER_SERVED, FINDS)
            assert cited(await ask(at)) == list(NEEDLES.values())
            prompts.append(len(parts_asked(at)))
    assert prompts[0] > 5
    assert prompts[1] == 0


async def test_a_deleted_document_takes_its_notes_with_it(at: EngineAtStandin) -> None:
    await ask(at)
    assert await at.engine.records.count(RecordKind.WINDOW)
    (documents, _) = await at.engine.documents(HERE)
    await at.engine.delete_document(HERE, documents[0].document_id)
    assert await at.engine.records.count(RecordKind.WINDOW) == 0


TOO_LONG: dict[str, Fault] = {
    "told": ContextOverflow(limit=14_000, prompt=15_000),
    "opaque": OpaqueBadRequest(),
    "body": BodyTooLarge(),
}


@pytest.mark.parametrize("fault", TOO_LONG.values(), ids=TOO_LONG)
async def test_a_part_that_is_too_long_is_divided_and_no_other(
    at: EngineAtStandin, fault: Fault
) -> None:
    at.nim.script(READER_SERVED, *[FINDS] * 4, fault)
    answer = await ask(at)
    assert cited(answer) == list(NEEDLES.values())
    assert answer.complete
    asked = parts_asked(at)
    refused = [part for part, status in asked if status != 200]
    answered = Counter(part for part, status in asked if status == 200)
    assert len(refused) == 1
    assert refused[0] not in answered
    assert set(answered.values()) == {1}
    assert answer.coverage.windows_read == answer.coverage.windows_planned == len(answered)


async def test_a_storm_of_429_repeats_nothing_that_was_answered(at: EngineAtStandin) -> None:
    at.nim.script(READER_SERVED, *[FINDS] * 5, *[TooManyRequests()] * 400)
    stormy = await ask(at)
    assert not stormy.complete
    assert 0 < stormy.coverage.windows_read < stormy.coverage.windows_planned
    answered = {part for part, status in parts_asked(at) if status == 200}
    at.nim.reset()
    at.nim.always(READER_SERVED, FINDS)
    assert isinstance(at.nim.clock, ScaledClock)
    at.nim.clock.advance(3_600)
    answer = await ask(at)
    again = [part for part, _ in parts_asked(at)]
    assert answered.isdisjoint(again)
    assert answer.complete
    assert cited(answer) == list(NEEDLES.values())


async def test_when_every_part_fails_no_model_is_available(at: EngineAtStandin) -> None:
    at.nim.always(READER_SERVED, PageNotFound())
    answer = await ask(at)
    assert answer.abstained
    assert answer.abstained.reason is AbstainReason.MODEL_UNAVAILABLE
    assert "404" in answer.abstained.detail
    assert answer.abstained.nearest
    assert answer.route.fallbacks
    assert not answer.complete
    assert answer.coverage.windows_read == answer.coverage.documents_read == 0


async def test_a_budget_ends_the_reading_and_the_answer_is_of_what_was_read(
    at: EngineAtStandin,
) -> None:
    answer = await ask(at, max_cost_usd=0.04)
    coverage = answer.coverage
    assert 0 < coverage.windows_read < coverage.windows_planned
    assert not answer.complete
    assert answer.usage.cost_usd is not None
    assert 0.01 < answer.usage.cost_usd <= 0.04
    spans = [each.span for each in answer.evidence]
    read = [n for n in NEEDLES.values() if any(n in span.slice(TEXT) for span in spans)]
    assert read
    assert cited(answer) == read
    assert sum(map(len, spans)) < len(TEXT)
    assert "were not read: what the question may cost was used up" in answer.route.reason
    assert answer.route.dropped[0].tokens > 0
    assert coverage.documents_read == 0
