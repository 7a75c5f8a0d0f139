from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rich.console import Console

from cli.diagnosis import Diagnosis, diagnose
from cli.diagnosis_models import learned_state
from cli.diagnosis_view import diagnosis_view
from core.nim.health import ModelHealth
from core.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

NOON = "2026-11-21T12:00:00.123456+00:00"
HOSTED, MINE = "https://hosted.example/v1", "http://127.0.0.1:1/v1"


async def _told(data_dir: Path, *known: ModelHealth) -> list[str]:
    """Return the lines about what was learned."""
    found: Diagnosis = await diagnose(Settings(data_dir=data_dir))
    console = Console(width=100, no_color=True)
    with console.capture() as printed:
        console.print(diagnosis_view(replace(found, learned=tuple(map(learned_state, known)))))
    lines = [" ".join(line.split()) for line in printed.get().splitlines()]
    first = lines.index("Learned of models") + 1
    return lines[first : lines.index("", first)]


async def test_every_fact_has_a_line(data_dir: Path) -> None:
    model = ModelHealth(
        base_url=HOSTED,
        model="x/y",
        retired_at=NOON,
        retired_because="410: it has reached its end of life",
        window=131_072,
        window_at=NOON,
        refused=("seed", "stop"),
        refused_at=NOON,
        open_until=NOON,
        ratios={"en": (1.2,), "de": (1.0,)},
    )

    assert await _told(data_dir, model) == [
        "x/y gone (410) since 2026-11-21 12:00 UTC",
        "takes 131,072 tokens, since 2026-11-21 12:00 UTC",
        "takes no seed, stop, since 2026-11-21 12:00 UTC",
        "failed too often; let alone until 2026-11-21 12:00 UTC",
        "tokens are estimated × 1.26 (en)",
    ]


async def test_the_endpoint_is_told_where_there_are_several(data_dir: Path) -> None:
    models = [
        ModelHealth(base_url=url, model="x/y", refused=("n",), refused_at=NOON)
        for url in (HOSTED, MINE)
    ]

    assert [line.partition(" takes")[0] for line in await _told(data_dir, *models)] == [
        f"x/y at {HOSTED}",
        f"x/y at {MINE}",
    ]


async def test_a_model_of_which_nothing_is_known_any_more_is_not_named(data_dir: Path) -> None:
    assert await _told(data_dir, ModelHealth(base_url=HOSTED, model="x/y")) == ["nothing yet"]
