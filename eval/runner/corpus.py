"""A suite's documents in a collection of their own, and its gold where they have it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from core.errors import RequestError
from core.ids import CollectionName
from eval.runner.documents import StoredDocuments
from eval.suites.evidence import located
from serve.service import IngestRequest, TextSource

if TYPE_CHECKING:
    from eval.runner.cases import Case, GoldEvidence
    from eval.suites.suite import Suite
    from serve.service import Service

_LONGEST = 58
"""Characters of a suite's name in that of its collection."""


def collection_of(suite: Suite) -> CollectionName:
    """Return the name of the collection that a suite's own documents go to."""
    slug = re.sub(r"[^a-z0-9]+", "-", suite.name.lower()).strip("-")[:_LONGEST]
    return CollectionName(f"eval-{slug or 'suite'}")


def ingestion_of(suite: Suite) -> IngestRequest:
    """Return the request that reads a suite's documents; unchanged ones cost nothing."""
    return IngestRequest(
        collection=collection_of(suite),
        paths=[str(each.path) for each in suite.documents if each.path],
        texts=[
            TextSource(text=each.text or "", id=each.id, title=each.title, metadata=each.metadata)
            for each in suite.documents
            if each.path is None
        ],
    )


async def forget_others(service: Service, suite: Suite) -> None:
    """Delete what a suite's own collection has and the suite has not, or no longer."""
    collection = collection_of(suite)
    documents = await StoredDocuments.opened(service, collection, suite)
    wanted = {each.source for each in suite.documents}
    for source, document in documents.sources.items():
        if source not in wanted:
            await service.delete_document(collection, document)


async def with_places(suite: Suite, documents: StoredDocuments) -> Suite:
    """Return `suite` with the spans of evidence of which only the text was given.

    Raises:
        RequestError: evidence does not stand where it says, or names what there is not; names the
            question.
    """
    cases = [await _with_places(case, documents, suite) for case in suite.cases]
    return replace(suite, cases=tuple(cases))


async def _with_places(case: Case, documents: StoredDocuments, suite: Suite) -> Case:
    try:
        evidence = [await _placed(each, documents, suite) for each in case.gold.evidence]
    except RequestError as error:
        raise RequestError(f"question {case.id!r}: {error}") from error
    return replace(case, gold=replace(case.gold, evidence=tuple(evidence)))


async def _placed(evidence: GoldEvidence, documents: StoredDocuments, suite: Suite) -> GoldEvidence:
    document = documents.id_of(evidence.document)
    if document is None:
        if evidence.document in suite.by_id:  # it could not be ingested: nothing can be found in it
            return evidence
        raise RequestError(
            f"evidence names the document {evidence.document!r}, which the collection lacks; "
            f"give its id, source, file name or title"
        )
    if pages := [page for page in evidence.pages if page > documents.page_count(document)]:
        raise RequestError(
            f"evidence is on page {pages[0] - 1} (from 0) of {evidence.document!r}, which has "
            f"{documents.page_count(document)}"
        )
    known = evidence.document in suite.by_id and suite.by_id[evidence.document].is_plain
    wanted = evidence.span is not None or (evidence.text and not evidence.pages)
    if known or not wanted:
        return evidence
    text = await documents.text(document)
    return evidence if text is None else located(evidence, text)
