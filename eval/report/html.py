"""`report.html`: one page with everything in it, that asks nothing of any network."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval.report import written
from eval.report.entries import Opened, detail_of, row_of
from eval.report.figures import label
from eval.report.judged import judges_told
from eval.report.noticed import noticed, told_noticed
from eval.report.plots.canvas import whisker
from eval.report.plots.plots import plots_of
from eval.report.table import taken_of
from eval.report.worst import badness, can_fail
from serve.wire import to_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from eval.report.values import MetricRow, Report
    from eval.runner.cases import Run

_HERE = Path(__file__).parent / "page"
_STYLES = ("base.css", "parts.css", "cases.css")
_SCRIPTS = ("elements.js", "cases.js", "list.js", "case.js", "page.js")
_BLOCK = 50
"""Cases that are parsed together when one of them is opened."""
_BUFFERED = 8
"""Pieces of the page that are written at once."""
# Inside a script element only these could end it, open a comment, or end a line of JSON in old
# engines: https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
_ESCAPED = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}


def write_page(report: Report, run: Run, path: Path, *, baseline: Run | None = None) -> None:
    """Write the page of `report` to `path`; the cases are read from `run`, one at a time.

    All text of suites, documents and models is data in it: escaped, and shown as text only.
    `path` is replaced when the page is whole.
    """
    style, script = _joined(_STYLES), _joined(_SCRIPTS)
    page = _environment().get_template("page.html")
    stream = page.stream(
        report=report,
        plots=plots_of(report),
        tiles=sorted(
            (row for row in report.metrics if row.name in report.key_metrics),
            key=lambda row: report.key_metrics.index(row.name),
        ),
        families=_families(report.metrics),
        noticed=told_noticed(report),
        judges=judges_told(
            (row for row in report.metrics if row.figure.value is not None), report.judges
        ),
        policy=_policy(style, script),
        style=Markup(style),  # noqa: S704 - ours
        script=Markup(script),  # noqa: S704 - ours
        meta=script_json(_meta(report)),
        blocks=_blocks(report, run, baseline),
    )
    stream.enable_buffering(_BUFFERED)
    beside = path.with_name(path.name + ".part")
    with beside.open("w", encoding="utf-8") as file:
        file.writelines(stream)
    beside.replace(path)


def script_json(value: object) -> Markup:
    """Return `value` as JSON that nothing of it ends the script element around."""
    return Markup(to_bytes(value).decode().translate(_ESCAPED))  # noqa: S704 - escaped


def _blocks(report: Report, run: Run, baseline: Run | None) -> Iterator[tuple[Markup, Markup]]:
    """Yield the rows and the details of some cases after another."""
    metrics = [row.name for row in report.metrics]
    facets = _facets(report)
    cases = _opened(report, run, baseline)
    while block := list(islice(cases, _BLOCK)):
        yield (
            script_json([row_of(each, metrics=metrics, facets=facets) for each in block]),
            script_json([detail_of(each) for each in block]),
        )


def _opened(report: Report, run: Run, baseline: Run | None) -> Iterator[Opened]:
    flips = {flip.id: flip for flip in report.against.flips} if report.against else {}
    for case in run.cases():
        outcome = run.outcome(case.id)
        flip = flips.get(case.id)
        yield Opened(
            case=case,
            answer=outcome.answer,
            error=case.error or outcome.error,
            badness=badness(taken_of(case, outcome.answer), case.scores, report.key_metrics),
            flip=flip,
            before=baseline.outcome(case.id).answer if flip and baseline else None,
        )


def _meta(report: Report) -> dict[str, object]:
    """Return what the script knows of the run as a whole."""
    return {
        "cases": report.cases,
        "block": _BLOCK,
        "headline": report.headline,
        "metrics": [
            {
                "name": row.name,
                "label": label(row.name),
                "family": row.family,
                "better": row.better,
                "unit": row.unit,
                "can_fail": can_fail(row.name),
            }
            for row in report.metrics
        ],
        "facets": _facets(report),
        "compared": report.against is not None,
    }


def _facets(report: Report) -> list[str]:
    return list(dict.fromkeys(row.facet for row in report.slices))


def _families(rows: Iterable[MetricRow]) -> dict[str, list[MetricRow]]:
    found: dict[str, list[MetricRow]] = {}
    for row in rows:
        found.setdefault(row.family, []).append(row)
    return found


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _joined(names: tuple[str, ...]) -> str:
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = cast("dict[str, Callable[..., str]]", environment.filters)
    filters.update(
        written=written.written,
        interval=written.interval,
        apart=written.apart,
        moment=written.moment,
        signed=written.signed,
        probability=written.probability,
        counted=written.counted,
        line=written.one_line,
        label=label,
        noticed=noticed,
        cut=written.cut,
    )
    cast("dict[str, Callable[..., str]]", environment.globals).update(whisker=whisker)
    return environment
