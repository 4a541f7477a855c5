"""Panels with lines as one SVG, both axes logarithmic: enough to see how a cost grows, without a plotting library.

Readable on light and dark pages: it brings its own background, in the scheme that the reader prefers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from math import ceil, floor, log10
from typing import Self

WIDTH, HEIGHT = 760, 320
LEFT, RIGHT, TOP, BOTTOM = 84, 190, 52, 56
"""Room around the lines of a panel; to the right stand their names."""
NAME_HEIGHT = 17

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 15px }
.middle { text-anchor: middle }
.end { text-anchor: end }
.paper { fill: #ffffff }
.grid { stroke: #d0d7de }
.line { fill: none; stroke-width: 2.5 }
.c0 .line { stroke-width: 7; opacity: 0.4 }
.c0 { --colour: #1a7f37 } .c1 { --colour: #0969da } .c2 { --colour: #cf222e } .c3 { --colour: #8250df }
.c4 { --colour: #9a6700 }
.line { stroke: var(--colour) } .point, .name { fill: var(--colour) }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.paper { fill: #0d1117 }
.grid { stroke: #30363d }
.c0 { --colour: #3fb950 } .c1 { --colour: #58a6ff } .c2 { --colour: #ff7b72 } .c3 { --colour: #bc8cff }
.c4 { --colour: #d29922 }
}
"""
"""The first line of a panel is broad, so that another one can lie upon it and both are seen."""
COLOURS = 5

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Panel:
    """Lines by their names. `per_cent` has the x axis, which is a share, labelled so; an x of 0 stands at its left."""

    title: str
    x_label: str
    y_label: str
    series: Mapping[str, Points]
    per_cent: bool = False

    def joined(self, more: Self) -> Self:
        names = dict.fromkeys([*self.series, *more.series])
        return replace(self, series={name: [*self.series.get(name, ()), *more.series.get(name, ())] for name in names})


def plot(panels: Sequence[Panel]) -> str:
    """One below the other."""
    height = HEIGHT * len(panels)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">'
    parts = [head, f"<style>{STYLE}</style>", '<rect class="paper" width="100%" height="100%"/>']
    for number, panel in enumerate(panels):
        parts += [f'<g transform="translate(0 {number * HEIGHT})">', *_Drawn(panel).parts(), "</g>"]
    return "\n".join([*parts, "</svg>\n"])


class _Drawn:
    """A panel whose axes are known."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._series = {name: sorted(points) for name, points in panel.series.items() if points}
        every = [point for points in self._series.values() for point in points]
        self._measured = sorted({x for x, _ in every})
        self._zero = log10(min(x for x in self._measured if x)) - 1
        self._from, self._to = self._log(self._measured[0]), self._log(self._measured[-1])
        heights = [log10(y) for _, y in every]
        self._low, self._high = floor(min(heights)), max(ceil(max(heights)), floor(min(heights)) + 1)

    def parts(self) -> Iterator[str]:
        middle = (LEFT + WIDTH - RIGHT) / 2
        yield _text(LEFT, 26, self._panel.title, "title")
        yield _text(LEFT, 44, self._panel.y_label)
        yield _text(middle, HEIGHT - 14, self._panel.x_label, "middle")
        for x in self._measured:
            across = self._across(x)
            yield f'<path class="grid" d="M{across:.1f} {TOP}V{HEIGHT - BOTTOM}"/>'
            label = f"{x * 100:g} %" if self._panel.per_cent else f"{x:,.0f}"
            yield _text(across, HEIGHT - BOTTOM + 18, label, "middle")
        for power in range(self._low, self._high + 1):
            up = self._up(10.0**power)
            yield f'<path class="grid" d="M{LEFT} {up:.1f}H{WIDTH - RIGHT}"/>'
            yield _text(LEFT - 10, up + 4, f"{10.0**power:,g}", "end")
        yield from self._lines()
        yield from self._names()

    def _lines(self) -> Iterator[str]:
        for number, points in enumerate(self._series.values()):
            places = [(self._across(x), self._up(y)) for x, y in points]
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            yield f'<g class="c{number % COLOURS}"><polyline class="line" points="{line}"/>'
            yield from (f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in places)
            yield "</g>"

    def _names(self) -> Iterator[str]:
        """At the ends of the lines, as far apart as they have to be."""
        ends = sorted((self._up(points[-1][1]), number) for number, points in enumerate(self._series.values()))
        names, lowest = list(self._series), float("-inf")
        room = HEIGHT - BOTTOM - NAME_HEIGHT * (len(ends) - 1)
        for place, (up, number) in enumerate(ends):
            lowest = max(min(up, room + NAME_HEIGHT * place), lowest + NAME_HEIGHT)
            yield _text(WIDTH - RIGHT + 12, lowest + 4, names[number], f"name c{number % COLOURS}")

    def _log(self, x: float) -> float:
        return log10(x) if x else self._zero

    def _across(self, x: float) -> float:
        share = (self._log(x) - self._from) / (self._to - self._from) if self._to > self._from else 0.5
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def _up(self, y: float) -> float:
        return HEIGHT - BOTTOM - (log10(y) - self._low) / (self._high - self._low) * (HEIGHT - TOP - BOTTOM)


def _text(x: float, y: float, words: str, kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(words)}</text>'
