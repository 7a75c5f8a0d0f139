"""Where values stand on an axis."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol


class Scale(Protocol):
    """An axis: where a value stands, and which are marked."""

    def at(self, value: float) -> float:
        """Return the place of a value along the axis, from 0 to 1; beyond it an end."""
        ...

    def ticks(self) -> list[float]:
        """Return the values that are marked, ascending."""
        ...


@dataclass(frozen=True, slots=True)
class Linear:
    """Equal steps are equally long."""

    low: float
    high: float
    """Above `low`."""

    def at(self, value: float) -> float:
        """Return the place of a value."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    def ticks(self) -> list[float]:
        """Return round values: about five."""
        step = _round_step((self.high - self.low) / 5)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [n * step for n in range(first, last + 1)]

    @classmethod
    def from_zero(cls, most: float) -> Linear:
        """Return an axis from 0 to the round value that holds `most`."""
        if most <= 0:
            return cls(0.0, 1.0)
        step = _round_step(most / 5)
        return cls(0.0, step * math.ceil(most / step - 1e-9))


@dataclass(frozen=True, slots=True)
class Log:
    """Equal factors are equally long."""

    low: float
    """Above 0."""
    high: float
    """Above `low`."""

    def at(self, value: float) -> float:
        """Return the place of a value."""
        place = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        return min(1.0, place)

    def ticks(self) -> list[float]:
        """Return powers of ten; on a short axis 2 and 5 times these as well."""
        decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        factors = (1, 2, 5) if math.log10(self.high / self.low) < 2.5 else (1,)
        every = [factor * 10.0**power for power in decades for factor in factors]
        return [value for value in every if self.low <= value <= self.high]


def _round_step(step: float) -> float:
    """Return the least of 1, 2, 2.5, 5 and 10 times a power of ten that is at least `step`."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(f * power for f in (1, 2, 2.5, 5, 10) if f * power >= step * (1 - 1e-9))
