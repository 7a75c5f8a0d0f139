"""The numbers of a table that stand in other rows than the one that a claim names."""

from __future__ import annotations

import re
from bisect import bisect
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serve.answer.verify.accounting.plain import folded
from serve.answer.verify.accounting.words import EMPTY, key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from serve.answer.verify.accounting.amounts import Amount
    from serve.answer.verify.accounting.texts import Text

_ROW = re.compile(
    r"^[ \t]*\|?(?P<label>[^|\n]*)(?P<cells>\|[^\n]*)$(?!\n[ \t]*[|:+-][|:+ \t-]+$)", re.MULTILINE
)
"""A line with bars; one above a rule is the head."""
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table."""

    label: frozenset[str]
    """How the words of its first cell begin."""
    values: frozenset[Decimal]
    """Of the numbers in its other cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The rows of all tables of some texts."""

    rows: tuple[Row, ...]
    beside: frozenset[Decimal]
    """The values of the numbers in no row: in the heads of tables, and around them."""

    @classmethod
    def of(cls, texts: Iterable[Text]) -> Table:
        """Read `texts`; a line without other numbers than years is taken for a head."""
        found: list[Row] = []
        beside: set[Decimal] = set()
        for text in texts:
            lines = _ROW.finditer(text.plain)
            spans = [(line.start("cells"), line.end(), line["label"]) for line in lines]
            cells: list[set[Decimal]] = [set() for _ in spans]
            starts = [start for start, _, _ in spans]
            for amount in text.amounts:
                row = bisect(starts, amount.start) - 1
                is_inside = row >= 0 and amount.start < spans[row][1] and not amount.is_year
                (cells[row] if is_inside else beside).update(_values([amount]))
            labels = [_keys(label) for _, _, label in spans]
            found += [
                Row(label=label, values=frozenset(values))
                for label, values in zip(labels, cells, strict=True)
                if label
            ]
        return cls(rows=tuple(found), beside=frozenset(beside))

    def misplaced(self, said: Text) -> list[Amount]:
        """Return the numbers of a claim that only rows have which it does not name.

        None, where it names no row, or states any number of one that it names: the others may be
        of rows that it has other words for.
        """
        keys = _keys(said.plain) if self.rows else frozenset[str]()
        named = [row for row in self.rows if row.label <= keys]
        named = [row for row in named if not any(row.label < other.label for other in named)]
        theirs = {value for row in named for value in row.values}
        if not theirs or theirs.intersection(_values(said.amounts)):
            return []
        others = {value for row in self.rows if row not in named for value in row.values}
        return [each for each in said.amounts if (others - self.beside) & _values([each])]


def _keys(text: str) -> frozenset[str]:
    found = map(folded, _WORD.findall(text))
    return frozenset(key(word) for word in found if word not in EMPTY)


def _values(amounts: Iterable[Amount]) -> set[Decimal]:
    return {quantity.bare for amount in amounts for quantity in amount.quantities}
