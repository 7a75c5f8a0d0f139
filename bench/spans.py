"""Whether quotes stand where citations say: `python -m bench.spans --data DIR`."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import re
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import islice
from math import inf
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pypdfium2 import PdfDocument

from bench.datasets import load
from bench.odd_documents import odd_documents
from bench.rows import Row, save
from core.clock import Deadline, SystemClock
from core.errors import SourceError
from core.ids import CollectionName
from core.library import Library
from core.store.bm25 import Bm25Encoder
from core.store.edge import EdgeStore
from core.text import sentences, trimmed
from core.types import Scope, Span
from ingest.parse.boxes import Part, boxes_of
from ingest.parse.document import parse
from ingest.parse.pdf import read_pdf
from ingest.pipeline import IngestPipeline
from ingest.read import ReadDocument
from retrieval.search import Retriever
from serve.answer.assemble import abstain, cite, located
from serve.answer.attribute import Reading, carried
from serve.answer.read import ExtractiveReader
from serve.answer.terms import Lexicon
from tests.doubles.hash_embedder import HashEmbedder

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence

    from core.answers import Box, Citation
    from core.ids import DocumentId
    from core.types import Passage
    from ingest.sources import Source

HERE = CollectionName("bench")
SETS = (
    *("clapnq", "chroma_chunking", "anthropic_codebase", "cranfield", "rgb_fact", "leval", "lara"),
    *("docugami_sec10q", "financebench"),
)
TOP_K = 5
SEED = 4
BOXED = 100
"""Spans of each PDF whose boxes are looked into."""


@dataclass(slots=True)
class Tally:
    """What was checked."""

    documents: int = 0
    citations: int = 0
    wrong: list[str] = field(default_factory=list[str])

    def add(self, citation: Citation, whole: str, served: str) -> None:
        """Check a citation against the text of its document and the slice that is served of it."""
        self.citations += 1
        span = citation.span
        if not citation.quote or not whole[span.start : span.end] == served == citation.quote:
            self.wrong.append(f"{citation.source} {span}: {citation.quote[:80]!r}")


class Desk:
    """A library of its own, and what cites from it as the service does."""

    def __init__(self, library: Library) -> None:
        self._library, self._embedder, self._sparse = library, HashEmbedder(), Bm25Encoder()
        self._lexicon = Lexicon(self._sparse)
        self._reader = ExtractiveReader(self._embedder, self._sparse)
        self._texts: dict[DocumentId, str] = {}

    async def ingest(self, sources: Iterable[Source]) -> int:
        """Store the documents that can be read, and return how many they are."""
        await self._library.create_collection(HERE, self._embedder)
        pipeline = IngestPipeline(
            library=self._library, collection=HERE, embedder=self._embedder, sparse=self._sparse
        )
        return sum([len(each.documents) async for each in pipeline.run(_documents(sources))])

    async def ask(self, question: str, tally: Tally, *, draw: Random) -> None:
        """Check what is cited for `question`, of the reader, and of a model that says it anew."""
        index = await self._library.index(HERE)
        retriever = Retriever(index, self._library, embedder=self._embedder, sparse=self._sparse)
        deadline = Deadline.after(inf, clock=SystemClock())
        found = await retriever.find(
            question, Scope(collection=HERE), top_k=TOP_K, deadline=deadline
        )
        passages = found.passages
        records = await self._library.documents(HERE, [each.document_id for each in passages])
        reading = await self._reader.read(question, passages)
        cited = [*cite(reading, records).citations, *abstain(reading, records).nearest]
        for passage in passages:
            cited += [
                located(passage, carrier.span, records, score=carrier.share)
                for claim in _claims(question, passage, draw)
                for carrier in carried(
                    claim, Reading.of(passage, self._lexicon), self._lexicon
                ).carriers
            ]
        for citation in cited:
            _, served = await self._library.text(HERE, citation.document_id, citation.span)
            tally.add(citation, await self._text(citation.document_id), served)

    async def _text(self, document: DocumentId) -> str:
        if document not in self._texts:
            self._texts[document] = (await self._library.text(HERE, document))[1]
        return self._texts[document]


@asynccontextmanager
async def opened() -> AsyncGenerator[Desk]:
    """Open a desk whose store is deleted in the end."""
    with TemporaryDirectory(prefix="spans-") as directory:
        store = EdgeStore(Path(directory))
        try:
            yield Desk(Library(store, exclusive=True))
        finally:
            await store.close()


async def generated(count: int) -> Tally:
    """Check citations of documents that are made for it, each asked for once."""
    tally, draw = Tally(), Random(SEED)  # noqa: S311 - not a secret
    async with opened() as desk:
        tally.documents = await desk.ingest(odd.source for odd in odd_documents(count, seed=SEED))
        for odd in odd_documents(count, seed=SEED):
            await desk.ask(draw.choice(odd.sentences), tally, draw=draw)
    return tally


async def shared(name: str, data: Path, *, sources: int, questions: int) -> Tally:
    """Check citations of a development set, for its own questions."""
    tally, draw = Tally(), Random(SEED)  # noqa: S311 - not a secret
    dataset = load(name, data)
    async with opened() as desk:
        tally.documents = await desk.ingest(islice(dataset.sources, sources))
        for question in dataset.questions[:questions]:
            await desk.ask(question.text, tally, draw=draw)
    return tally


async def _documents(sources: Iterable[Source]) -> AsyncIterator[ReadDocument]:
    for source in sources:
        content = source.read()
        try:
            document = parse(source, content, collection=HERE)
        except SourceError as error:
            print(f"not read: {error}")
            continue
        sha256 = hashlib.sha256(content).hexdigest()
        yield ReadDocument(document=document, bytes=len(content), sha256=sha256, replaces=None)


def _claims(question: str, passage: Passage, draw: Random) -> list[str]:
    """Return what a model might say of a passage: the question, its words, something else."""
    words = passage.text.split()
    draw.shuffle(words)
    return [question, " ".join(words[:12]), "xyzzy"]


def boxes(paths: Sequence[Path]) -> Counter[str]:
    """Return of spans of PDFs how many there are and how many have all their words in their boxes.

    Also how many have there, but for punctuation, nothing else.
    """
    draw = Random(SEED)  # noqa: S311 - not a secret
    tally: Counter[str] = Counter()
    for path in paths:
        parts = list(_parts(path, draw))
        with PdfDocument(path) as document:
            found = boxes_of(path, parts)
            for part, drawn in zip(parts, found, strict=True):
                quote = part.span.slice(part.text)
                tally["spans"] += 1
                tally["lines"] += len(drawn)
                tally["whole"] += _has_words(_within(document, drawn, edge=0), quote)
                tally["alone"] += _letters(_within(document, drawn, edge=0.3)) == _letters(quote)
    return tally


def _parts(path: Path, draw: Random) -> Iterable[Part]:
    reading = read_pdf(path.read_bytes())
    pages = [page for page in reading.pages if page.span.slice(reading.text).strip()]
    for _ in range(BOXED):
        page = draw.choice(pages)
        text = page.span.slice(reading.text)
        said = [span for each in sentences(text) if len(span := trimmed(each, text))]
        first = draw.randrange(len(said))
        last = min(len(said) - 1, first + draw.randrange(3))
        yield Part(page=page.number, text=text, span=Span(said[first].start, said[last].end))


def _within(document: PdfDocument, drawn: Sequence[Box], *, edge: float) -> str:
    """Return what stands in boxes, less `edge` of their height at each side."""
    found: list[str] = []
    for box in drawn:
        page = document[box.page - 1].get_textpage()
        inset = edge * (box.y1 - box.y0)
        ends = (box.x0 + edge, box.y0 + inset, box.x1 - edge, box.y1 - inset)
        found.append(page.get_text_bounded(*ends))
        page.close()
    return "\n".join(found)


def _has_words(text: str, quote: str) -> bool:
    missing = Counter(re.findall(r"\w+", quote)) - Counter(re.findall(r"\w+", text))
    # Of a word that a line break divides, the halves.
    return all(word in _letters(text) for word in missing)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _row(what: str, tally: Tally) -> Row:
    for wrong in tally.wrong[:5]:
        print(f"WRONG {wrong}")
    right = 1 - len(tally.wrong) / tally.citations
    said = f"{right:.2%} of {tally.citations:,} citations, {tally.documents:,} documents"
    print(f"{what}: {said}", flush=True)
    return Row(what=f"quotes that stand where they say, {what}", ours=said, goal="100 %")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the development data")
    parser.add_argument("--documents", type=int, default=10_000, help="that are made")
    parser.add_argument("--sources", type=int, default=10_000, help="of each set, at most")
    parser.add_argument("--questions", type=int, default=300, help="of each set, at most")
    given = parser.parse_args()
    rows = [
        _row("documents with odd characters in 9 formats", asyncio.run(generated(given.documents)))
    ]
    for name in SETS:
        if (given.data / name / "corpus.jsonl").exists():
            asked = shared(name, given.data, sources=given.sources, questions=given.questions)
            rows.append(_row(name, asyncio.run(asked)))
    found = boxes(sorted((given.data / "financebench" / "pdfs").glob("*.pdf")))
    if spans := found["spans"]:
        whole, alone = found["whole"] / spans, found["alone"] / spans
        said = (
            f"{whole:.2%} of {spans:,} spans in {found['lines']:,} boxes; nothing else, {alone:.1%}"
        )
        print(f"boxes: {said}")
        what = "quotes of PDFs all of whose words are in their boxes"
        rows.append(Row(what=what, ours=said, goal="≥ 99 %"))
    save("spans", rows)


if __name__ == "__main__":
    main()
