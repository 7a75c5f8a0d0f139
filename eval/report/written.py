"""Numbers and words as a reader sees them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eval.metrics.catalog import Unit
    from eval.report.numbers import Figure

NOTHING = "–"
_MINUS = "\N{MINUS SIGN}"
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)[\d:.]*(?:Z|\+00:00)$")
# Control characters move a terminal's cursor, bidirectional ones reorder what stands beside them.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def written(value: float | None, unit: Unit) -> str:
    """Return a value in its unit: `91.4 %`, `1,204`, `$0.0042`, `1.24 s`."""
    if value is None:
        return NOTHING
    match unit:
        case "share":
            return f"{100 * value:.1f} %"
        case "usd":
            return _dollars(value)
        case "ms":
            return f"{value:.0f} ms" if abs(value) < 1_000 else f"{value / 1_000:,.2f} s"
        case "tokens":
            return f"{value:,.0f}"
        case "calls":
            return f"{value:,.2f}"


def interval(figure: Figure, unit: Unit) -> str:
    """Return the ends of an interval of a mean: `88.6–93.6`."""
    if figure.low is None or figure.high is None:
        return NOTHING
    return "–".join(written(end, unit).removesuffix(" %") for end in (figure.low, figure.high))


def apart(low: float | None, high: float | None, unit: Unit) -> str:
    """Return the ends of an interval of a difference: `−3.2 to +1.2`."""
    if low is None or high is None:
        return NOTHING
    return f"{signed(low, unit)} to {signed(high, unit)}"


def signed(difference: float | None, unit: Unit) -> str:
    """Return a difference with its sign; of shares in percentage points."""
    if difference is None:
        return NOTHING
    size = written(abs(difference), unit).removesuffix(" %")
    if not any(digit in "123456789" for digit in size):
        return f"±{size}"
    return f"{'+' if difference > 0 else _MINUS}{size}"


def probability(p: float | None) -> str:
    """Return a p as papers have it: `.034`, `<.001`."""
    if p is None:
        return NOTHING
    return "<.001" if p < 0.001 else f"{p:.3f}".removeprefix("0")


def moment(told: str) -> str:
    """Return a time of ISO 8601 in UTC to the minute; what is none as it is."""
    found = _MOMENT.match(told)
    return f"{found[1]} {found[2]} UTC" if found else one_line(told)


def counted(count: int, noun: str) -> str:
    """Return `1 case`, `2 cases`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def one_line(text: str) -> str:
    """Return text of a suite or a document on one line, without what would steer a terminal."""
    return " ".join(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split())).split())


def cut(text: str, most: int) -> str:
    """Return `text` on one line, at most `most` characters of it."""
    line = one_line(text)
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _dollars(value: float) -> str:
    if value == 0 or abs(value) >= 1:
        return f"${value:,.2f}"
    return f"${value:.2g}" if abs(value) >= 0.0001 else f"${value:.1e}"
