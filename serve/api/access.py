"""What the routes work with, and who calls them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from core.ids import CollectionName
from serve.jobs import Jobs
from serve.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The service behind the routes and the limits before it."""

    service: Service
    jobs: Jobs
    token: str
    """Whoever bears it may name files of this machine."""
    max_file_bytes: int


def _access(request: Request) -> Access:
    return cast("Access", request.app.state.access)


def _collection(collection: str) -> CollectionName:
    return CollectionName(collection)


def _owner(request: Request) -> bool:
    return bool(request.scope.get(OWNER))


OWNER = "ibid.owner"
"""In the scope of a request that bore the token."""

Through = Annotated[Access, Depends(_access)]
InCollection = Annotated[CollectionName, Depends(_collection)]
IsOwner = Annotated[bool, Depends(_owner)]
