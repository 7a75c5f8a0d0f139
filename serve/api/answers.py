"""Answers that were given: shown, and checked again."""

from __future__ import annotations

from fastapi import APIRouter, Response

from core.kept import KeptAnswer, Replay
from serve.api.access import Through
from serve.api.replies import json_reply

router = APIRouter(prefix="/v1/answers", tags=["answers"])


@router.get("/{answer_id}", responses={200: {"model": KeptAnswer}})
async def show_answer(answer_id: str, through: Through) -> Response:
    """Return an answer as it was given, without what it says from documents deleted since."""
    return json_reply(await through.service.kept_answer(answer_id))


@router.post("/{answer_id}/replay", responses={200: {"model": Replay}})
async def replay(answer_id: str, through: Through) -> Response:
    """Check the citations of an answer against today's documents."""
    return json_reply(await through.service.replay(answer_id))
