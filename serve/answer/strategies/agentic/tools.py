"""What a model may do to find an answer: search, read, list the documents; all within a scope."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Protocol

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from core.chat import Tool
from core.errors import DeadlineError
from core.tokens import well_formed
from core.types import Span
from retrieval.pack import shown_title
from retrieval.whole import blocks
from serve.answer.prompt import block, inert
from serve.answer.steps.trace import told_place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.chat import ToolCall
    from core.clock import Deadline
    from core.ids import DocumentId
    from core.records import DocumentRecord
    from core.types import Chunk, Scope
    from retrieval.pack import Evidence
    from serve.answer.marker import Marker
    from serve.answer.strategies.agentic.gathered import Added, Gathered
    from serve.answer.strategies.strategy import Retriever

MOST_CHARACTERS = 12_000
"""That one call reads: some 3,000 tokens."""
MOST_LISTED = 40
_FOUND = 6
_MOST_NAMED = 5
"""Documents that an error tells of."""

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Search(_Asked):
    """Find passages by what they say; they are shown with where they stand."""

    query: _Text
    """What a passage that helps would say, in words."""
    top_k: int = Field(default=_FOUND, ge=1, le=20)
    document_ids: Annotated[list[str], BeforeValidator(lambda given: given or [])] = Field(
        default_factory=list[str]
    )
    """Only in these documents."""


class Read(_Asked):
    """Read a part of a document, by characters; long parts are cut."""

    document_id: str
    start: int = Field(ge=0)
    """The first character, counted from 0."""
    end: int = Field(ge=1)
    """The first character that is not read."""


class ListDocuments(_Asked):
    """List the documents that there are, with their ids and lengths."""

    containing: str = Field(default="", max_length=200)
    """What the title has."""


class Books(Protocol):
    """The text of documents."""

    async def part(self, document: DocumentRecord, span: Span) -> Sequence[Chunk]:
        """Return the chunks that overlap `span`; none, where the document was changed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a call gave, before it is written out with markers."""

    said: str = ""
    """What there is to say beside the evidence; data, as far as it names documents."""
    new: tuple[Evidence, ...] = ()
    known: tuple[Evidence, ...] = ()
    listed: int = 0
    """Documents that were named."""
    error: str = ""
    """Why it was not done."""

    def text(self, marker: Marker) -> str:
        """Return it as the model is told."""
        if self.error:
            return inert(f"Error: {self.error}")
        shown = [block(each, marker, beside=_place(each)) for each in self.new]
        before = " ".join(marker.of(each.number) for each in self.known)
        known = f"Shown to you before: {before}" if before else ""
        return "\n\n".join(filter(None, (*shown, known, inert(self.said)))) or "Nothing was found."

    @property
    def told(self) -> str:
        """What a step tells of it."""
        if self.error:
            return f"error: {self.error}"
        places = "; ".join(map(told_place, self.new))
        before = " ".join(f"[{each.number}]" for each in self.known)
        listed = f"{self.listed} documents listed" if self.listed else ""
        told = (places, before and f"as before: {before}", listed)
        return "; ".join(filter(None, told)) or "nothing new"


class Tools:
    """Does what a model asks for, where it may; everything else is an error that it is told."""

    def __init__(
        self,
        retriever: Retriever,
        books: Books,
        gathered: Gathered,
        *,
        scope: Scope,
        documents: Sequence[DocumentRecord],
    ) -> None:
        """Search and read in `documents`, those that are in `scope`, and nowhere else."""
        self._retriever, self._books, self._gathered = retriever, books, gathered
        self._scope = scope
        self._documents: Mapping[str, DocumentRecord] = {d.document_id: d for d in documents}
        self._done: set[str] = set()
        self._read_whole: set[DocumentId] = set()

    @property
    def read_whole(self) -> int:
        """How many documents were read from beginning to end, at once."""
        return len(self._read_whole)

    async def call(self, call: ToolCall, deadline: Deadline) -> Result:
        """Return what `call` gives; what is wrong with it is in the result."""
        done = json.dumps([call.name, call.arguments], sort_keys=True, default=dict).casefold()
        if done in self._done:
            return Result(error="you have called this already, its result stands above")
        self._done.add(done)
        try:
            match call.name:
                case "search":
                    asked = Search.model_validate(call.arguments)
                    return await self._search(asked, deadline)
                case "read":
                    return await self._read(Read.model_validate(call.arguments))
                case "list_documents":
                    return self._list(ListDocuments.model_validate(call.arguments))
                case _:
                    named = ", ".join(each.name for each in TOOLS)
                    return Result(error=f"there is no tool {call.name[:50]!r}; there are {named}")
        except ValidationError as error:
            return Result(error=_wrong(error))

    async def _search(self, asked: Search, deadline: Deadline) -> Result:
        wanted = list(dict.fromkeys(asked.document_ids))
        if unknown := [each for each in wanted if each not in self._documents]:
            return self._unknown(unknown)
        ids: tuple[DocumentId, ...] = tuple(self._documents[each].document_id for each in wanted)
        scope = replace(self._scope, document_ids=ids) if ids else self._scope
        try:
            found = await self._retriever.find(
                well_formed(asked.query), scope, top_k=asked.top_k, deadline=deadline
            )
        except DeadlineError:
            return Result(error="the search took too long")
        inside = [each for each in found.passages if each.document_id in self._documents]
        return self._result(self._gathered.add(inside))

    async def _read(self, asked: Read) -> Result:
        record = self._documents.get(asked.document_id)
        if record is None:
            return self._unknown([asked.document_id])
        if asked.start >= min(asked.end, record.characters):
            return Result(
                error=f"characters {asked.start} to {asked.end} are none; "
                f"the document has those from 0 to {record.characters}"
            )
        end = min(asked.end, record.characters, asked.start + MOST_CHARACTERS)
        chunks = await self._books.part(record, Span(asked.start, end))
        if not chunks:
            return Result(error="the document was changed or deleted")
        result = self._result(self._gathered.add(blocks(chunks, record)))
        last = chunks[-1].span.end
        if chunks[0].span.start == 0 and last == record.characters:
            self._read_whole.add(record.document_id)
        if last < record.characters:
            more = f"The document goes on, up to character {record.characters}."
            result = replace(result, said="\n".join(filter(None, (result.said, more))))
        return result

    def _list(self, asked: ListDocuments) -> Result:
        wanted = asked.containing.casefold()
        found = [d for d in self._documents.values() if wanted in d.title.casefold()]
        lines = [
            f"{d.document_id} · {shown_title(d.title)} · {d.characters} characters"
            for d in found[:MOST_LISTED]
        ]
        if more := len(found) - len(lines):
            lines.append(f"and {more} more")
        listed = len(found[:MOST_LISTED])
        return Result(said="\n".join(lines) or "There is no such document.", listed=listed)

    def _result(self, added: Added) -> Result:
        said = ""
        if added.left_out:
            said = f"{added.left_out} more do not fit into what may be read."
        return Result(new=added.new, known=added.known, said=said)

    def _unknown(self, ids: Sequence[str]) -> Result:
        """Return the error for documents out of scope: the same as for such as are nowhere."""
        named = ", ".join(repr(each[:80]) for each in ids[:_MOST_NAMED])
        return Result(error=f"there is no document {named}; list_documents has those that are")


def _tool(name: str, asks: type[BaseModel]) -> Tool:
    return Tool(
        name=name,
        description=" ".join((asks.__doc__ or "").split()),
        parameters=asks.model_json_schema(),
    )


TOOLS = (_tool("search", Search), _tool("read", Read), _tool("list_documents", ListDocuments))


def _wrong(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'the arguments'}: {first['msg']}"


def _place(evidence: Evidence) -> str:
    span = evidence.passage.span
    return f"document {evidence.passage.document_id}, characters {span.start} to {span.end}"
