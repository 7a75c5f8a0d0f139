"""The HNSW build, in a process of its own: the engine's `optimize` holds the GIL to its end.

This file is also the program of that process, run by its path; it imports nothing of ours.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from qdrant_edge import EdgeShard, FloatIndexParams, KeywordIndexParams, UpdateOperation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FIELD_INDEXES = {
    "keyword": KeywordIndexParams(on_disk=True),
    "float": FloatIndexParams(on_disk=True),
}
"""The index that serves each kind of metadata value; in memory, it would be read at every load."""

_NICENESS = 10
"""Questions that are answered meanwhile come first."""


async def build(shard: Path, fields: Mapping[str, str]) -> str | None:
    """Optimize a shard that nobody has open, and index `fields` in it; return what failed.

    Args:
        shard: its directory.
        fields: payload paths, and for each `keyword` or `float`.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        __file__,
        str(shard),
        json.dumps(dict(fields)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        process_group=0,  # a Ctrl-C is for us; we end it
    )
    try:
        _, errors = await process.communicate()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if process.returncode == 0:
        return None
    lines = errors.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"the building process ended with {process.returncode}"


def main(shard: str, fields: Mapping[str, str]) -> None:
    """Optimize the shard in a directory."""
    os.nice(_NICENESS)
    engine = EdgeShard.load(shard)
    for path, kind in fields.items():
        engine.update(UpdateOperation.create_field_index(path, FIELD_INDEXES[kind]))
    engine.optimize()
    engine.flush()
    engine.close()


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
