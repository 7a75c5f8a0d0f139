"""What a client sends to be ingested: texts, sources, or files."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from core.errors import RequestError
from core.types import MetadataValue
from serve.api.replies import say_wrong
from serve.names import upload_name
from serve.service import IngestRequest, TextSource, Upload

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.datastructures import FormData

    from core.ids import CollectionName
    from core.types import Metadata

_METADATA: TypeAdapter[dict[str, MetadataValue]] = TypeAdapter(dict[str, MetadataValue])


class TextRequest(BaseModel):
    """A document given as text."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    id: str | int | None = None
    """Known by it, and sent again in place of what is there; without: the title, or the text."""
    title: str = ""
    text: str
    metadata: dict[str, MetadataValue] = Field(default_factory=dict)


class DocumentsRequest(BaseModel):
    """Documents given as texts, or as paths on the server's machine."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    texts: list[TextRequest] = Field(default_factory=list[TextRequest])
    sources: list[str] = Field(default_factory=list)
    """Files, directories and globs; only with the token that lies in the data directory."""
    metadata: dict[str, MetadataValue] = Field(default_factory=dict)
    """Added to every document."""
    refresh: bool = False
    """Read unchanged documents again, too."""
    embedder: str | None = None
    """For a collection that does not exist yet."""


def inline_schema() -> dict[str, object]:
    """Return the JSON Schema of `DocumentsRequest` in one piece, as it stands in OpenAPI."""
    schema = DocumentsRequest.model_json_schema()
    schema["properties"]["texts"]["items"] = schema.pop("$defs")["TextRequest"]
    return schema


def read_json(collection: CollectionName, body: bytes, *, is_owner: bool) -> IngestRequest:
    """Return what a JSON body asks to ingest.

    Raises:
        RequestError: it is not a `DocumentsRequest`, or is empty.
        HTTPException: 403, it names sources and does not come from the owner.
    """
    try:
        given = DocumentsRequest.model_validate_json(body)
    except ValidationError as error:
        raise RequestError(
            say_wrong(cast("Sequence[Mapping[str, object]]", error.errors()))
        ) from None
    if given.sources and not is_owner:
        raise HTTPException(
            403,
            "sources are files of the server's machine and need the token in server.json of its "
            "data directory (as `ibid ingest` sends it); upload the files instead",
        )
    if not given.texts and not given.sources:
        raise RequestError("nothing to ingest; allowed: texts, sources, or files as form data")
    return IngestRequest(
        collection=collection,
        paths=given.sources,
        texts=[
            TextSource(
                id=_text_id(text, is_owner=is_owner),
                title=text.title,
                text=text.text,
                metadata=text.metadata,
            )
            for text in given.texts
        ],
        metadata=given.metadata,
        refresh=given.refresh,
        embedder=given.embedder,
    )


async def read_form(
    collection: CollectionName,
    form: FormData,
    *,
    folder: TemporaryDirectory[str],
    max_bytes: int,
    is_owner: bool,
) -> IngestRequest:
    """Return what a form asks to ingest, its files put into `folder`; the owner's names are kept.

    Raises:
        RequestError: it has no file, or a field that cannot be read.
        HTTPException: 413, a file is larger than `max_bytes`.
    """
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    if not files:
        raise RequestError("no file in the form")
    uploads = [
        await _put(file, Path(folder.name) / str(place), max_bytes=max_bytes)
        for place, file in enumerate(files)
    ]
    if not is_owner:
        uploads = [replace(upload, name=upload_name(upload.name)) for upload in uploads]
    return IngestRequest(
        collection=collection,
        uploads=uploads,
        metadata=_metadata(form.get("metadata")),
        refresh=str(form.get("refresh", "")).lower() in {"true", "1"},
        embedder=str(form["embedder"]) if form.get("embedder") else None,
    )


def _text_id(text: TextRequest, *, is_owner: bool) -> str | int | None:
    """Return what a text is known by: what the owner says, and of others only a safe name."""
    if is_owner:
        return text.id
    return upload_name(text.title if text.id is None else str(text.id))


async def _put(file: UploadFile, path: Path, *, max_bytes: int) -> Upload:
    name = file.filename or ""
    if not name.strip() or "\0" in name:
        raise RequestError(f"a file has the name {name!r}; allowed: one that is not empty")
    if (file.size or 0) > max_bytes:
        raise HTTPException(
            413, f"{name!r} has {file.size} bytes; allowed: {max_bytes} (IBID_MAX_FILE_BYTES)"
        )

    def copy() -> None:
        with path.open("wb") as target:
            shutil.copyfileobj(file.file, target)

    await run_in_threadpool(copy)
    return Upload(name=name, path=path)


def _metadata(field: UploadFile | str | None) -> Metadata:
    if not isinstance(field, str) or not field:
        return {}
    try:
        return _METADATA.validate_json(field)
    except ValidationError as error:
        wrong = say_wrong(cast("Sequence[Mapping[str, object]]", error.errors()))
        raise RequestError(f"metadata is not a JSON object of values: {wrong}") from None
