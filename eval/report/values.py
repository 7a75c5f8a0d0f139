"""What a report says: the same values in the terminal, on the page, as JSON and as Markdown.

`report.json` is a `Report`: its fields are those of these classes, by the same names, and
`report.schema.json` is their JSON Schema. New fields may be added; none is renamed or changes what
it means without another `Report.version`.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from eval.metrics.catalog import Better, Unit
from eval.report.numbers import (
    CalibrationCurve,
    Figure,
    LatencyCurve,
    Number,
    RiskCurve,
    Spread,
    described,
)

VERSION = 1
Outcome: TypeAlias = Literal["answered", "abstained", "failed"]
OUTCOMES: tuple[Outcome, ...] = ("answered", "abstained", "failed")
Way: TypeAlias = Literal["better", "worse"]


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How a metric differs from the baseline, over the questions that both have a score for."""

    baseline: Number | None = None
    """The mean of the baseline over the questions that both runs have."""
    difference: Number | None = None
    """Ours minus the baseline's; `None` if no question has both scores."""
    low: Number | None = None
    high: Number | None = None
    p: Number | None = None
    """How likely a difference this large is by chance alone, either way."""
    p_adjusted: Number | None = None
    """The same, adjusted for how many metrics are compared (Holm)."""
    test: Literal["mcnemar", "randomisation"] | None = None
    wins: int = 0
    """Questions that this run scores higher."""
    losses: int = 0
    n: int = 0
    way: Way | None = None
    """What `p_adjusted` below .05 shows; `None`: no difference is shown."""
    why: str = ""
    """Why there is no difference."""


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """One metric over all questions."""

    name: str
    """As in the scores of a case: `recall@5`."""
    family: str
    what: str
    """What its mean says."""
    better: Better
    unit: Unit
    figure: Figure
    detectable: Number | None = None
    """The least difference that another run of as many questions shows with a power of .8; of a
    share 1 at most: then there are too few questions to show any."""
    judge: str = ""
    """Who judged it; empty: it is counted."""
    calibrated: bool = True
    """False: nobody has measured how far its judge agrees with people."""
    change: Change | None = None


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class SliceRow:
    """The questions of which one thing is said, such as those of one type."""

    facet: str
    value: str
    n: int
    figures: dict[str, Figure]
    """By the names of `Report.key_metrics`."""
    stands_out: dict[str, Way] = field(default_factory=dict[str, Way])
    """Metrics whose interval and that of all questions do not overlap."""


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRow:
    """The questions that took one route."""

    route: str
    escalated: int
    """How many of them another strategy was tried on before."""
    share: Figure
    score: Figure
    """Of `Report.headline`."""
    tokens: Figure
    cost_usd: Figure
    latency_ms: Figure
    latencies: Spread | None = None


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class WorstCase:
    """A question that went wrong."""

    id: str
    question: str
    why: str


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A question that was right in one run and wrong in the other, by `Against.flips_by`."""

    id: str
    question: str
    way: Way
    before: str
    after: str


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A condition on the run."""

    condition: str
    """As it was given: `citation_recall>=0.9`."""
    passed: bool
    detail: str
    """What was measured."""
    cases: tuple[str, ...] = ()
    """Questions that fail it, by their ids."""
    questions: tuple[str, ...] = ()
    """What these ask, in the same order."""


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far a judge agrees with people on one set of labels."""

    judge: str
    data: str
    n: int
    agreement: Figure
    kappa: Figure
    bias: Figure


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What was run."""

    suite: str
    mode: str
    started_at: str
    ended_at: str
    ibid_version: str
    suite_hash: str
    config_hash: str
    data_hash: str
    settings: dict[str, str]
    """Their values as text."""
    notes: tuple[str, ...] = ()
    directory: str = ""
    """The name of the run's directory."""


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """The baseline, and how far it can be compared."""

    about: About
    shared: int
    """Questions that both runs have; only these are compared."""
    only_here: int
    only_there: int
    differs: tuple[str, ...]
    """What else is different: the suite, the documents, the configuration with its settings."""
    flips: tuple[Flip, ...]
    """Those that became worse first."""
    flips_by: str = ""
    """The metric that tells right from wrong in both runs; empty: both have scores of none."""


@described
@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run says, whole."""

    version: int = VERSION
    about: About
    counts: dict[Outcome, int]
    """Questions by what became of them."""
    metrics: tuple[MetricRow, ...]
    """In the order of the catalogue."""
    headline: str
    """The metric that says whether an answer is right; empty: none does."""
    key_metrics: tuple[str, ...]
    """Those that slices are shown for."""
    slices: tuple[SliceRow, ...]
    routes: tuple[RouteRow, ...]
    calibration: CalibrationCurve | None = None
    risk: RiskCurve | None = None
    latency: LatencyCurve | None = None
    worst: tuple[WorstCase, ...] = ()
    gates: tuple[Gate, ...] = ()
    judges: tuple[Agreement, ...] = ()
    against: Against | None = None

    @property
    def cases(self) -> int:
        """How many questions there are."""
        return sum(self.counts.values())
