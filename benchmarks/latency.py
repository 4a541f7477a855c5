"""From the moment at which the API shows a failure until the message stands in Slack, with every workflow at work.

Run it with `python -m benchmarks.latency`; the aim is one poll interval and less than a second. The bot is
`dataflow-bot run`, the clouds are processes of their own. All workflows have a run under way, so each is polled each
time; some of the runs fail, at random moments. CHANNEL_PACE is lowered: a second between two messages to one channel,
as Slack asks for, would be what is measured wherever two failures are found in the same second.
"""

import argparse
import http.client
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Self

from benchmarks.cloud import Size, loopback
from benchmarks.report import Section, Table, show
from benchmarks.startup import Home
from benchmarks.workspace import Workspace, workspace
from bot.slack.wire import Wire
from bot.slack.workspace import Refused, objects, pages

HOST = "127.0.0.1"
CHANNEL_PACE = 0.01  # seconds
PATIENCE = 300.0
"""Seconds for the first look at everything, and again for the last message."""

NAME = re.compile(r"workflow-(\d{5})")


@dataclass(frozen=True, slots=True)
class Plan:
    """So many failures among so many workflows, within `lasts` seconds. `interval` is POLL_INTERVAL."""

    size: Size
    failures: int
    lasts: float
    interval: float
    requests_per_second: float

    @property
    def settings(self) -> dict[str, str]:
        return {
            "POLL_INTERVAL": str(self.interval),
            "REQUESTS_PER_SECOND": str(self.requests_per_second),
            "CHANNEL_PACE": str(CHANNEL_PACE),
        }

    def moments(self) -> list[tuple[float, int]]:
        """When which workflow fails, in seconds from the start."""
        failing = random.sample(range(self.size.workflows), self.failures)
        return sorted((random.uniform(0, self.lasts), number) for number in failing)  # noqa: S311 - nothing secret


def let_fail(port: str, plan: Plan) -> dict[int, float]:
    """Since when the API shows the failure of which workflow, in seconds since 1970."""
    cloud = http.client.HTTPConnection(HOST, int(port))
    shown_at = {}
    began = time.monotonic()
    for moment, number in plan.moments():
        time.sleep(max(began + moment - time.monotonic(), 0))
        shown_at[number] = time.time()
        cloud.request("POST", f"/control/fail/{number}")
        cloud.getresponse().read()
    return shown_at


def told_at(slack: Workspace) -> dict[int, float]:
    """When which workflow was first named in Slack, by Slack's clock, which is this machine's."""
    wire = Wire(slack.settings["SLACK_API_URL"].rstrip("/") + "/", slack.settings["SLACK_BOT_TOKEN"])
    told: dict[int, float] = {}
    for page in pages(wire, "conversations.history", {"channel": slack.settings["ALERT_CHANNEL"]}):
        if isinstance(page, Refused):
            raise RuntimeError(page.error)  # noqa: TRY004 - not a matter of types
        for message in objects(page, "messages"):
            at = float(message["ts"])
            for name in NAME.findall(message["text"]):
                told[int(name)] = min(told.get(int(name), at), at)
    return told


@dataclass(frozen=True, slots=True)
class Processor:
    """What a process had of it, and how long its threads waited for it, in seconds: the latter is another's doing."""

    used: float
    waited: float

    @classmethod
    def of(cls, process_id: int) -> Self:
        """Linux docs, "sched-stats": nanoseconds, of each thread."""
        threads = Path(f"/proc/{process_id}/task").glob("*/schedstat")
        figures = [[int(figure) for figure in thread.read_text().split()] for thread in threads]
        return cls(sum(used for used, _, _ in figures) / 1e9, sum(waited for _, waited, _ in figures) / 1e9)


@dataclass(frozen=True, slots=True)
class Seen:
    """How long each failure took, sorted, and what the bot had of the processor in a second meanwhile."""

    taken: list[float]
    processor: Processor


def see(plan: Plan) -> Seen:
    """Raises when a failure is not told at all."""
    with TemporaryDirectory() as folder, loopback(plan.size, "benchmarks.busy") as port, workspace() as slack:
        home = Home(Path(folder), plan.size, port, slack)
        with home.bot(plan.settings) as bot:
            wait_until(bot.has_polled, "the first look")
            time.sleep(plan.interval)
            began, before = time.monotonic(), Processor.of(bot.process.pid)
            shown_at = let_fail(port, plan)
            after, lasted = Processor.of(bot.process.pid), time.monotonic() - began
            wait_until(lambda: shown_at.keys() <= told_at(slack).keys(), "a message for each failure")
        told = told_at(slack)
    share = Processor((after.used - before.used) / lasted, (after.waited - before.waited) / lasted)
    return Seen(sorted(told[number] - at for number, at in shown_at.items()), share)


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not come within {PATIENCE:.0f} s")
        time.sleep(1)


def measure(plan: Plan) -> Section:
    seen = see(plan)
    cuts, longest = quantiles(seen.taken, n=100, method="inclusive"), seen.taken[-1]
    rows = [("floor of the longest: the poll interval", f"{plan.interval:.2f} s")]
    rows += [(name, f"{taken:.2f} s") for name, taken in (("p50", cuts[49]), ("p99", cuts[98]), ("longest", longest))]
    rows += [
        ("longest beyond the interval", f"{longest - plan.interval:.2f} s (aim: under 1)"),
        ("the bot had", f"{seen.processor.used:.0%} of a core"),
        ("its threads waited for a core", f"{seen.processor.waited:.2f} s in each second, all together"),
    ]
    about = (
        f"{plan.failures} failures within {plan.lasts:.0f} s, {plan.size}, a run under way in each workflow: from the "
        "moment at which the API shows a failure until its message stands in Slack."
    )
    return Section("From failure to message", about, [Table(("", "measured"), rows)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workflows", type=int, default=1000)
    parser.add_argument("--executions", type=int, default=10, help="of each workflow, the one under way among them")
    parser.add_argument("--failures", type=int, default=200)
    parser.add_argument(
        "--for", dest="lasts", type=float, default=60.0, help="seconds within which the failures happen"
    )
    parser.add_argument("--interval", type=float, default=10.0, help="POLL_INTERVAL")
    parser.add_argument("--rate", type=float, default=1000.0, help="REQUESTS_PER_SECOND")
    options = parser.parse_args()
    size = Size(options.workflows, options.executions)
    plan = Plan(size, options.failures, options.lasts, options.interval, options.rate)
    show(measure(plan))


if __name__ == "__main__":
    main()
