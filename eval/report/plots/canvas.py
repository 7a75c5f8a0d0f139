"""SVG, drawn: axes and marks; what it looks like is the style sheet's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eval.report.plots.scale import Scale

WIDTH, HEIGHT = 460.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 56.0, 14.0, 14.0, 48.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis of a plot."""

    scale: Scale
    label: str
    tick: Callable[[float], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A plot, what it says in a sentence, and its numbers."""

    key: str
    """Names it on the page."""
    title: str
    svg: Markup
    says: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(slots=True)
class Canvas:
    """A plane between two axes, to be drawn on in the units of these."""

    x: Axis
    y: Axis
    alt: str
    """What a reader who does not see it is told."""
    floor: float = 0.0
    """Height kept free under the plane, above the axis."""
    _root: Element = field(init=False)

    def __post_init__(self) -> None:
        """Draw the axes."""
        box = f"0 0 {WIDTH:g} {HEIGHT:g}"
        self._root = Element("svg", {"viewBox": box, "role": "img", "aria-label": self.alt})
        for value in self.y.scale.ticks():
            height = self.down(value)
            self._line("grid", (_LEFT, height), (WIDTH - _RIGHT, height))
            self.text("tick", (_LEFT - 8, height + 4), self.y.tick(value), anchor="end")
        bottom = HEIGHT - _BOTTOM
        self._line("axis", (_LEFT, bottom), (WIDTH - _RIGHT, bottom))
        for value in self.x.scale.ticks():
            across = self.across(value)
            self._line("axis", (across, bottom), (across, bottom + 4))
            self.text("tick", (across, bottom + 18), self.x.tick(value), anchor="middle")
        middle = (_LEFT + WIDTH - _RIGHT) / 2
        self.text("name", (middle, HEIGHT - 8), self.x.label, anchor="middle")
        at = (_TOP + bottom) / 2
        turned = SubElement(
            self._root,
            "text",
            {
                "class": "name",
                "text-anchor": "middle",
                "transform": f"translate(13 {at:g}) rotate(-90)",
            },
        )
        turned.text = self.y.label

    def across(self, value: float) -> float:
        """Return the horizontal place of a value, in units of the drawing."""
        return _LEFT + self.x.scale.at(value) * (WIDTH - _RIGHT - _LEFT)

    def down(self, value: float) -> float:
        """Return the vertical place of a value."""
        bottom = HEIGHT - _BOTTOM - self.floor
        return bottom - self.y.scale.at(value) * (bottom - _TOP)

    def segment(self, style: str, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw a line between two points of the plane."""
        self._line(style, self._place(start), self._place(end))

    def path(self, style: str, points: Sequence[tuple[float, float]]) -> None:
        """Draw a line through points of the plane."""
        places = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(self._place, points))
        SubElement(self._root, "polyline", {"class": style, "points": places})

    def dot(self, point: tuple[float, float], *, radius: float, told: str) -> None:
        """Draw a dot that says what it is when it is pointed at."""
        across, down = self._place(point)
        at = {"cx": f"{across:.1f}", "cy": f"{down:.1f}", "r": f"{radius:.1f}"}
        self._told(SubElement(self._root, "circle", {"class": "dot", **at}), told)

    def column(self, low: float, high: float, *, top: float, told: str) -> None:
        """Draw a bar of the plane from `low` to `high` that is as high as `top`."""
        bottom = HEIGHT - _BOTTOM - self.floor
        self._rectangle(low, high, (self.down(top), bottom), told)

    def footing(self, low: float, high: float, *, share: float, told: str) -> None:
        """Draw a bar in the room under the plane, as high as `share` of that."""
        bottom = HEIGHT - _BOTTOM
        self._rectangle(low, high, (bottom - share * (self.floor - 8), bottom), told)

    def text(self, style: str, place: tuple[float, float], text: str, *, anchor: str) -> None:
        """Write at a place of the drawing."""
        at = {"x": f"{place[0]:.1f}", "y": f"{place[1]:.1f}", "text-anchor": anchor}
        SubElement(self._root, "text", {"class": style, **at}).text = text

    def drawn(self) -> Markup:
        """Return the drawing as markup in which all text is escaped."""
        return Markup(tostring(self._root, encoding="unicode"))  # noqa: S704 - the library escapes

    def _place(self, point: tuple[float, float]) -> tuple[float, float]:
        return self.across(point[0]), self.down(point[1])

    def _line(self, style: str, start: tuple[float, float], end: tuple[float, float]) -> None:
        places = zip(("x1", "y1", "x2", "y2"), (*start, *end), strict=True)
        SubElement(self._root, "line", {"class": style, **{k: f"{v:.1f}" for k, v in places}})

    def _rectangle(self, low: float, high: float, rows: tuple[float, float], told: str) -> None:
        left, right = self.across(low) + 1, self.across(high) - 1
        places = {"x": left, "y": rows[0], "width": max(1.0, right - left)}
        places["height"] = max(0.0, rows[1] - rows[0])
        bar = SubElement(
            self._root, "rect", {"class": "bar", **{k: f"{v:.1f}" for k, v in places.items()}}
        )
        self._told(bar, told)

    def _told(self, mark: Element, told: str) -> None:
        SubElement(mark, "title").text = told


def whisker(low: float | None, value: float, high: float | None, before: float | None) -> Markup:
    """Return the small drawing of a share with its interval, and of the share before."""
    root = Element("svg", {"class": "whisker", "viewBox": "0 0 104 14", "aria-hidden": "true"})
    SubElement(root, "line", {"class": "grid", "x1": "2", "x2": "102", "y1": "7", "y2": "7"})
    if before is not None:
        at = f"{2 + 100 * before:.1f}"
        SubElement(root, "line", {"class": "before", "x1": at, "x2": at, "y1": "1", "y2": "13"})
    if low is not None and high is not None:
        ends = {"x1": f"{2 + 100 * low:.1f}", "x2": f"{2 + 100 * high:.1f}", "y1": "7", "y2": "7"}
        SubElement(root, "line", {"class": "span", **ends})
    SubElement(
        root, "circle", {"class": "dot", "cx": f"{2 + 100 * value:.1f}", "cy": "7", "r": "2.8"}
    )
    return Markup(tostring(root, encoding="unicode"))  # noqa: S704 - the library escapes
