"""The embedder behind an engine: whose vectors are searched, kept, forgotten; whether it works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.catalog.catalog import ModelRole
from core.errors import EmbedderMismatchError
from core.nim.vector_cache import InputType, Space, VectorCache
from core.records import JobState
from serve.checks import AGAIN_S
from serve.service import IngestRequest, TextSource
from tests.doubles.embeddings import DIMENSIONS, texts_of
from tests.doubles.engine_at_standin import HERE, EngineAtStandin, engine_at_standin
from tests.doubles.nim.faults import Forbidden

if TYPE_CHECKING:
    from pathlib import Path

EMBED = "nvidia/llama-nemotron-embed-vl-1b-v2"
NIM = f"nim:{EMBED}"
QUESTION = "How many steps has the leaning tower of Pisa?"
TOWER = "The leaning tower of Pisa is 56 m high. It has 294 steps. Work on it began in 1173."
BELLS = "# Bells\n\nThe tower has seven bells.\n\n# Weight\n\nThe largest bell weighs 3,538 kg."


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NVIDIA_API_KEY", "nvapi-a-secret")


async def test_a_collection_is_not_asked_of_the_same_model_on_another_server(
    data_dir: Path,
) -> None:
    async with engine_at_standin(data_dir, embedder=NIM) as at:
        await at.ingest(("Tower", TOWER))
        [collection] = await at.engine.collections()
        assert collection.embedder == f"{NIM}@{at.nim.url}"
    async with engine_at_standin(data_dir, embedder=NIM) as other:
        for ask in (other.ask, other.search):
            with pytest.raises(EmbedderMismatchError, match="cannot be served by") as caught:
                await ask(QUESTION)
            assert collection.embedder in str(caught.value)
            assert f"{NIM}@{other.nim.url}" in str(caught.value)
        with pytest.raises(EmbedderMismatchError):
            await other.ingest(("Bells", BELLS))
        assert not len(other.nim.log)
        await other.engine.delete_collection(HERE)


async def test_the_vectors_of_a_deleted_document_are_forgotten(data_dir: Path) -> None:
    async with engine_at_standin(data_dir, embedder=NIM) as at:
        await at.ingest(("Tower", TOWER), ("Bells", BELLS))
        texts = _embedded(at)
        assert texts == _kept(data_dir, at, texts)
        documents, _ = await at.engine.documents(HERE)
        bells = next(each.document_id for each in documents if each.title == "Bells")
        await at.engine.delete_document(HERE, bells)
        kept = _kept(data_dir, at, texts)
        assert kept == {text for text in texts if "leaning" in text}
        at.nim.log.clear()
        await _ingest(at, ("Bells", BELLS))
        assert _embedded(at) == texts - kept


async def test_what_a_new_version_does_not_say_any_more_is_forgotten(data_dir: Path) -> None:
    async with engine_at_standin(data_dir, embedder=NIM) as at:
        bells, weight, age = (
            f"# {name}\n\n{' '.join(f'In {year} {said}.' for year in range(1655, 1700))}\n\n"
            for name, said in (("Bells", "it rang"), ("Weight", "it weighed"), ("Age", "it was"))
        )
        await at.ingest(("Tower", bells + weight))
        before = _embedded(at)
        at.nim.log.clear()
        await at.ingest(("Tower", bells + age))
        after = _embedded(at)
        assert any("it rang" in text for text in before)
        assert any("it weighed" in text for text in before)
        assert not any("it rang" in text for text in after)
        kept = _kept(data_dir, at, before | after)
        assert kept == {text for text in before | after if "it weighed" not in text}


async def test_the_vectors_of_a_deleted_collection_are_forgotten(data_dir: Path) -> None:
    async with engine_at_standin(data_dir, embedder=NIM) as at:
        await at.ingest(("Tower", TOWER), ("Bells", BELLS))
        texts = _embedded(at)
        await at.engine.delete_collection(HERE)
        assert _kept(data_dir, at, texts) == set()


async def test_whether_the_embedder_works_is_not_asked_at_every_look(data_dir: Path) -> None:
    async with engine_at_standin(data_dir, embedder="auto") as at:
        for card in at.catalog.role(ModelRole.EMBED):
            for model_id in card.ids:
                at.nim.always(model_id, Forbidden())
        wrong = (await at.engine.check())["embedder"]
        assert "403" in wrong
        assert len(at.nim.log)
        at.nim.reset()
        assert (await at.engine.check())["embedder"] == wrong
        assert not len(at.nim.log)
        await at.nim.clock.sleep(AGAIN_S)
        assert (await at.engine.check())["embedder"] == ""
        assert len(at.nim.log) == 1


async def _ingest(at: EngineAtStandin, *documents: tuple[str, str]) -> None:
    texts = [TextSource(title=title, text=text) for title, text in documents]
    request = IngestRequest(collection=HERE, texts=texts)
    jobs = [job async for job in at.engine.ingest(request)]
    assert jobs[-1].state is JobState.DONE


def _embedded(at: EngineAtStandin) -> set[str]:
    """Return every passage that the model was asked for."""
    asked = [each for each in at.nim.log.to("/embeddings") if each.body["input_type"] == "passage"]
    return {text for each in asked for text in texts_of(each)}


def _kept(data_dir: Path, at: EngineAtStandin, texts: set[str]) -> set[str]:
    """Return those of `texts` whose vectors are kept on disk."""
    cache = VectorCache(data_dir / "vectors.sqlite")
    space = Space(
        place=at.nim.url, model=EMBED, dimensions=DIMENSIONS, input_type=InputType.PASSAGE
    )
    kept = set(cache.get(space, texts))
    cache.close()
    return kept
