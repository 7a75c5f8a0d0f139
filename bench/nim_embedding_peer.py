"""LlamaIndex's LangchainEmbedding as the clock of `bench.nim_embedding` sees it; runs in the
peers' environment.

Reads the address, the model and the texts as one line of JSON, then a setting's name for each line
that follows; embeds them all and answers with the seconds it took.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable

from langchain_nvidia_ai_endpoints import NVIDIAEmbeddings
from llama_index.embeddings.langchain import LangchainEmbedding

address, model, texts = json.loads(sys.stdin.readline())


Way = Callable[[], list[list[float]]]


def default() -> Way:
    embedder = LangchainEmbedding(_client())
    return lambda: embedder.get_text_embedding_batch(texts)


def one_by_one(batch: int) -> Way:
    """Batches of so many texts, each sent when the one before has come."""
    client = _client()
    client.max_batch_size = batch
    embedder = LangchainEmbedding(client, embed_batch_size=batch)
    return lambda: embedder.get_text_embedding_batch(texts)


def at_once(batch: int, workers: int) -> Way:
    """A request for each text, a batch of them at once, and so many batches."""
    embedder = LangchainEmbedding(_client(), embed_batch_size=batch)
    return lambda: asyncio.run(embedder.aget_text_embedding_batch(texts, num_workers=workers))


def _client() -> NVIDIAEmbeddings:
    return NVIDIAEmbeddings(model=model, base_url=address, api_key="none")


SETTINGS = {
    "default": default(),
    "batches of 50": one_by_one(50),
    "batches of 128": one_by_one(128),
    "batches of 256": one_by_one(256),
    "batches of 512": one_by_one(512),
    "async, 10 at once": at_once(10, 1),
    "async, 50 at once": at_once(50, 1),
    "async, 200 at once": at_once(200, 1),
    "async, 4 workers with 10 at once": at_once(10, 4),
}
print(json.dumps(list(SETTINGS)), flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    vectors = SETTINGS[line.strip()]()
    taken = time.perf_counter() - start
    assert len(vectors) == len(texts)
    print(taken, flush=True)
