import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.errors import EmbedderError, SettingsError
from core.local.embedders import EmbedderOptions, open_embedder, recorded_name
from tests.doubles.embedding_server import embedding_server

PACKAGES = Path(__file__).parents[2] / "doubles" / "packages"


@pytest.fixture
def options(data_dir: Path) -> EmbedderOptions:
    return EmbedderOptions(data_dir=data_dir, workers=1)


@pytest.fixture
def _fastembed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "path", [str(PACKAGES), *sys.path])
    monkeypatch.delitem(sys.modules, "fastembed", raising=False)
    yield
    sys.modules.pop("fastembed", None)


@pytest.mark.parametrize(
    ("choice", "name"),
    [
        ("all-MiniLM-L6-v2", "all-MiniLM-L6-v2-int8"),
        ("all-MiniLM-L6-v2-int8", "all-MiniLM-L6-v2-int8"),
        ("all-MiniLM-L6-v2-fp32", "all-MiniLM-L6-v2-fp32"),
    ],
)
async def test_a_local_embedder_is_opened_by_its_name(
    options: EmbedderOptions, choice: str, name: str
) -> None:
    embedder = await open_embedder(choice, options)
    assert embedder.name == recorded_name(choice) == name
    await embedder.close()


@pytest.mark.usefixtures("_fastembed")
@pytest.mark.parametrize("choice", ["all-MiniLM-L6-v2", "fastembed:known/model"])
async def test_the_loop_goes_on_while_a_model_is_opened(
    options: EmbedderOptions, choice: str
) -> None:
    opening = asyncio.create_task(open_embedder(choice, options))
    rounds = 0
    while not opening.done():
        await asyncio.sleep(0)
        rounds += 1
    await opening.result().close()
    assert rounds > 1, "it was opened on the loop"


@pytest.mark.parametrize("choice", ["", "gpt-4", "openai:", "fastembed", "hugging:x"])
async def test_a_name_that_no_embedder_has_is_refused(
    options: EmbedderOptions, choice: str
) -> None:
    with pytest.raises(SettingsError, match=f"no embedder '{choice}'; allowed are"):
        await open_embedder(choice, options)


async def test_an_endpoint_is_opened_where_the_setting_says(data_dir: Path) -> None:
    with embedding_server() as server:
        options = EmbedderOptions(data_dir=data_dir, base_url=server.base_url + "/")
        embedder = await open_embedder("openai:some/model", options)
        assert embedder.name == recorded_name("openai:some/model") == "openai:some/model"
        assert (await embedder.embed_query("x")).shape == (8,)
        await embedder.close()


async def test_an_endpoint_that_is_not_set_is_asked_for(options: EmbedderOptions) -> None:
    with pytest.raises(SettingsError, match="set IBID_EMBEDDER_BASE_URL"):
        await open_embedder("openai:model", options)


async def test_fastembed_is_asked_for_where_it_is_not_installed(options: EmbedderOptions) -> None:
    with pytest.raises(EmbedderError, match="run `pip install fastembed`"):
        await open_embedder("fastembed:known/model", options)


@pytest.mark.usefixtures("_fastembed")
async def test_a_fastembed_model_embeds(options: EmbedderOptions) -> None:
    embedder = await open_embedder("fastembed:known/model", options)
    assert (embedder.name, embedder.dimensions) == ("fastembed:known/model", 6)
    first, second = await embedder.embed_passages(["one", "half \ud800"])
    assert np.linalg.norm(first) == pytest.approx(1)
    assert (first != second).any()
    assert (await embedder.embed_query("one") != first).any()


@pytest.mark.usefixtures("_fastembed")
async def test_tokens_of_a_fastembed_model_are_counted_to_the_end(options: EmbedderOptions) -> None:
    embedder = await open_embedder("fastembed:known/model", options)
    assert embedder.max_tokens == 30
    assert embedder.count_tokens("harbour " * 100) == 100


@pytest.mark.usefixtures("_fastembed")
async def test_a_model_that_fastembed_does_not_know_is_named(options: EmbedderOptions) -> None:
    with pytest.raises(EmbedderError, match="fastembed cannot open 'odd': Model odd is not"):
        await open_embedder("fastembed:odd", options)
