"""Questions by what they have in common: type, document, length, language, answerable."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from eval.metrics.mean import means

if TYPE_CHECKING:
    from eval.metrics.mean import Mean
    from eval.metrics.scores import CaseId, Rows, Unscored

Facets: TypeAlias = Mapping[str, str | tuple[str, ...]]
"""What is said of a question, such as `{"type": "numeric", "document": ("a", "b")}`."""

NOT_SAID = "(not said)"
_BANDS = ((8_192, "up to 8K"), (32_768, "8K to 32K"), (131_072, "32K to 128K"))


@dataclass(frozen=True, slots=True, order=True)
class Slice:
    """The questions of which one thing is said."""

    facet: str
    value: str


def slices(facets: Mapping[CaseId, Facets]) -> dict[Slice, list[CaseId]]:
    """Return the questions of every slice, both in order.

    Every question is in a slice of every facet that is said of any: of `NOT_SAID` where nothing is
    said of it, in several where several values are.
    """
    names = sorted({name for each in facets.values() for name in each})
    found: defaultdict[Slice, list[CaseId]] = defaultdict(list)
    for case in sorted(facets):
        for name in names:
            said = facets[case].get(name, ())
            values = (said,) if isinstance(said, str) else said
            for value in dict.fromkeys(values or (NOT_SAID,)):
                found[Slice(name, value)].append(case)
    return dict(sorted(found.items()))


def sliced_means(
    rows: Rows, facets: Mapping[CaseId, Facets]
) -> dict[Slice, dict[str, Mean | Unscored]]:
    """Return `means` of every slice; raises `ValueError` as they do."""
    return {each: means(rows, cases) for each, cases in slices(facets).items()}


def length_band(tokens: int) -> str:
    """Return how long what a question is about is, for a slice: `up to 8K`, … `over 128K`."""
    return next((name for most, name in _BANDS if tokens <= most), "over 128K")
