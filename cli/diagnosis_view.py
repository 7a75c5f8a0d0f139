"""A diagnosis as it looks in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

    from cli.diagnosis import Diagnosis, StoreState
    from cli.diagnosis_models import LearnedState, ModelsState, WhoState


def diagnosis_view(found: Diagnosis) -> Group:
    """Return how ibid is set up, part by part."""
    return Group(
        *_part("Store", _store(found.store)),
        *_part("Models", _models(found.models)),
        *_part("Learned of models", _learned(found)),
        *_part(
            "Disk",
            [
                ("data directory", Text(found.disk.data_dir)),
                (
                    "used, free",
                    Text(f"{_size(found.disk.used_bytes)}, {_size(found.disk.free_bytes)}"),
                ),
            ],
        ),
        *_part(
            "Settings",
            [
                (name, Text.assemble(state.value or "–", (f"  {state.origin}", "dim")))
                for name, state in found.settings.items()
            ],
        ),
        *_part(
            "Versions",
            [
                ("Python", Text(f"{found.python} on {found.platform}")),
                *((name, Text(version)) for name, version in found.packages.items()),
            ],
        ),
    )


def _store(store: StoreState) -> Iterable[tuple[str, Text]]:
    yield store.kind, Text(store.place)
    if store.through:
        yield "held by", Text(f"the server at {store.through}, which was asked")
    yield "state", Text(store.wrong, style="red") if store.wrong else Text("ok", style="green")
    if store.warning:
        yield "warning", Text(store.warning, style="yellow")
    for collection in store.collections:
        yield (
            f"  {collection.name}",
            Text(
                f"{counted(collection.documents, 'document')}, "
                f"{counted(collection.chunks, 'chunk')}, "
                f"{counted(collection.tokens, 'token')}; {collection.embedder}"
            ),
        )
    if not store.collections and not store.wrong:
        yield "", Text("nothing has been ingested yet; `ibid ingest PATH…` first", style="dim")


def _models(models: ModelsState) -> Iterable[tuple[str, Text]]:
    if models.wrong:
        yield "wrong", Text(models.wrong, style="red")
    else:
        yield "answering", _who(models.answering, nobody="no model: sentences are quoted")
        yield "embedding", _who(models.embedding, nobody="no model")
        yield "reranking", _who(models.reranking, nobody="no model")
        for licence in models.licences:
            yield "licence", Text(licence, style="yellow")
        for path, size in models.built.items():
            yield "built", Text(f"{path} ({_size(size)})")
        for name, state in models.keys.items():
            yield "key", Text(f"{name} is {state}")
        for endpoint in models.endpoints:
            yield "endpoint", Text(endpoint)
    limits = models.limits
    yield (
        "limits",
        Text(
            f"{limits.requests_per_minute} requests a minute and {limits.at_once} at once where "
            f"there is a key, shared by {limits.shared_with}; {limits.timeout_s:g} s for a question"
        ),
    )
    yield "", Text("`ibid doctor --probe` asks them all whether they are alive", style="dim")


def _who(who: WhoState, *, nobody: str) -> Text:
    first, *others = who.asked or (nobody,)
    return Text.assemble(
        (first, "bold" if who.asked else ""),
        f", then {', '.join(others)}" if others else "",
        (f" ({who.because})", "dim"),
    )


def _learned(found: Diagnosis) -> Iterable[tuple[str, Text]]:
    places = {known.base_url for known in found.learned}
    told = [(known, list(_facts(known))) for known in found.learned]
    for known, facts in told:
        place = f" at {known.base_url}" if len(places) > 1 else ""
        if facts:
            yield f"{known.model}{place}", Text("\n").join(facts)
    if found.learned_unread:
        yield "", Text(f"not known: {found.learned_unread}", style="dim")
    elif not any(facts for _, facts in told):
        yield "", Text("nothing yet", style="dim")


def _facts(known: LearnedState) -> Iterable[Text]:
    if known.retired_at:
        status = known.retired_because.partition(":")[0]
        yield Text(f"gone ({status}) since {_minute(known.retired_at)}", style="yellow")
    if known.window:
        yield Text(f"takes {counted(known.window, 'token')}, since {_minute(known.window_at)}")
    if known.refused:
        yield Text(f"takes no {', '.join(known.refused)}, since {_minute(known.refused_at)}")
    if known.open_until:
        yield Text(f"failed too often; let alone until {_minute(known.open_until)}", style="yellow")
    for language, factor in known.calibration.items():
        if factor != 1:
            yield Text(f"tokens are estimated × {factor:g} ({language})")


def _minute(moment: str | None) -> str:
    """Return a moment to the minute, in UTC."""
    return f"{moment[:16].replace('T', ' ')} UTC" if moment else "?"


def _part(title: str, rows: Iterable[tuple[str, Text]]) -> tuple[RenderableType, RenderableType]:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in rows:
        grid.add_row(name, value)
    return Text(title, style="bold"), Padding(grid, (0, 0, 1, 2))


def _size(count: int) -> str:
    value, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
