"""`ibid doctor`: how ibid is set up, and whether it works."""

from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.options import Json
from cli.run import DONE, FAILED, IN_PART, run

if TYPE_CHECKING:
    from core.settings import Settings


def doctor(
    *,
    probe: Annotated[
        bool, typer.Option("--probe", help="Ask every model of the catalogue for one token.")
    ] = False,
    as_json: Json = False,
) -> NoReturn:
    """Show settings, versions, store and models.

    Every setting comes with where it is from; secrets are never shown. With --probe the exit code
    is 3 if there is something that no model answers for.
    """

    async def work(settings: "Settings") -> int:
        if probe:
            return await _probe(settings, as_json=as_json)
        return await _diagnose(settings, as_json=as_json)

    run(work, as_json=as_json)


async def _diagnose(settings: "Settings", *, as_json: bool) -> int:
    from cli.diagnosis import diagnose  # noqa: PLC0415 - `--help` needs none of it
    from cli.terminal import show, write_json  # noqa: PLC0415

    found = await diagnose(settings)
    if as_json:
        write_json(found)
    else:
        from cli.diagnosis_view import diagnosis_view  # noqa: PLC0415

        show(diagnosis_view(found))
    return FAILED if found.store.wrong or found.models.wrong else DONE


async def _probe(settings: "Settings", *, as_json: bool) -> int:
    from cli.probe import probe  # noqa: PLC0415
    from cli.probe_view import ProbeProgress, probe_view  # noqa: PLC0415
    from cli.terminal import show, stderr, stdout_table, write_json  # noqa: PLC0415

    with ProbeProgress(stderr()) as progress:
        found = await probe(settings, tell=progress.show)
    if as_json:
        write_json(found)
    else:
        console = stdout_table()
        show(probe_view(found, width=console.width), console)
    return DONE if found.is_served else IN_PART
