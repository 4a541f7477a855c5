"""Runs the floor, the bot and the naive script side by side, each time in fresh processes, and prints one table.

`make bench` takes under three minutes; `make bench ARGS=--full` the whole grid. `--write` puts the table and a plot
into docs/.
"""

import argparse
import json
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import median

from benchmarks.plot import plot

PEERS = ("floor", "bot", "naive")
PHASES = {
    "cold": "cold start: all is new",
    "steady": "steady: nothing changed",
    "one": "a run ended in 1 % of the workflows",
    "spread": "1 % of all runs are new, in every workflow",
}
QUICK = [(100, 50), (1000, 50), (100, 1000)]
FULL = list(product((100, 1000, 10_000), (50, 1000)))
MOST_ROWS_FOR_NAIVE = {False: 5_000, True: 100_000}
DOCS = Path(__file__).parent.parent / "docs"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"

Figures = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Size:
    """What one run works on; `latency` is in seconds."""

    workflows: int
    executions: int
    latency: float = 0.0

    def __str__(self) -> str:
        return f"{self.workflows:,} × {self.executions:,}" + (f", {self.latency * 1000:.0f} ms" if self.latency else "")


@contextmanager
def loopback(size: Size, module: str = "benchmarks.loopback") -> Iterator[str]:
    """The cloud for one peer, which this module is; gives its port."""
    shape = ["--workflows", str(size.workflows), "--executions", str(size.executions)]
    shape += ["--latency", str(size.latency)] if size.latency else []
    server = subprocess.Popen([sys.executable, "-m", module, *shape], stdout=subprocess.PIPE, text=True)
    assert server.stdout
    try:
        yield server.stdout.readline().strip()
    finally:
        server.kill()
        server.wait()


def run_once(peer: str, size: Size) -> Figures:
    """Of each phase the median of its cycles."""
    with loopback(size) as port:
        asked = [sys.executable, "-m", "benchmarks.peer", peer, "--port", port, "--executions", str(size.executions)]
        printed = subprocess.run(asked, stdout=subprocess.PIPE, check=True).stdout
    return {phase: middle(cycles) for phase, cycles in json.loads(printed).items()}


def middle(cycles: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: median(cycle[name] for cycle in cycles) for name in cycles[0]}


def run(size: Size, rounds: int, peers: Sequence[str]) -> dict[str, Figures]:
    """The peers take turns, so that whatever else the machine does meets all of them."""
    runs: dict[str, list[Figures]] = {peer: [] for peer in peers}
    for _ in range(rounds):
        for peer in peers:
            runs[peer].append(run_once(peer, size))
    return {peer: {phase: middle([one[phase] for one in found]) for phase in PHASES} for peer, found in runs.items()}


def lines_of(size: Size, results: dict[str, Figures]) -> list[str]:
    lines = []
    for phase in PHASES:
        floor, bot = results["floor"][phase], results["bot"][phase]
        naive = results.get("naive", {}).get(phase)
        times = [f"{found['wall']:.2f} / {found['cpu']:.2f}" if found else "–" for found in (floor, bot, naive)]
        cells = [str(size), phase, f"{bot['requests']:.0f}", *times]
        cells.append(f"{bot['cpu'] / floor['cpu']:.2f}")
        cells.append(f"{naive['cpu'] / bot['cpu']:.0f}" if naive else "–")
        cells.append(f"{floor['peak_mb']:.0f} / {bot['peak_mb']:.0f}")
        lines.append("| " + " | ".join(cells) + " |")
    return lines


HEAD = [
    "| workflows × executions | cycle | requests | a: floor, wall / CPU s | b: bot | c: naive | b/a CPU | c/b CPU "
    "| peak MB, a / b |",
    "|---|---|---|---|---|---|---|---|---|",
]


def write(table: Sequence[str], measured: Sequence[tuple[Size, dict[str, Figures]]]) -> None:
    page = DOCS / "performance.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    machine = f"Python {platform.python_version()}, {platform.machine()}, one run of `make bench`."
    page.write_text("\n".join([before + BEGIN, "", machine, "", *table, "", END]) + rest.partition(END)[2], "utf-8")
    points = {
        peer: [
            (size.workflows * size.executions, found[peer]["steady"]["cpu"])
            for size, found in measured
            if peer in found
        ]
        for peer in PEERS
    }
    (DOCS / "performance.svg").write_text(plot("CPU seconds of a cycle in which nothing changed", points), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="the whole grid, with and without latency")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--size", help="one size only, such as 1000x1000")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--write", action="store_true", help="renew docs/performance.md and its plot")
    options = parser.parse_args()
    shapes = FULL if options.full else QUICK
    if options.size:
        workflows, executions = options.size.split("x")
        shapes = [(int(workflows), int(executions))]
    sizes = [
        Size(*shape, latency) for latency in ((0.0, 0.05) if options.full else (options.latency,)) for shape in shapes
    ]
    measured = []
    print("\n".join(HEAD))
    for size in sizes:
        is_small = size.workflows * size.executions <= MOST_ROWS_FOR_NAIVE[options.full]
        results = run(size, options.rounds, PEERS if is_small else PEERS[:2])
        measured.append((size, results))
        print("\n".join(lines_of(size, results)), flush=True)
    if options.write:
        write([*HEAD, *(line for size, results in measured for line in lines_of(size, results))], measured)


if __name__ == "__main__":
    main()
