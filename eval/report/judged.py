"""How far judges agree with people, in words that stand beside their scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.report.figures import label
from eval.report.written import interval, one_line, signed, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from eval.report.values import Agreement, MetricRow


def judges_told(
    rows: Iterable[MetricRow], agreements: Sequence[Agreement]
) -> list[tuple[str, bool]]:
    """Return a line for every judge of `rows`, and whether it was ever compared with people."""
    metrics: dict[str, list[str]] = {}
    for row in rows:
        if row.judge:
            metrics.setdefault(row.judge, []).append(label(row.name))
    return [
        (
            f"{one_line(judge)} ({', '.join(names)}): {_told(judge, agreements)}",
            _known(judge, agreements),
        )
        for judge, names in metrics.items()
    ]


def _known(judge: str, agreements: Sequence[Agreement]) -> bool:
    return any(each.judge == judge for each in agreements)


def _told(judge: str, agreements: Sequence[Agreement]) -> str:
    found = [_agreement(each) for each in agreements if each.judge == judge]
    return "; ".join(found) or "never compared with people, take its scores with care"


def _agreement(each: Agreement) -> str:
    kappa = "–" if each.kappa.value is None else f"{each.kappa.value:.2f}"
    return (
        f"agrees with people in {written(each.agreement.value, 'share')} "
        f"({interval(each.agreement, 'share')}), kappa {kappa}, bias "
        f"{signed(each.bias.value, 'share')}, on {each.n:,} of {one_line(each.data)}"
    )
