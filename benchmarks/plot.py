"""A plot as SVG, both axes logarithmic: enough for lines that tell how a cost grows, without a plotting library."""

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10

WIDTH, HEIGHT, MARGIN = 640, 380, 60
COLOURS = ("#2f855a", "#2b6cb0", "#c53030", "#6b46c1")

Points = Sequence[tuple[float, float]]


def plot(title: str, series: Mapping[str, Points], x_label: str = "executions listed") -> str:
    """Each series in a colour of its own; points at or below zero are left out."""
    drawn = {name: sorted(point for point in points if min(point) > 0) for name, points in series.items()}
    every = [point for points in drawn.values() for point in points]
    left, right = _decades([x for x, _ in every])
    low, high = _decades([y for _, y in every])

    def place(x: float, y: float) -> tuple[float, float]:
        across = (log10(x) - left) / (right - left)
        up = (log10(y) - low) / (high - low)
        return MARGIN + across * (WIDTH - 2 * MARGIN), HEIGHT - MARGIN - up * (HEIGHT - 2 * MARGIN)

    parts = [_text(WIDTH / 2, 24, title), _text(WIDTH / 2, HEIGHT - 14, x_label)]
    for power in range(left, right + 1):
        x, _ = place(10.0**power, 10.0**low)
        parts.append(f'<path d="M{x:.1f} {MARGIN}V{HEIGHT - MARGIN}" stroke="#ddd"/>')
        parts.append(_text(x, HEIGHT - MARGIN + 18, f"{10**power:,}"))
    for power in range(low, high + 1):
        _, y = place(10.0**left, 10.0**power)
        parts.append(f'<path d="M{MARGIN} {y:.1f}H{WIDTH - MARGIN}" stroke="#ddd"/>')
        parts.append(_text(MARGIN - 24, y + 4, f"{10.0**power:g} s"))
    for number, (name, points) in enumerate(drawn.items()):
        colour = COLOURS[number % len(COLOURS)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in points))
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(_text(WIDTH - MARGIN + 24, MARGIN + 18 * number, name, colour))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="#fff"/>', *parts, "</svg>\n"])


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    return low, max(high, low + 1)


def _text(x: float, y: float, words: str, colour: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" text-anchor="middle" fill="{colour}">{words}</text>'
