"""How ibid is set up on this machine."""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from pydantic import SecretStr

from cli.connect import find_server, open_service
from cli.diagnosis_models import LearnedState, ModelsState, learned_state, models_state
from cli.documents import all_documents
from cli.unkept import NoRecords
from core.clock import SystemClock
from core.errors import IbidError, NothingIngestedError
from core.models import Models
from core.nim.health import Health
from core.settings import origins
from core.urls import without_password
from serve.engine import Engine

if TYPE_CHECKING:
    from pathlib import Path

    from core.settings import Settings
    from serve.service import Service

_PACKAGES = (
    "ibid",
    "qdrant-edge-py",
    "qdrant-client",
    "langchain-nvidia-ai-endpoints",
    "openai",
    "onnxruntime",
    "llama-index-core",
    "pypdfium2",
    "kreuzberg",
    "fastapi",
    "uvicorn",
)
_BLOCK = 512
"""What `st_blocks` counts, whatever the file system's own blocks are."""
_IN_CLEAR = "the key goes over the network unencrypted; let QDRANT_URL begin with https://"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingState:
    """A setting, and where it is from."""

    value: str
    """`set` or `not set` for a secret."""
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionState:
    """What is in a collection."""

    name: str
    embedder: str
    documents: int
    chunks: int
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreState:
    """Where everything is kept, and whether it opens."""

    kind: str
    """`embedded` or `server`."""
    place: str
    through: str | None
    """The running server that it was reached through."""
    wrong: str
    """Why it does not open; empty: it does."""
    warning: str
    """What is not as it should be although it opens; empty: nothing."""
    collections: tuple[CollectionState, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskState:
    """The disk of the data directory, in bytes."""

    data_dir: str
    used_bytes: int
    free_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """How ibid is set up on this machine."""

    python: str
    platform: str
    packages: dict[str, str]
    settings: dict[str, SettingState]
    store: StoreState
    models: ModelsState
    learned: tuple[LearnedState, ...]
    """What calls have taught of models."""
    learned_unread: str
    """Why that cannot be read; empty: it can."""
    disk: DiskState


async def diagnose(settings: Settings) -> Diagnosis:
    """Return how ibid is set up; nothing is created and no secret is in it."""
    store, health, unread = await _store(settings)
    return Diagnosis(
        python=platform.python_version(),
        platform=platform.platform(),
        packages={name: _version(name) for name in _PACKAGES},
        settings=_settings(settings),
        store=store,
        models=models_state(
            settings,
            Models(settings, NoRecords()),
            health=health,
            embedders=[collection.embedder for collection in store.collections],
        ),
        learned=tuple(map(learned_state, health.known)) if health else (),
        learned_unread=unread,
        disk=_disk(settings.data_dir.absolute()),
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _settings(settings: Settings) -> dict[str, SettingState]:
    found = origins(settings)
    return {
        name: SettingState(value=_shown(name, getattr(settings, name)), origin=origin)
        for name, origin in found.items()
    }


def _shown(name: str, value: object) -> str:
    if isinstance(value, SecretStr):
        return "set" if value.get_secret_value() else "not set"
    if value is None:
        return ""
    return without_password(str(value)) if name.endswith("_url") else str(value)


async def _store(settings: Settings) -> tuple[StoreState, Health | None, str]:
    """Return how the store is, what it knows of models, and why that cannot be read."""
    server = await find_server(settings)
    through = server.lease.url if server else None
    if server:
        await server.close()
    collections: tuple[CollectionState, ...] = ()
    wrong, health, unread = "", None, ""
    try:
        async with open_service(settings) as service:
            collections = await _collections(service)
            if isinstance(service, Engine):
                health = Health(service.records, clock=SystemClock())
                await health.refresh()
            else:
                unread = f"the server at {through} holds the store"
    except NothingIngestedError:
        pass
    except IbidError as error:
        wrong = unread = str(error)
    state = StoreState(
        kind="server" if settings.qdrant_url else "embedded",
        place=without_password(settings.qdrant_url) or str(settings.data_dir.absolute()),
        through=through,
        wrong=wrong,
        warning=_IN_CLEAR if _is_key_sent_in_clear(settings) else "",
        collections=collections,
    )
    return state, health, unread


def _is_key_sent_in_clear(settings: Settings) -> bool:
    """Tell whether the key of the store leaves this machine unencrypted."""
    scheme, _, rest = settings.qdrant_url.partition("://")
    host = rest.rpartition("@")[2]
    near = host.startswith(("localhost", "127.", "[::1]"))
    return bool(settings.qdrant_api_key.get_secret_value()) and scheme == "http" and not near


async def _collections(service: Service) -> tuple[CollectionState, ...]:
    found: list[CollectionState] = []
    for collection in await service.collections():
        documents = await all_documents(service, collection.name)
        found.append(
            CollectionState(
                name=collection.name,
                embedder=collection.embedder,
                documents=len(documents),
                chunks=sum(document.chunks for document in documents),
                tokens=sum(document.tokens for document in documents),
            )
        )
    return tuple(found)


def _disk(data_dir: Path) -> DiskState:
    there = next(path for path in (data_dir, *data_dir.parents) if path.exists())
    return DiskState(
        data_dir=str(data_dir),
        used_bytes=sum(_size(path) for path in data_dir.rglob("*")),
        free_bytes=shutil.disk_usage(there).free,
    )


def _size(path: Path) -> int:
    """Return what a file takes on the disk: the engine's are large and mostly holes."""
    try:
        return path.stat().st_blocks * _BLOCK if path.is_file() else 0
    except OSError:  # a server may remove what was just listed
        return 0
