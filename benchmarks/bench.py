"""All that the other modules here measure, in one go: prints each section as soon as there is one.

`make bench` takes about ten minutes; `make bench ARGS=--full` takes hours, with every size, ten million stored
executions and a slow API. `--write` puts the sections and a plot into docs/, after each step what there is so far. Each
step is a process of its own, so that none leaves anything behind for the next, and one that fails fails alone.
"""

import argparse
import multiprocessing
import os
import platform
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path

from benchmarks import acks, large, latency, posts, side_by_side, startup
from benchmarks.cloud import Size
from benchmarks.plot import plot
from benchmarks.report import Section, renewed

QUICK = [Size(*shape) for shape in ((100, 50), (300, 50), (1000, 50), (100, 1000), (1000, 1000))]
FULL = [Size(*shape) for shape in product((100, 1000, 10_000), (50, 1000))]
SLOW = 0.05
"""Seconds before each answer of the slow API."""
MOST_ROWS_FOR_NAIVE = {False: 5_000, True: 100_000}
DOCS = Path(__file__).parent.parent / "docs"
PLOT = DOCS / "performance.svg"
PANELS = 3

Step = Callable[[], Section]


def steps(options: argparse.Namespace) -> Iterator[Step]:
    """What takes longest comes last."""
    if options.size:
        workflows, executions = map(int, options.size.split("x"))
        yield beside(Size(workflows, executions, options.latency), options)
        return
    for size in FULL if options.full else QUICK:
        yield beside(size, options)
    yield from (full_steps if options.full else quick_steps)()
    if options.full:
        yield from (beside(Size(size.workflows, size.executions, SLOW), options) for size in FULL)
    else:
        yield partial(side_by_side.slow_api, Size(1000, 50, SLOW), ["bot"])


def beside(size: Size, options: argparse.Namespace) -> Step:
    is_small = size.rows <= MOST_ROWS_FOR_NAIVE[options.full]
    peers = [peer for peer in side_by_side.PEERS if is_small or peer != "naive"]
    if size.latency:
        return partial(side_by_side.slow_api, size, peers)
    return partial(side_by_side.side_by_side, size, peers, options.rounds)


def quick_steps() -> Iterator[Step]:
    yield partial(latency.measure, latency.Plan(Size(1000, 10), 50, lasts=15, interval=5, requests_per_second=1000))
    yield partial(posts.measure, 100, 3)
    yield partial(acks.measure, acks.Rounds(100, 0.01))
    yield partial(startup.starts, Size(100, 20), 2)
    yield partial(startup.idleness, Size(100, 20), 10)
    yield partial(large.measure, (large.SMALL, 3 * large.SMALL), ["--seconds", "0.3"])
    yield partial(side_by_side.by_share, Size(100, 200))


def full_steps() -> Iterator[Step]:
    yield partial(latency.measure, latency.Plan(Size(1000, 10), 200, lasts=60, interval=10, requests_per_second=1000))
    yield partial(posts.measure, 300, 5)
    yield partial(acks.measure, acks.Rounds(200, 0.05))
    yield partial(startup.starts, Size(100, 20), 5)
    yield partial(startup.idleness, Size(100, 20), 60)
    yield partial(large.measure, (large.SMALL, large.MEDIUM, large.LARGE))
    yield partial(side_by_side.by_share, Size(1000, 1000))


class Bench:
    """What was found so far, by its titles, and under which conditions."""

    def __init__(self) -> None:
        self.found: dict[str, Section] = {}
        self.failures = 0
        self._conditions: dict[str, str] = {}

    def take(self, step: Step) -> None:
        load = f"load {os.getloadavg()[0]:.1f}"
        machine = (
            f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors, {load} before."
        )
        began = time.perf_counter()
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            future = pool.submit(step)
            error = future.exception()
        if error:
            self.failures += 1
            print(f"\nThis one failed: {step}", flush=True)
            traceback.print_exception(error)
            return
        section = future.result()
        before = self.found.get(section.title)
        self.found[section.title] = before.joined(section) if before else section
        self._conditions.setdefault(section.title, machine)
        print("\n".join(new_lines(before, section)), f"({time.perf_counter() - began:.0f} s)", sep="\n", flush=True)

    def write(self) -> None:
        """The plot as soon as all of it was measured."""
        panels = [section.panel for section in self.found.values() if section.panel]
        if len(panels) == PANELS:
            PLOT.write_text(plot(panels), "utf-8")
        opening = f"![How the cost of a cycle grows]({PLOT.name})" if PLOT.exists() else ""
        lines = {title: [*found.lines(), "", self._conditions[title]] for title, found in self.found.items()}
        page = DOCS / "performance.md"
        page.write_text(renewed(page.read_text("utf-8"), opening, lines), "utf-8")


def new_lines(before: Section | None, section: Section) -> list[str]:
    return [line for table in section.tables for line in table.body()] if before else ["", *section.lines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="every size, with and without latency; takes hours")
    parser.add_argument("--rounds", type=int, default=1, help="of the peers that are compared side by side")
    parser.add_argument("--size", help="one size only, such as 1000x1000, and nothing but the peers side by side")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer, with --size")
    parser.add_argument("--write", action="store_true", help="renew docs/performance.md and its plot")
    options = parser.parse_args()
    bench = Bench()
    for step in steps(options):
        bench.take(step)
        if options.write:
            bench.write()
    sys.exit(bench.failures > 0)


if __name__ == "__main__":
    main()
