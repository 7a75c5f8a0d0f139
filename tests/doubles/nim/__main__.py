"""`python -m tests.doubles.nim`: the stand-in by hand, until it is interrupted."""

from __future__ import annotations

import argparse
import sys
import time

from core.clock import SystemClock
from tests.doubles.clock import ScaledClock
from tests.doubles.nim.conditions import Conditions
from tests.doubles.nim.log import Asked, Ending
from tests.doubles.nim.standin import NimStandin


def main() -> None:
    given = _arguments()
    conditions = Conditions(
        requests_per_minute=given.requests_per_minute,
        latency_s=given.latency_ms / 1000,
        chunk_s=given.chunk_ms / 1000,
        faults=given.faults,
        seed=given.seed,
    )
    clock = SystemClock() if given.speed == 1 else ScaledClock(given.speed)
    with NimStandin(conditions, clock=clock, port=given.port) as nim:
        _say(f"export NVIDIA_BASE_URL={nim.url}")
        _say("export NVIDIA_API_KEY=nvapi-standin  # any will do")
        try:
            _report(nim)
        except KeyboardInterrupt:
            _say(f"{len(nim.log)} requests")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.doubles.nim", description=__doc__)
    parser.add_argument("--port", type=int, default=8900)
    parser.add_argument("--faults", type=float, default=0.0, help="share of requests, 0 to 1")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--requests-per-minute", type=int, default=None)
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--chunk-ms", type=float, default=0.0, help="between pieces of a stream")
    parser.add_argument("--speed", type=float, default=1.0, help="its seconds in one of yours")
    return parser.parse_args()


def _report(nim: NimStandin) -> None:
    shown = 0
    while True:
        time.sleep(0.2)
        for asked in nim.log.requests[shown:]:
            if asked.ending is Ending.OPEN:
                break
            _say(_line(asked))
            shown += 1


def _line(asked: Asked) -> str:
    notes = [asked.fault, "" if asked.ending is Ending.SENT else asked.ending.value]
    said = ", ".join(filter(None, notes))
    parts = [str(asked.status or "---"), asked.method, asked.path, asked.model]
    return " ".join(filter(None, [*parts, said and f"({said})"]))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
