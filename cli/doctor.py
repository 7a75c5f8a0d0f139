"""`ibid doctor`: how ibid is set up, and whether it works."""

from typing import TYPE_CHECKING, NoReturn

from cli.options import Json
from cli.run import DONE, FAILED, run

if TYPE_CHECKING:
    from core.settings import Settings


def doctor(*, as_json: Json = False) -> NoReturn:
    """Show settings, versions, store and models.

    Every setting comes with where it is from; secrets are never shown.
    """

    async def work(settings: "Settings") -> int:
        from cli.diagnosis import diagnose  # noqa: PLC0415 - `--help` needs none of it
        from cli.terminal import show, write_json  # noqa: PLC0415

        found = await diagnose(settings)
        if as_json:
            write_json(found)
        else:
            from cli.diagnosis_view import diagnosis_view  # noqa: PLC0415

            show(diagnosis_view(found))
        return FAILED if found.store.wrong else DONE

    run(work, as_json=as_json)
