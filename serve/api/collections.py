"""Collections."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from core.errors import NotFoundError
from core.records import CollectionRecord
from serve.api.access import InCollection, Through
from serve.api.replies import json_reply
from serve.wire import Collections

router = APIRouter(prefix="/v1/collections", tags=["collections"])


class CollectionRequest(BaseModel):
    """How a collection is to be made."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    embedder: str | None = None
    """`null`: as the settings say."""


@router.get("", responses={200: {"model": Collections}})
async def list_collections(through: Through) -> Response:
    """Return every collection, by name."""
    return json_reply(Collections(collections=tuple(await through.service.collections())))


@router.get("/{collection}", responses={200: {"model": CollectionRecord}})
async def show_collection(collection: InCollection, through: Through) -> Response:
    """Return one collection."""
    for found in await through.service.collections():
        if found.name == collection:
            return json_reply(found)
    raise NotFoundError("collection", collection)


@router.put("/{collection}", responses={200: {"model": CollectionRecord}})
async def create_collection(
    collection: InCollection, through: Through, request: CollectionRequest | None = None
) -> Response:
    """Create a collection, or return the one that is there."""
    embedder = request.embedder if request else None
    return json_reply(await through.service.create_collection(collection, embedder=embedder))


@router.delete("/{collection}", status_code=204)
async def delete_collection(collection: InCollection, through: Through) -> Response:
    """Delete a collection, all that is in it, and what was answered from it."""
    await through.service.delete_collection(collection)
    return Response(status_code=204)
