"""Documents: sent, listed, shown, read, deleted."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from core.ids import CollectionName, DocumentId
from core.records import DocumentRecord, Job
from core.types import Span
from serve.api.access import Access, InCollection, IsOwner, Through
from serve.api.arrivals import inline_schema, read_form, read_json
from serve.api.replies import json_reply
from serve.wire import DocumentPage, TextSlice, document_json, documents_json

router = APIRouter(prefix="/v1/collections/{collection}/documents", tags=["documents"])

_MAX_FILES = 1000
_BODY = {
    "content": {
        "application/json": {"schema": inline_schema()},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["files"],
                "properties": {
                    "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                    "metadata": {"type": "string", "description": "a JSON object"},
                    "refresh": {"type": "boolean"},
                    "embedder": {"type": "string"},
                },
            }
        },
    },
    "required": True,
}


@router.post(
    "", status_code=202, responses={202: {"model": Job}}, openapi_extra={"requestBody": _BODY}
)
async def ingest(
    collection: InCollection, request: Request, through: Through, is_owner: IsOwner
) -> Response:
    """Take documents in and return the job that ingests them; `Location` is where it is seen."""
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        job = await _ingest_files(collection, request, through, is_owner=is_owner)
    else:
        arrived = read_json(collection, await request.body(), is_owner=is_owner)
        job = await through.jobs.submit(arrived)
    reply = json_reply(job, status=202)
    reply.headers["Location"] = f"/v1/jobs/{job.job_id}"
    return reply


@router.get("", responses={200: {"model": DocumentPage}})
async def list_documents(
    collection: InCollection,
    through: Through,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: str | None = None,
) -> Response:
    """Return a page of documents, in a stable order; each also has `pages`, their number."""
    documents, following = await through.service.documents(collection, limit=limit, cursor=cursor)
    return json_reply(documents_json(documents, following))


@router.get("/{document_id}", responses={200: {"model": DocumentRecord}})
async def show_document(collection: InCollection, document_id: str, through: Through) -> Response:
    """Return one document; it also has `pages`, their number."""
    document = await through.service.document(collection, DocumentId(document_id))
    return json_reply(document_json(document))


@router.delete("/{document_id}", status_code=204)
async def delete_document(collection: InCollection, document_id: str, through: Through) -> Response:
    """Delete a document and everything that was made of it, in kept answers too."""
    await through.service.delete_document(collection, DocumentId(document_id))
    return Response(status_code=204)


@router.get("/{document_id}/text", responses={200: {"model": TextSlice}})
async def read_text(
    collection: InCollection,
    document_id: str,
    through: Through,
    start: Annotated[int, Query(ge=0)] = 0,
    end: Annotated[int | None, Query(ge=0)] = None,
) -> Response:
    """Return the canonical text from `start` to `end` (the end), in code points."""
    document = DocumentId(document_id)
    if end is None:
        end = (await through.service.document(collection, document)).characters
    span, text = await through.service.text(collection, document, Span(start, end))
    return json_reply(TextSlice(document_id=document, start=span.start, end=span.end, text=text))


async def _ingest_files(
    collection: CollectionName, request: Request, through: Access, *, is_owner: bool
) -> Job:
    folder = TemporaryDirectory(prefix="ibid-upload-", ignore_cleanup_errors=True)
    try:
        async with request.form(max_files=_MAX_FILES) as form:
            arrived = await read_form(
                collection,
                form,
                folder=folder,
                max_bytes=through.max_file_bytes,
                is_owner=is_owner,
            )
        return await through.jobs.submit(arrived, uploads=folder)
    except BaseException:
        folder.cleanup()
        raise
