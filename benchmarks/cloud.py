"""The cloud that a benchmark asks: `loopback` or a module like it, of one size, in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """What one run works on; `latency` is in seconds."""

    workflows: int
    executions: int
    latency: float = 0.0

    @property
    def rows(self) -> int:
        return self.workflows * self.executions

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
