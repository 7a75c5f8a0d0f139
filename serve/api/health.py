"""Is it alive, and can it answer?"""

from __future__ import annotations

from fastapi import APIRouter, Response

from serve.api.access import Through
from serve.api.replies import json_reply
from serve.wire import ALIVE, Readiness

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> Response:
    """Answer at once, whatever else goes on."""
    return json_reply(ALIVE)


@router.get("/readyz", responses={200: {"model": Readiness}})
async def ready(through: Through) -> Response:
    """Tell of each dependency whether it works; 503 where one does not."""
    found = await through.service.check()
    checks = {name: wrong or "ok" for name, wrong in found.items()}
    works = not any(found.values())
    return json_reply(
        Readiness(status="ready" if works else "not ready", checks=checks),
        status=200 if works else 503,
    )
