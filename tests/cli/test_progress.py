from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from cli.progress import IngestProgress, summary
from core.ids import CollectionName
from core.records import DocumentCounts, Job, JobProgress, JobState

JOB = Job(
    job_id="job_1",
    state=JobState.RUNNING,
    collection=CollectionName("default"),
    documents=DocumentCounts(total=1234, done=567),
    progress=JobProgress(pages=1, chunks=1, pages_per_s=1234.0, chunks_per_s=2345.0, eta_s=4000.0),
    created_at="",
    updated_at="",
)


@pytest.mark.parametrize("columns", [28, 44, 60, 70, 80, 104, 160])
def test_the_count_is_whole_at_every_width(columns: int) -> None:
    written = StringIO()
    console = Console(file=written, force_terminal=True, width=columns, color_system=None)

    with IngestProgress(console) as progress:
        progress.show(JOB)

    assert "567/1234" in written.getvalue()
    assert ("1:06:40 left" in written.getvalue()) == (columns >= 44)


def test_one_of_a_thing_is_told_in_the_singular() -> None:
    written = StringIO()

    Console(file=written, width=80).print(summary(JOB, seconds=1.0))

    assert "1 page · 1 chunk · 1.0 s" in written.getvalue()
