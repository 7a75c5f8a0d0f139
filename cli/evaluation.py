"""`ibid eval`: is it right?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from cli.options import Collection, Json, TopK
from cli.run import run

if TYPE_CHECKING:
    from core.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Measure answers against gold.", rich_markup_mode=None)

_ASKED, _ELSEWHERE, _MEASURED = "How it is asked", "Answers made elsewhere", "What is measured"
_Suite = Annotated[
    Path,
    typer.Argument(metavar="SUITE", help="A directory with questions.jsonl, or a JSONL file."),
]
_Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Where the run goes; one that was cut short goes on."),
]
_Gates = Annotated[
    list[str] | None,
    typer.Option("--gate", metavar="CONDITION", help="citation_recall>=0.9 (repeatable)."),
]
_Baseline = Annotated[
    Path | None, typer.Option(metavar="RUN", help="A run of the same suite to compare with.")
]
_Where = Annotated[
    str,
    typer.Option(
        "--collection",
        "-c",
        metavar="NAME",
        help="Where a suite without documents of its own is asked.",
        rich_help_panel=_ASKED,
    ),
]
_Strategy = Annotated[
    str | None, typer.Option(metavar="NAME", help="As of ask.", rich_help_panel=_ASKED)
]
_Model = Annotated[
    str | None,
    typer.Option(
        metavar="ID",
        help="Who is to answer; of recorded answers, whose count.",
        rich_help_panel=_ASKED,
    ),
]
_Within = Annotated[
    bool,
    typer.Option(
        "--within-document",
        help="Ask each question of the documents only that it is about.",
        rich_help_panel=_ASKED,
    ),
]
_ClosedBook = Annotated[
    bool,
    typer.Option("--closed-book", help="Ask a model without documents.", rich_help_panel=_ASKED),
]
_Limit = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="So many questions only.", rich_help_panel=_ASKED),
]
_AtOnce = Annotated[
    int, typer.Option(min=1, max=64, metavar="N", help="At once.", rich_help_panel=_ASKED)
]
_Recorded = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Score these; ask nothing.", rich_help_panel=_ELSEWHERE),
]
_Way = Annotated[str, typer.Option(metavar="MODE", help="rag or full.", rich_help_panel=_ELSEWHERE)]
_Routes = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="The way of each question, of answers recorded both ways.",
        rich_help_panel=_ELSEWHERE,
    ),
]
_Judge = Annotated[
    bool,
    typer.Option("--judge/--no-judge", help="Ask a model, too.", rich_help_panel=_MEASURED),
]
_Search = Annotated[
    bool,
    typer.Option(
        "--search/--no-search",
        help="Search once more for each question, to rank what is found.",
        rich_help_panel=_MEASURED,
    ),
]


@app.command("run")
def run_suite(  # noqa: PLR0913 - the options of the command
    suite: _Suite,
    *,
    out: _Out = None,
    baseline: _Baseline = None,
    gates: _Gates = None,
    collection: _Where = "default",
    strategy: _Strategy = None,
    top_k: TopK = None,
    model: _Model = None,
    within_document: _Within = False,
    closed_book: _ClosedBook = False,
    limit: _Limit = None,
    concurrency: _AtOnce = 4,
    recorded: _Recorded = None,
    way: _Way = "",
    routes_from: _Routes = None,
    judge: _Judge = True,
    search: _Search = True,
    as_json: Json = False,
) -> NoReturn:
    """Ask a suite, score the answers, and report.

    Exit code 1: a gate is not met; 3: questions are without a result. A run that was cut short asks
    nothing twice.
    """
    asked = {"strategy": strategy, "top_k": top_k, "model": None if recorded else model}
    wished: dict[str, Any] = {"suite": suite, "out": out, "collection": collection, "limit": limit}
    wished |= {"fields": {name: value for name, value in asked.items() if value is not None}}
    wished |= {"within": within_document, "closed_book": closed_book, "at_once": concurrency}
    wished |= {"recorded": recorded, "way": way, "routes": routes_from}
    wished |= {"model": (model or "") if recorded else "", "asks_judge": judge, "searches": search}

    async def work(settings: "Settings") -> int:
        return await _run(settings, wished, gates=gates, baseline=baseline, as_json=as_json)

    run(work, as_json=as_json)


async def _run(
    settings: "Settings",
    wished: dict[str, Any],
    *,
    gates: list[str] | None,
    baseline: Path | None,
    as_json: bool,
) -> int:
    from cli.eval_report import Release, finish  # noqa: PLC0415 - `--help` needs none of it
    from cli.eval_run import Wish, evaluate  # noqa: PLC0415

    release = Release.of(gates or (), baseline)
    found, code = await evaluate(settings, Wish(**wished))
    return finish(found, release, as_json=as_json) or code


@app.command()
def make(
    out: Annotated[Path, typer.Argument(metavar="FILE", help="The suite that is written, JSONL.")],
    *,
    collection: Collection = "default",
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="Questions.")] = 50,
    by_model: Annotated[
        bool, typer.Option("--model/--no-model", help="Let a model draft, if there is one.")
    ] = True,
    as_json: Json = False,
) -> NoReturn:
    """Draft a suite from a collection, to be reviewed by hand.

    Every question has its evidence, verbatim; each line says that it was drafted.
    """

    async def work(settings: "Settings") -> int:
        from cli.eval_make import draft_suite  # noqa: PLC0415 - `--help` needs none of it

        return await draft_suite(
            settings, out, collection=collection, count=count, by_model=by_model, as_json=as_json
        )

    run(work, as_json=as_json)


@app.command()
def compare(
    ours: Annotated[Path, typer.Argument(metavar="RUN", help="The directory of a run.")],
    theirs: Annotated[Path, typer.Argument(metavar="BASELINE", help="That of another.")],
    *,
    gates: _Gates = None,
    as_json: Json = False,
) -> NoReturn:
    """Tell what is better or worse in a run than in a baseline, and which cases flipped."""

    async def work(_: "Settings") -> int:
        from cli.eval_report import Release, show_compared  # noqa: PLC0415
        from eval.runner.cases import load_run  # noqa: PLC0415

        return show_compared(load_run(ours), Release.of(gates or (), theirs), as_json=as_json)

    run(work, as_json=as_json)


@app.command()
def calibrate(
    *,
    data: Annotated[
        Path,
        typer.Option(
            metavar="DIR", help="Has wice/, faithbench/ or judge_calibration/, labelled by people."
        ),
    ],
    judge: Annotated[
        bool, typer.Option("--judge/--no-judge", help="Measure the model that judges, too.")
    ] = True,
    as_json: Json = False,
) -> NoReturn:
    """Measure judges against people; judged scores are then shown with what was found."""

    async def work(settings: "Settings") -> int:
        from cli.eval_calibrate import calibrate_judges  # noqa: PLC0415

        return await calibrate_judges(settings, data, asks=judge, as_json=as_json)

    run(work, as_json=as_json)
