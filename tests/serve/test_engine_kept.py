"""Answers that the whole of ibid has given, over the embedded store, and what becomes of them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import orjson
import pytest

from core.answers import Answer
from core.errors import NotFoundError
from core.ids import CollectionName, document_id
from core.kept import CitationStatus, CitationToday
from core.library import Library
from core.local.embedder import MiniLmEmbedder
from core.settings import Settings
from core.store.backup import backup, restore
from core.store.edge import EdgeStore
from core.types import RecordKind, Scope, Span
from core.wiring import open_clients
from serve.answer.question import Question
from serve.engine import Engine, open_engine
from serve.service import IngestRequest, TextSource
from serve.wire import to_bytes
from tests.doubles.engine_at_standin import engine_at_standin
from tests.doubles.nim.conditions import Conditions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from core.ids import DocumentId

HERE = CollectionName("default")
QUESTION = "How far away is the moon?"
MOON = "The moon is 384,400 km away from the earth. It has no air."
SKY = "There are things in the sky. "


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    MiniLmEmbedder(folder)
    return folder / "models"


@pytest.fixture
def settings(data_dir: Path, models: Path) -> Settings:
    (data_dir / "models").symlink_to(models)
    return Settings(data_dir=data_dir, embedder="all-MiniLM-L6-v2", model="extractive")


@pytest.fixture
async def engine(settings: Settings) -> AsyncIterator[Engine]:
    opened = await open_engine(settings)
    await ingest(opened, MOON)
    yield opened
    await opened.close()


async def ingest(engine: Engine, text: str, *, title: str = "moon") -> None:
    request = IngestRequest(collection=HERE, texts=[TextSource(title=title, text=text)])
    jobs = [job async for job in engine.ingest(request)]
    assert jobs[-1].documents.failed == 0


async def ask(engine: Engine, text: str = QUESTION) -> Answer:
    return await engine.ask(Question(text=text, scope=Scope(collection=HERE)))


async def today(engine: Engine, answer: Answer) -> CitationToday:
    [citation] = (await engine.replay(answer.id)).citations
    return citation


async def test_an_answer_is_shown_as_it_was_given_evidence_and_all(engine: Engine) -> None:
    given = await ask(engine)

    shown = orjson.loads(to_bytes(await engine.kept_answer(given.id)))

    assert shown.pop("kept")["collection"] == HERE
    assert shown == orjson.loads(to_bytes(given))
    [evidence] = given.evidence
    _, text = await engine.text(HERE, evidence.document_id, evidence.span)
    assert given.citations[0].quote in text


async def test_a_question_that_was_declined_is_kept_too(engine: Engine) -> None:
    given = await ask(engine, "Who won the world cup of 1998?")

    shown = await engine.kept_answer(given.id)

    assert (shown.answer, shown.abstained) == (None, given.abstained)
    assert (await engine.replay(given.id)).citations == ()


async def test_a_replay_follows_the_document_through_its_changes(engine: Engine) -> None:
    given = await ask(engine)
    [citation] = given.citations
    document = document_id(HERE, "moon")

    held = await today(engine, given)
    await ingest(engine, SKY * 3 + MOON)
    moved = await today(engine, given)
    _, there = await engine.text(HERE, document, moved.span)
    await ingest(engine, "The moon is made of cheese.")
    changed = await today(engine, given)
    await engine.delete_document(HERE, document)
    gone = await today(engine, given)

    assert (held.status, held.span) == (CitationStatus.HOLDS, citation.span)
    start, end = citation.span.start, citation.span.end
    by = len(SKY * 3)
    assert (moved.status, moved.span) == (CitationStatus.MOVED, Span(start + by, end + by))
    assert there == citation.quote
    assert (changed.status, changed.span) == (CitationStatus.CHANGED, None)
    assert (gone.status, gone.span) == (CitationStatus.GONE, None)


async def test_what_a_deleted_document_said_is_in_no_record_and_in_no_answer(
    engine: Engine,
) -> None:
    given = await ask(engine)

    await engine.delete_document(HERE, document_id(HERE, "moon"))

    shown = await engine.kept_answer(given.id)
    rows, _ = await engine.records.list(RecordKind.ANSWER)
    assert "384,400" not in to_bytes(shown).decode() + str([row.data for row in rows])
    assert shown.kept.deleted_documents == (document_id(HERE, "moon"),)
    assert shown.question == QUESTION
    assert shown.citations[0].span == given.citations[0].span


async def test_the_answers_of_a_collection_are_deleted_with_it(engine: Engine) -> None:
    given = await ask(engine)

    await engine.delete_collection(HERE)

    with pytest.raises(NotFoundError, match=given.id):
        await engine.kept_answer(given.id)
    assert await engine.records.count(RecordKind.ANSWER) == 0


class Interrupted(Library):
    """Does something just before it deletes."""

    meanwhile: Callable[[], Awaitable[object]]

    async def delete_document(self, collection: CollectionName, document: DocumentId) -> None:
        await self.meanwhile()
        await super().delete_document(collection, document)

    async def delete_collection(self, name: CollectionName) -> None:
        await self.meanwhile()
        await super().delete_collection(name)


@pytest.fixture
async def interrupted(settings: Settings) -> AsyncIterator[Engine]:
    clients = open_clients(settings)
    library = Interrupted(clients.store, exclusive=True)
    engine = Engine(replace(clients, library=library), settings)
    library.meanwhile = partial(ask, engine)
    await ingest(engine, MOON)
    yield engine
    await engine.close()


async def test_an_answer_given_while_its_document_is_deleted_does_not_keep_what_it_said(
    interrupted: Engine,
) -> None:
    await interrupted.delete_document(HERE, document_id(HERE, "moon"))

    [row], _ = await interrupted.records.list(RecordKind.ANSWER)
    assert "384,400" not in str(row.data)


async def test_an_answer_given_while_its_collection_is_deleted_goes_with_it(
    interrupted: Engine,
) -> None:
    await interrupted.delete_collection(HERE)

    assert await interrupted.records.count(RecordKind.ANSWER) == 0


async def test_a_deletion_that_finds_nothing_touches_no_answer(engine: Engine) -> None:
    given = await ask(engine)

    with pytest.raises(NotFoundError):
        await engine.delete_document(CollectionName("other"), document_id(HERE, "moon"))
    with pytest.raises(NotFoundError):
        await engine.delete_collection(CollectionName("other"))

    assert (await engine.kept_answer(given.id)).kept.deleted_documents == ()


async def test_answers_are_restored_with_the_store(
    settings: Settings, engine: Engine, tmp_path: Path, models: Path
) -> None:
    given = await ask(engine)
    await engine.close()
    store = EdgeStore(settings.data_dir)
    await backup(store, tmp_path / "ibid.tar.gz")
    await store.close()
    elsewhere = tmp_path / "data"
    elsewhere.mkdir()
    (elsewhere / "models").symlink_to(models)
    restore(tmp_path / "ibid.tar.gz", elsewhere)

    restored = await open_engine(settings.model_copy(update={"data_dir": elsewhere}))
    shown = await restored.kept_answer(given.id)
    found = await today(restored, given)
    await restored.close()

    assert (shown.answer, found.status) == (given.answer, CitationStatus.HOLDS)


async def test_no_answer_is_kept_where_the_settings_say_so(settings: Settings) -> None:
    engine = await open_engine(settings.model_copy(update={"answer_days": 0}))
    await ingest(engine, MOON)
    given = await ask(engine)

    with pytest.raises(NotFoundError, match="kept for 0 days"):
        await engine.kept_answer(given.id)
    await engine.close()


async def test_what_models_were_told_goes_with_the_document(
    data_dir: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NVIDIA_API_KEY", "nvapi-key")
    (data_dir / "models").symlink_to(models)
    async with engine_at_standin(data_dir, Conditions(keys=frozenset({"nvapi-key"}))) as at:
        await at.ingest(("Moon", MOON))
        given = await at.ask(QUESTION)
        before = await at.engine.kept_answer(given.id)
        await at.engine.delete_document(HERE, document_id(HERE, "Moon"))
        after = to_bytes(await at.engine.kept_answer(given.id)).decode()

    assert given.generated
    assert before.kept.prompt_hash
    assert before.steps == given.steps
    assert "384,400" in before.steps[0].input
    assert "384,400" not in after
    assert before.kept.prompt_hash in after
