"""The floor, the bot and the naive script beside each other on the same work, each time in fresh processes."""

import json
import subprocess
import sys
from collections.abc import Sequence
from statistics import median

from benchmarks.cloud import Size, loopback
from benchmarks.plot import Panel
from benchmarks.report import NOT_MEASURED, Section, Table

PEERS = {"floor": "a: floor", "bot": "b: this bot", "naive": "c: naive"}
PHASES = ("cold", "steady", "one", "spread")
ABOUT = """
Wall and CPU seconds of a cycle that reads every workflow; the floor is a. *cold*: all is new; *steady*: nothing
changed; *one*: a run ended in 1 % of the workflows; *spread*: 1 % of all runs are new, in every workflow. Aims at
1,000 × 1,000, of b/a in CPU: steady 1.0, spread 2.0, cold 2.5; of c/b: steady 50, cold 30.
""".strip()
HEAD = ("workflows × executions", "cycle", "requests", *PEERS.values(), "b/a CPU", "c/b CPU", "peak MB, a / b")
GROWING = 50
"""Executions of each workflow, in the plot of how a cost grows with workflows."""

ABOUT_SLOW = """
The same with an API that takes its time for each answer. The floor of the last columns is what the bot's workers can
ask for at most: workers ÷ latency. The aim is 90 % of it, with pages of 50.
""".strip()
WORKERS = 8
"""POLL_WORKERS, of which the bot makes use here as it comes."""

SHARES = (0.0, 0.001, 0.01, 0.1)
ABOUT_SHARES = """
CPU seconds of a cycle by how many of all runs are new in it, spread over as many workflows as can be; the floor is a.
""".strip()

Figures = dict[str, dict[str, float]]


def run_once(peer: str, size: Size, *asked_for: str) -> Figures:
    """Of each phase or share the median of its cycles."""
    with loopback(size) as port:
        asked = [sys.executable, "-m", "benchmarks.peer", peer, "--port", port, "--executions", str(size.executions)]
        printed = subprocess.run([*asked, *asked_for], stdout=subprocess.PIPE, check=True).stdout
    return {phase: middle(cycles) for phase, cycles in json.loads(printed).items()}


def middle(cycles: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: median(cycle[name] for cycle in cycles) for name in cycles[0]}


def side_by_side(size: Size, peers: Sequence[str], rounds: int) -> Section:
    """The peers take turns, so that whatever else the machine does meets all of them."""
    runs: dict[str, list[Figures]] = {peer: [] for peer in peers}
    for _ in range(rounds):
        for peer in peers:
            runs[peer].append(run_once(peer, size))
    found = {peer: {phase: middle([one[phase] for one in ran]) for phase in PHASES} for peer, ran in runs.items()}
    table = Table(HEAD, [row_of(size, phase, {peer: found[peer][phase] for peer in peers}) for phase in PHASES])
    return Section("Side by side", ABOUT, [table], growth(size, found))


def row_of(size: Size, phase: str, by_peer: Figures) -> list[str]:
    def ratio(above: str, below: str, digits: int) -> str:
        if above not in by_peer or below not in by_peer:
            return NOT_MEASURED
        return f"{by_peer[above]['cpu'] / by_peer[below]['cpu']:.{digits}f}"

    def each(form: str) -> list[str]:
        return [form.format(**by_peer[peer]) if peer in by_peer else NOT_MEASURED for peer in PEERS]

    peaks = " / ".join(each("{peak_mb:.0f}")[:2])
    times = each("{wall:.2f} / {cpu:.2f}")
    requests = f"{by_peer['bot']['requests']:.0f}"
    return [str(size), phase, requests, *times, ratio("bot", "floor", 2), ratio("naive", "bot", 0), peaks]


def growth(size: Size, found: dict[str, Figures]) -> Panel | None:
    if size.executions != GROWING:
        return None
    points = {PEERS[peer]: [(float(size.workflows), figures["steady"]["cpu"])] for peer, figures in found.items()}
    title = f"With workflows: nothing changed, {GROWING} executions of each are listed"
    return Panel(title, "workflows", "CPU seconds of a cycle", points)


def slow_api(size: Size, peers: Sequence[str]) -> Section:
    """Of few cycles, since a peer that asks for one thing after the other takes long."""
    found = {peer: run_once(peer, size, "--steady", "1") for peer in peers}
    most = WORKERS / size.latency
    rows = []
    for phase in PHASES:
        row = row_of(size, phase, {peer: found[peer][phase] for peer in peers})
        rate = found["bot"][phase]["requests"] / found["bot"][phase]["wall"]
        rows.append([*row, f"{rate:.0f}", f"{most:.0f}", f"{rate / most:.0%}"])
    head = (*HEAD, "b: requests/s", f"{WORKERS} workers ÷ latency", "share of it")
    return Section("A slow API", ABOUT_SLOW, [Table(head, rows)])


def by_share(size: Size) -> Section:
    asked = ("--shares", *map(str, SHARES))
    floor, bot = (run_once(peer, size, *asked) for peer in ("floor", "bot"))
    rows, points = [], {PEERS["floor"]: list[tuple[float, float]](), PEERS["bot"]: list[tuple[float, float]]()}
    for share in SHARES:
        least, taken = floor[str(share)]["cpu"], bot[str(share)]["cpu"]
        runs = f"{round(share * size.rows):,}"
        rows.append([str(size), f"{share * 100:g} %", runs, f"{least:.2f}", f"{taken:.2f}", f"{taken / least:.2f}"])
        points[PEERS["floor"]].append((share, least))
        points[PEERS["bot"]].append((share, taken))
    head = ("workflows × executions", "changed", "runs", PEERS["floor"], PEERS["bot"], "b/a")
    title = f"With what changed: of {size} executions"
    panel = Panel(title, "share of all runs that are new in the cycle", "CPU seconds of a cycle", points, per_cent=True)
    return Section("What changed", ABOUT_SHARES, [Table(head, rows)], panel)
