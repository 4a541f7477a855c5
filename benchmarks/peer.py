"""One peer in a process of its own: runs its cycles against a loopback server and prints what each of them took."""

import argparse
import json
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

CHANGES = {"one": (0.01, 1), "spread": (1.0, 0)}
"""What changes between two cycles: a run in 1 % of the workflows; or 1 % of all runs, spread over all of them."""


CYCLES_OF_A_SHARE = 3


class Peer(Protocol):
    def cycle(self) -> int: ...


def open_peer(name: str, port: int, folder: Path) -> Peer:
    """Each peer's libraries are loaded by that peer only."""
    if name == "floor":
        from benchmarks.floor import Floor

        return Floor(port, folder)
    if name == "naive":
        from benchmarks.naive import Naive

        return Naive(port, folder)
    from benchmarks.whole_bot import WholeBot

    return WholeBot(port, folder)


class Measuring:
    def __init__(self, peer: Peer, port: int, executions: int) -> None:
        self._peer = peer
        self._port = port
        self._executions = executions

    def change(self, kind: str) -> None:
        share, runs = CHANGES[kind]
        self._add(share, runs or max(self._executions // 100, 1))

    def change_share(self, share: float) -> None:
        """So much of all runs, spread over as many workflows as can be."""
        if share:
            runs = max(round(share * self._executions), 1)
            self._add(min(share * self._executions / runs, 1.0), runs)

    def cycle(self) -> dict[str, float]:
        before = self._counts()
        wall, cpu = time.perf_counter(), time.process_time()
        polled = self._peer.cycle()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        return {
            "wall": wall,
            "cpu": cpu,
            "requests": self._counts() - before,
            "polled": polled,
            "peak_mb": peak_mb(),
        }

    def _add(self, share_of_workflows: float, runs_each: int) -> None:
        self._ask(f"/control/add?share={share_of_workflows}&runs={runs_each}")

    def _counts(self) -> int:
        return int(json.loads(self._ask("/control/counts"))["requests"])

    def _ask(self, target: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self._port}{target}") as response:
            body: bytes = response.read()
            return body


def peak_mb() -> float:
    """Of this process alone: ru_maxrss would begin with that of whoever started it (Linux man-pages, getrusage)."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def by_phase(measuring: Measuring, steady: int) -> dict[str, list[dict[str, float]]]:
    figures = {"cold": [measuring.cycle()], "steady": [measuring.cycle() for _ in range(steady)]}
    for kind in CHANGES:
        measuring.change(kind)
        figures[kind] = [measuring.cycle()]
    return figures


def by_share(measuring: Measuring, shares: Sequence[float]) -> dict[str, list[dict[str, float]]]:
    figures: dict[str, list[dict[str, float]]] = {str(share): [] for share in shares}
    measuring.cycle()
    for share in shares:
        for _ in range(CYCLES_OF_A_SHARE):
            measuring.change_share(share)
            figures[str(share)].append(measuring.cycle())
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", choices=("floor", "bot", "naive"))
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--executions", type=int, required=True)
    parser.add_argument("--steady", type=int, default=3, help="cycles in which nothing changes")
    parser.add_argument(
        "--shares", type=float, nargs="*", help="of all runs, that change in a cycle; nothing else then"
    )
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        peer = open_peer(options.peer, options.port, Path(folder))
        measuring = Measuring(peer, options.port, options.executions)
        shares = options.shares
        figures = by_share(measuring, shares) if shares else by_phase(measuring, options.steady)
        json.dump(figures, sys.stdout)


if __name__ == "__main__":
    main()
