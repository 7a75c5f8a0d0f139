"""`ibid documents`: what is ingested."""

from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.options import Collection, Json
from cli.run import DONE, run

if TYPE_CHECKING:
    from core.ids import CollectionName, DocumentId
    from core.records import DocumentRecord
    from core.settings import Settings
    from core.types import Scope, Span
    from serve.service import Service

app = typer.Typer(no_args_is_help=True, help="List, show or delete documents.")
Id = Annotated[str, typer.Argument(metavar="ID", help="Or how it begins, where that is enough.")]


@app.command("list")
def list_documents(*, collection: Collection = "default", as_json: Json = False) -> NoReturn:
    """List the documents of a collection."""

    async def work(settings: "Settings") -> int:
        from cli.connect import open_service  # noqa: PLC0415 - `--help` needs none of it
        from cli.documents_view import documents_view  # noqa: PLC0415
        from cli.terminal import show, stdout_table, write_json  # noqa: PLC0415
        from core.ids import CollectionName  # noqa: PLC0415
        from serve.wire import documents_json  # noqa: PLC0415

        async with open_service(settings) as service:
            found = await all_documents(service, CollectionName(collection))
        if as_json:
            write_json(documents_json(found, None))
        else:
            console = stdout_table()
            show(documents_view(found, columns=console.width), console)
        return DONE

    run(work, as_json=as_json)


@app.command("show")
def show_document(
    document: Id,
    *,
    collection: Collection = "default",
    text: Annotated[bool, typer.Option("--text", help="Its text instead of its record.")] = False,
    start: Annotated[int, typer.Option(min=0, help="With --text: from this code point.")] = 0,
    end: Annotated[
        int | None, typer.Option(min=0, help="With --text: up to this code point.")
    ] = None,
    as_json: Json = False,
) -> NoReturn:
    """Show what is known of a document, or a slice of its text."""

    async def work(settings: "Settings") -> int:
        from cli.connect import open_service  # noqa: PLC0415
        from core.ids import CollectionName  # noqa: PLC0415
        from core.types import Span  # noqa: PLC0415

        async with open_service(settings) as service:
            record = await _find(service, CollectionName(collection), document)
            if not text:
                return _show_record(record, as_json=as_json)
            span = Span(start, record.characters if end is None else end)
            _, found = await service.text(record.collection, record.document_id, span)
            return _show_text(record.document_id, span, found, as_json=as_json)

    run(work, as_json=as_json)


@app.command("delete")
def delete_documents(
    documents: Annotated[list[str], typer.Argument(metavar="ID")],
    *,
    collection: Collection = "default",
    as_json: Json = False,
) -> NoReturn:
    """Delete documents and everything that was made of them."""

    async def work(settings: "Settings") -> int:
        from cli.connect import open_service  # noqa: PLC0415
        from cli.terminal import one_line, show, write_json  # noqa: PLC0415
        from core.ids import CollectionName  # noqa: PLC0415

        async with open_service(settings) as service:
            name = CollectionName(collection)
            found = [await _find(service, name, document) for document in documents]
            for record in found:
                await service.delete_document(name, record.document_id)
                if not as_json:
                    show(f"deleted {record.document_id} ({one_line(record.title)})")
        if as_json:
            write_json({"deleted": [record.document_id for record in found]})
        return DONE

    run(work, as_json=as_json)


async def all_documents(service: "Service", collection: "CollectionName") -> list["DocumentRecord"]:
    """Return every document of a collection, by source."""
    found: list[DocumentRecord] = []
    cursor: str | None = None
    while True:
        page, cursor = await service.documents(collection, limit=500, cursor=cursor)
        found += page
        if cursor is None:
            return sorted(found, key=lambda record: record.source)


async def whole_ids(service: "Service", scope: "Scope") -> "Scope":
    """Return `scope` with the ids of which some were given by their beginnings.

    Raises:
        NotFoundError: no id begins so.
        RequestError: several do.
    """
    from dataclasses import replace  # noqa: PLC0415

    ids = [
        given if _is_whole(given) else (await _find(service, scope.collection, given)).document_id
        for given in scope.document_ids
    ]
    return replace(scope, document_ids=tuple(ids))


def _is_whole(given: str) -> bool:
    import re  # noqa: PLC0415

    return re.fullmatch("doc_[0-9a-f]{24}", given) is not None


async def _find(service: "Service", collection: "CollectionName", given: str) -> "DocumentRecord":
    """Return the document with this id, or the only one whose id begins so."""
    from core.errors import NotFoundError, RequestError  # noqa: PLC0415
    from core.ids import DocumentId  # noqa: PLC0415

    if _is_whole(given):
        return await service.document(collection, DocumentId(given))
    documents = await all_documents(service, collection)
    found = [d for d in documents if d.document_id.startswith(given)]
    if len(found) > 1:
        raise RequestError(f"{len(found)} documents have ids that begin with {given!r}")
    if not given or not found:
        raise NotFoundError("document", given, hint="`ibid documents list` shows what there is")
    return found[0]


def _show_record(record: "DocumentRecord", *, as_json: bool) -> int:
    from cli.documents_view import document_view  # noqa: PLC0415
    from cli.terminal import show, write_json  # noqa: PLC0415
    from serve.wire import document_json  # noqa: PLC0415

    if as_json:
        write_json(document_json(record))
    else:
        show(document_view(record))
    return DONE


def _show_text(document: "DocumentId", span: "Span", text: str, *, as_json: bool) -> int:
    from cli.terminal import write_json, write_text  # noqa: PLC0415
    from serve.wire import TextSlice  # noqa: PLC0415

    if as_json:
        write_json(TextSlice(document_id=document, start=span.start, end=span.end, text=text))
    else:
        write_text(text)
    return DONE
