"""Measures everything and fills the README's table: `python -m bench --data DIR [NAME …]`."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from bench.rows import fill_readme

MEASUREMENTS = ("retrieval", "reader", "evaluation", "ingestion", "latency", "store", "nim")
CITATIONS = ("support", "citations", "conflict", "spans")
"""How well claims and citations are checked."""
ROUTING = ("lara", "whole", "long_context")
"""How well the context of an answer is chosen, and how much of it can be read."""
BESIDE_PEERS = ("embedding", "nim_embedding")
"""Measured by `make bench-peers`, which installs the peers."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    named = MEASUREMENTS + CITATIONS + ROUTING
    parser.add_argument("names", nargs="*", help=f"of {', '.join(named)}; none: all")
    parser.add_argument("--data", type=Path, required=True, help="the development data")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(named):
        parser.error(f"no measurement {sorted(unknown)}; there are {', '.join(named)}")
    failed = [n for n in arguments.names or named if not _measure(n, arguments.data)]
    fill_readme(named + BESIDE_PEERS)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


def _measure(name: str, data: Path) -> bool:
    """Run one measurement in a process of its own, so that none weighs on the next."""
    print(f"\n## {name}", flush=True)
    command = [sys.executable, "-m", f"bench.{name}", "--data", str(data)]
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603


main()
