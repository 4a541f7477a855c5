"""The switches beside the page: what happens in the Data Flow account, and whether either cloud answers."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.demo.dataflow_server import DataFlowServer, Status
from bot.demo.life import Life
from bot.demo.page_server.acts import NotPossible, Order
from bot.demo.slack_server import SlackServer
from bot.demo.story import Cloud, Outage

SPEEDS = (0.0, 1.0, 3.0, 10.0)  # times the story's own
UNTIL_STOPPED = None
SOON = 4.0  # seconds


@dataclass(slots=True)
class Clouds:
    """Both stand-ins, and the life that goes on in the account. Safe to use from any thread."""

    dataflow: DataFlowServer
    slack: SlackServer
    life: Life
    outages: tuple[Outage, ...] = ()
    _down: set[Cloud] = field(default_factory=set)
    _away: set[Outage] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def state(self) -> dict[str, Any]:
        """What the switches show."""
        return {
            "is_dataflow_up": Cloud.DATAFLOW not in self._down,
            "is_slack_up": Cloud.SLACK not in self._down,
            "is_bot_connected": bool(self.slack.sockets.connections),
            "speed": self.life.speed / self.life.usual_speed,
            "speeds": SPEEDS,
        }

    def turn(self, order: Order) -> None:
        """Carry out an order `{"do": …}`. Raises NotPossible."""
        do = CONTROLS.get(str(order.get("do")))
        if do is None:
            raise NotPossible(f"there is no switch {order.get('do')!r}")
        try:
            with self._lock:
                do(self, order)
        except (LookupError, ValueError, TypeError) as impossible:
            raise NotPossible(str(impossible)) from impossible

    def start(self, order: Order) -> None:
        """A run of a workflow; without a length it goes on until it is ended."""
        outcome = Status(str(order.get("outcome") or Status.COMPLETED))
        runs_for = order.get("runs_for", SOON)
        self.dataflow.account.start(
            str(order["workflow"]),
            outcome,
            waits_for=0.5,
            runs_for=UNTIL_STOPPED if runs_for is None else float(runs_for),
        )

    def finish(self, order: Order) -> None:
        self.dataflow.account.finish(str(order["run"]), Status(str(order["outcome"])))

    def switch_dataflow(self, order: Order) -> None:
        self._switch(Cloud.DATAFLOW, is_up=bool(order["up"]))

    def switch_slack(self, order: Order) -> None:
        self._switch(Cloud.SLACK, is_up=bool(order["up"]))

    def set_speed(self, order: Order) -> None:
        speed = order["speed"]
        if speed not in SPEEDS:
            raise ValueError(f"there is no speed {speed!r}")
        self.life.set_speed(speed * self.life.usual_speed, self.dataflow.account.clock())

    def change_person(self, order: Order) -> None:
        """Language or time zone of somebody, as in Slack's preferences."""
        person = self.slack.workspace.person(str(order["person"]))
        with self.slack.workspace.changed:
            person.locale = str(order.get("locale") or person.locale)
            person.tz = str(order.get("tz") or person.tz)
            self.slack.workspace.changed.notify_all()

    def advance(self, now: datetime) -> None:
        """Let the story go on, its outages included. What somebody switches by hand stays until the next of them."""
        with self._lock:
            self.life.advance(now)
            elapsed = self.life.elapsed(now)
            for outage in self.outages:
                is_away = outage.after <= elapsed < outage.after + outage.lasts
                if is_away != (outage in self._away):
                    self._away ^= {outage}
                    self._switch(outage.cloud, is_up=not is_away)

    def next_event(self, now: datetime) -> datetime | None:
        """The moment before which nothing begins and neither cloud comes or goes; None when none of it is to come."""
        elapsed = self.life.elapsed(now)
        edges = [edge for outage in self.outages for edge in (outage.after, outage.after + outage.lasts)]
        starts = self.life.next_start()
        to_come = [edge for edge in edges if edge > elapsed] + ([] if starts is None else [starts])
        return self.life.moment(min(to_come)) if to_come else None

    def _switch(self, cloud: Cloud, *, is_up: bool) -> None:
        server = self.dataflow if cloud is Cloud.DATAFLOW else self.slack
        if is_up and cloud in self._down:
            server.start()
            self._down.discard(cloud)
        elif not is_up and cloud not in self._down:
            self._down.add(cloud)
            server.go_down()


CONTROLS: Mapping[str, Callable[[Clouds, Order], None]] = {
    "start": Clouds.start,
    "finish": Clouds.finish,
    "dataflow": Clouds.switch_dataflow,
    "slack": Clouds.switch_slack,
    "speed": Clouds.set_speed,
    "person": Clouds.change_person,
}
