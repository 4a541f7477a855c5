"""What it costs to start and to wait: `--help`, `run` until it is ready, and then a bot that has nothing to do.

Run it with `python -m benchmarks.startup`. Each figure comes from fresh processes, against stand-ins in processes of
their own. Ready is what one sees from outside: Slack has a Socket Mode connection, and every run of every workflow is
in the database (the first start), or the list of workflows was read again (a restart). Beside each stands its floor:
Python itself, or the libraries that `run` cannot do without.
"""

import argparse
import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.cloud import Size, loopback
from benchmarks.report import Section, Table, show
from benchmarks.workspace import Workspace, workspace

ROOT = Path(__file__).parents[1]
LIBRARIES = (
    "click",
    "pydantic_settings",
    "sqlalchemy.orm",
    "sqlalchemy.dialects.sqlite",
    "pysqlite3",
    "requests",
    "tenacity",
    "msgspec",
    "schedule",
    "slack_bolt",
    "slack_bolt.adapter.socket_mode",
    "concurrent.futures.thread",
    "zoneinfo",
)
"""What `run` uses from its first second on. Alembic is not among them: a database that is current needs none of it."""

UNHURRIED = {"REQUESTS_PER_SECOND": "10000", "POLL_INTERVAL": "1"}
"""The default pace of 20 requests a second makes the first look at 100 workflows take five seconds, on purpose. And a
restart has something to read at once."""

PATIENCE = 60.0  # seconds
LOOK_EVERY = 0.005
SETTLE = 10.0
"""Seconds until a bot that is ready has also posted its greeting, and rests."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one process, in seconds."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Idle:
    """A process with nothing to do: its share of a core, and its megabytes, shared ones in full or in part."""

    share: float
    rss: float
    pss: float


def run_to_end(*arguments: str) -> Cost:
    """Python with these arguments, from its start to its end."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"python {' '.join(arguments)} ended with {process.returncode}")
    return Cost(time.perf_counter() - began, used.ru_utime + used.ru_stime)


def cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def idle_for(pid: int, seconds: float) -> Idle:
    before, began = cpu_of(pid), time.perf_counter()
    time.sleep(seconds)
    share = (cpu_of(pid) - before) / (time.perf_counter() - began)
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {name: int(value.split()[0]) for name, _, value in (line.partition(":") for line in lines)}
    return Idle(share, kilobytes["Rss"] / 1024, kilobytes["Pss"] / 1024)


class Home:
    """Where a bot lives, and the two clouds that it lives with."""

    def __init__(self, folder: Path, size: Size, port: str, slack: Workspace) -> None:
        self._folder = folder
        self._size = size
        self._cloud = http.client.HTTPConnection("127.0.0.1", int(port))
        self._slack = slack
        self._settings = {
            **slack.settings,
            "NCP_ACCESS_KEY": "ACCESS",
            "NCP_SECRET_KEY": "SECRET",
            "DATAFLOW_API_URL": f"http://127.0.0.1:{port}",
            "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",
        }

    @contextmanager
    def bot(self, settings: Mapping[str, str] | None = None) -> Iterator["Running"]:
        """The bot, started as its operator starts it; stopped at the end."""
        asked = self.requests()
        environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "NO_PROXY": "*"}
        with (self._folder / "bot.log").open("ab") as log:
            began = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=self._folder,
                env={**environment, **self._settings, **(settings or {})},
                stdout=log,
                stderr=log,
            )
        try:
            self._slack.wait_for_connection()
            yield Running(process, began, lambda: self._rows() and self.requests() > asked)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()

    def requests(self) -> int:
        self._cloud.request("POST", "/control/counts")
        return int(json.loads(self._cloud.getresponse().read())["requests"])

    def _rows(self) -> bool:
        """Whether all runs are in the database."""
        try:
            with closing(sqlite3.connect(f"file:{self._folder / 'bot.db'}?mode=ro", uri=True)) as connection:
                (rows,) = connection.execute("SELECT count(*) FROM executions").fetchone()
        except sqlite3.OperationalError:  # not made yet
            return False
        return bool(rows >= self._size.workflows * self._size.executions)


@dataclass(frozen=True, slots=True)
class Running:
    """A bot whose Socket Mode connection stands."""

    process: subprocess.Popen[bytes]
    began: float
    has_polled: Callable[[], bool]

    def until_ready(self) -> Cost:
        while not self.has_polled():
            if time.perf_counter() - self.began > PATIENCE or self.process.poll() is not None:
                raise RuntimeError("the bot does not become ready")
            time.sleep(LOOK_EVERY)
        return Cost(time.perf_counter() - self.began, cpu_of(self.process.pid))

    def idle(self, seconds: float) -> Idle:
        time.sleep(SETTLE)
        return idle_for(self.process.pid, seconds)


@contextmanager
def home(size: Size) -> Iterator[Home]:
    with TemporaryDirectory() as folder, loopback(size) as port, workspace() as slack:
        yield Home(Path(folder), size, port, slack)


def first_start_and_restart(size: Size) -> tuple[Cost, Cost]:
    with home(size) as place:
        with place.bot(UNHURRIED) as bot:
            first = bot.until_ready()
        with place.bot(UNHURRIED) as bot:
            return first, bot.until_ready()


def libraries_alone() -> Idle:
    code = f"import {', '.join(LIBRARIES)}; print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        found = idle_for(process.pid, 0.1)
        process.kill()
        return found


def idle_bots(size: Size, seconds: float) -> tuple[Idle, Idle]:
    """After the first start, and after another one; with the default settings."""
    with home(size) as place:
        with place.bot() as bot:
            bot.until_ready()
            first = bot.idle(seconds)
        with place.bot() as bot:
            return first, bot.idle(seconds)


STARTS = {
    "python -c pass": "floor of --help",
    "dataflow-bot --help": "under 0.3 s",
    "the libraries that run needs": "floor of run",
    "run, first start": "under 1.5 s more",
    "run, restart": "under 1.5 s more",
}


def starts(size: Size, rounds: int) -> Section:
    """The ways take turns, so that whatever else the machine does meets all of them."""
    costs: dict[str, list[Cost]] = {name: [] for name in STARTS}
    for _ in range(rounds):
        found = (
            run_to_end("-c", "pass"),
            run_to_end("-m", "bot", "--help"),
            run_to_end("-c", f"import {', '.join(LIBRARIES)}"),
            *first_start_and_restart(size),
        )
        for name, cost in zip(STARTS, found, strict=True):
            costs[name].append(cost)
    rows = []
    for name, aim in STARTS.items():
        wall, cpu = median(cost.wall for cost in costs[name]), median(cost.cpu for cost in costs[name])
        rows.append((name, f"{wall:.2f}", f"{cpu:.2f}", aim))
    about = f"Until it is ready, {size}; the median of {rounds}."
    return Section("Start", about, [Table(("started", "wall s", "CPU s", "aim"), rows)])


def idleness(size: Size, seconds: float) -> Section:
    names = ("floor: the libraries alone", "the bot after its first start", "the bot after a restart")
    rows = [
        (name, f"{found.share * 100:.2f}", f"{found.rss:.0f}", f"{found.pss:.0f}")
        for name, found in zip(names, (libraries_alone(), *idle_bots(size, seconds)), strict=True)
    ]
    about = f"Nothing to do for {seconds:.0f} s, {size}; aim: under 0.5 % of a core and under 90 MB."
    return Section("Rest", about, [Table(("at rest", "% of a core", "RSS MB", "PSS MB"), rows)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workflows", type=int, default=100)
    parser.add_argument("--executions", type=int, default=20, help="of each workflow")
    parser.add_argument("--idle-for", type=float, default=60.0, help="seconds; 0: not at all")
    options = parser.parse_args()
    size = Size(options.workflows, options.executions)
    show(starts(size, options.rounds))
    if options.idle_for:
        show(idleness(size, options.idle_for))


if __name__ == "__main__":
    main()
