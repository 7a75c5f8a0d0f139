"""The numbers of a report: means with their intervals, and what its plots show."""

from dataclasses import dataclass, field
from typing import Annotated, TypeAlias

from pydantic import AllowInfNan, ConfigDict, with_config

Number: TypeAlias = Annotated[float, AllowInfNan(False)]  # noqa: FBT003 - Pydantic's own
described = with_config(ConfigDict(use_attribute_docstrings=True))
"""Has the docstrings of fields stand in the JSON Schema."""


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A mean over questions with its 95 % interval, and what has no score."""

    value: Number | None = None
    """In the unit of its metric, a share from 0 to 1; `None` if no question has a score."""
    low: Number | None = None
    """`None` where there is no interval: a single score that is neither 0 nor 1."""
    high: Number | None = None
    n: int = 0
    """Questions that have a score."""
    unscored: dict[str, int] = field(default_factory=dict[str, int])
    """Questions that have none, by the reason."""
    why: str = ""
    """Why there is no value."""


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Percentiles of a measure, in its unit."""

    p50: Number
    p90: Number
    p95: Number
    p99: Number
    most: Number
    n: int


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationBin:
    """Answers that are about as sure."""

    low: Number
    high: Number
    confidence: Number
    """Their mean."""
    score: Figure
    """How right they are."""


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationCurve:
    """Whether confidence means what it says."""

    bins: tuple[CalibrationBin, ...]
    error: Number
    """The expected calibration error: |confidence less rightness| of the bins, by their answers."""
    bias: Number
    """Mean confidence less mean rightness; above 0: too sure."""
    n: int


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPoint:
    """What is risked if only answers that are at least so sure are given."""

    coverage: Number
    risk: Number
    threshold: Number


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCurve:
    """How the risk grows with the share of questions that are answered."""

    points: tuple[RiskPoint, ...]
    """Surest first; of very many, some 200 that are spread evenly."""
    area: Number
    ideal_area: Number
    """What `area` would be were all right answers surer than all wrong ones."""


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How many values are from `low` up to `high`."""

    low: Number
    high: Number
    count: int


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyCurve:
    """How long questions took, in milliseconds."""

    bars: tuple[Bar, ...]
    """Of equal widths on a logarithmic scale."""
    spread: Spread
