"""A routing policy over answers that were recorded both ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from core.errors import RequestError
from eval.metrics.routing import Routed, against, by_route, escalations
from eval.metrics.scores import Unscored
from eval.runner.recorded import MODES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from eval.metrics.routing import Against, Escalations, RouteMeans
    from eval.metrics.scores import CaseId
    from eval.runner.cases import Run

ROUTING = "routing.json"
"""What a policy brought, in the directory of its run."""
_RIGHT = ("judged_correct", "token_f1")
"""What says that an answer is right: the first that is known of any question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """What a policy brought, beside going one way always."""

    score: str
    """The metric that tells which answers are right."""
    routes: Mapping[str, RouteMeans]
    against_retrieval: Against
    against_long_context: Against
    escalations: Escalations


def read_routes(path: Path) -> dict[str, str]:
    """Return the strategy of each question: of answers of ours, or of `{"id", "route"}` lines.

    Raises:
        RequestError: a line says none; names it.
    """
    routes: dict[str, str] = {}
    try:
        with path.open("rb") as file:
            for number, given in enumerate(file, start=1):
                identity, route = _route(path, number, given)
                routes[identity] = MODES.get(route, route)
    except OSError as error:
        raise RequestError(f"{path} cannot be read: {error.strerror}") from error
    return routes


def routing_of(routed: Run, *, retrieval: Run, long_context: Run) -> Routing:
    """Return what `routed` brought beside runs of the same questions that go one way always."""
    runs = (routed, retrieval, long_context)
    score = next((name for name in _RIGHT if _is_known(routed, name)), _RIGHT[-1])
    ours, short, long = (_routed(run, score) for run in runs)
    return Routing(
        score=score,
        routes=by_route(ours),
        against_retrieval=against(ours, short),
        against_long_context=against(ours, long),
        escalations=escalations(ours, retrieval=short, long_context=long),
    )


def _route(path: Path, number: int, given: bytes) -> tuple[str, str]:
    try:
        line = orjson.loads(given)
        if "route" in line:
            return str(line["id"]), str(line["route"])
        return str(line["id"]), str(line["answer"]["route"]["strategy"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise RequestError(
            f'{path}, line {number}: has no route; {{"id", "route"}} or an answer is needed'
        ) from error


def _is_known(run: Run, name: str) -> bool:
    return any(not isinstance(case.scores[name], Unscored) for case in run.cases())


def _routed(run: Run, score: str) -> dict[CaseId, Routed]:
    return {
        case.id: Routed.of(run.outcome(case.id).answer, case.scores[score]) for case in run.cases()
    }
