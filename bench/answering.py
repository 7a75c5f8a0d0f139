"""The product's pipeline over a set: ingest, search, answer; vectors are kept between runs."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.clock import Deadline, SystemClock
from core.ids import CollectionName, document_id, version_id
from core.library import Library
from core.local.embedder import MiniLmEmbedder
from core.store.bm25 import Bm25Encoder
from core.store.edge import EdgeStore
from core.tokens import count_tokens
from core.types import Document, Scope
from ingest.pipeline import IngestPipeline
from ingest.read import ReadDocument
from retrieval.search import Retriever
from serve.answer.answer import Answerer, Ways
from serve.answer.events import Tell
from serve.answer.extract import Extracting
from serve.answer.question import Question, Strategy
from serve.answer.read import ExtractiveReader
from serve.answer.routing.planned import Quoting
from serve.answer.strategies.passages import Passages
from serve.answer.strategies.strategy import Limits
from serve.answer.terms import Lexicon
from serve.answer.verify.conflicts.conflict import ConflictFinder

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Sequence

    from bench.questions import Case, Suite, Text
    from core.answers import Answer
    from core.protocols import Embedder
    from core.types import Passage, Vector
from serve.answer.read import Reading

OUT = Path(__file__).parent / "out"
COLLECTION = CollectionName("bench")
TOP_K = 10
EVIDENCE_TOKENS = 6_000
QUESTION_S = 600
"""Nothing here takes so long."""


class KeptVectors:
    """An embedder whose vectors are kept in a file, by text."""

    def __init__(self, embedder: Embedder, path: Path) -> None:
        self._embedder = embedder
        self._path = path
        self._known: dict[bytes, Vector] = {}
        if path.exists():
            with np.load(path) as kept:
                keys, vectors = kept["keys"], kept["vectors"]
            self._known = {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}
        self._kept = len(self._known)
        self.name = embedder.name
        self.dimensions = embedder.dimensions
        self.max_tokens = embedder.max_tokens
        self.passages_at_once = embedder.passages_at_once

    def count_tokens(self, text: str) -> int:
        return self._embedder.count_tokens(text)

    async def embed_query(self, question: str) -> Vector:
        return (await self.embed_passages([question]))[0]

    async def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        keys = [_key(text) for text in texts]
        missing = {k: text for k, text in zip(keys, texts, strict=True) if k not in self._known}
        if missing:
            vectors = await self._embedder.embed_passages(list(missing.values()))
            self._known.update(zip(missing, vectors, strict=True))
        return [self._known[key] for key in keys]

    def save(self) -> None:
        if len(self._known) > self._kept:
            keys = np.stack([np.frombuffer(key, dtype=np.uint8) for key in self._known])
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Another measurement may read them at the same time.
            fresh = self._path.with_suffix(f".{os.getpid()}.npz")
            np.savez(fresh, keys=keys, vectors=np.stack(list(self._known.values())))
            fresh.replace(self._path)


def _key(text: str) -> bytes:
    return hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where the questions of one set are answered."""

    library: Library
    retriever: Retriever
    reader: ExtractiveReader

    async def find(self, case: Case) -> Sequence[Passage]:
        """Return the passages that the product finds for `case`."""
        found = await self.retriever.find(
            case.question, scope(case), top_k=TOP_K, deadline=deadline()
        )
        return found.passages

    async def read(self, case: Case) -> Reading:
        """Return what the product reads in them."""
        return await self.reader.read(case.question, await self.find(case))

    async def answer(self, case: Case) -> Answer:
        """Return what the product answers."""
        reader = Extracting(self.reader, ConflictFinder(Lexicon(Bm25Encoder())))
        passages = Passages(self.retriever, reader, self.library, count_tokens=count_tokens)
        ways = Ways(
            planner=Quoting(),
            strategies={Strategy.RETRIEVAL: passages},
            retriever=self.retriever,
        )
        limits = Limits(top_k=TOP_K, max_tokens=EVIDENCE_TOKENS, deadline=deadline())
        question = Question(text=case.question, scope=scope(case))
        return await Answerer(ways, self.library).answer(question, limits, tell=Tell())


def scope(case: Case) -> Scope:
    """Return where `case` may look."""
    documents = (document_id(COLLECTION, case.document),) if case.document else ()
    return Scope(collection=COLLECTION, document_ids=documents)


def deadline() -> Deadline:
    return Deadline.after(QUESTION_S, clock=SystemClock())


@asynccontextmanager
async def opened(suite: Suite) -> AsyncGenerator[Desk]:
    """Ingest `suite` into a store of its own and give what answers over it."""
    model = MiniLmEmbedder(OUT)
    embedder = KeptVectors(model, OUT / f"vectors-{model.name}-{suite.name}.npz")
    with tempfile.TemporaryDirectory() as directory:
        store = EdgeStore(Path(directory))
        library = Library(store, exclusive=True)
        await library.create_collection(COLLECTION, embedder)
        sparse = Bm25Encoder()
        pipeline = IngestPipeline(
            library=library, collection=COLLECTION, embedder=embedder, sparse=sparse
        )
        async for _ in pipeline.run(_documents(suite.texts)):
            pass
        index = await library.index(COLLECTION)
        await index.optimize()
        retriever = Retriever(index, library, embedder=embedder, sparse=sparse)
        try:
            yield Desk(
                library=library,
                retriever=retriever,
                reader=ExtractiveReader(embedder, sparse),
            )
        finally:
            embedder.save()
            await store.close()
            await model.close()


async def _documents(texts: Sequence[Text]) -> AsyncIterator[ReadDocument]:
    for text in texts:
        identity = document_id(COLLECTION, text.key)
        content = text.text.encode("utf-8", "surrogatepass")
        yield ReadDocument(
            document=Document(
                document_id=identity,
                version=version_id(identity, content),
                source=text.key,
                title=text.title,
                text=text.text,
                format="text",
            ),
            bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            replaces=None,
        )
