"""Asks a database of `years` what people ask the bot, through the entries that Slack's listeners call, and prints as
JSON how long each answer took. A process of its own, so that its memory is that of whoever serves."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random

from benchmarks.peer import peak_mb
from benchmarks.watched import BASE_TS, CHANNELS
from benchmarks.years import NOW, bot_on
from bot.core.digest import MessageRef
from bot.core.people import Person, Profile
from bot.core.permissions import ChannelKind, Role
from bot.services.commands.health import status_report
from bot.services.explain_message import explain_message
from bot.services.list_choices import ListChoices
from bot.services.requests import Request
from bot.services.schedule_digests import make_digest
from bot.services.show_home import ShowHome
from bot.store import auditing, digests

MOST, SECONDS = 200, 4.0
"""Each question is asked so often, or for so long where the caller does not say."""
PEOPLE = count()


@dataclass(frozen=True, slots=True)
class Question:
    """`ask` may be called again and again, and asks about something else each time."""

    name: str
    ask: Callable[[], object]


class Asking:
    def __init__(self, path: Path) -> None:
        self._bot = bot_on(path)
        self._random = Random(7)  # noqa: S311 - which run is asked about is no secret
        with self._bot.database.snapshot() as session:
            read = session.connection().exec_driver_sql
            newest = read("SELECT max(id) FROM executions").scalar_one()
            watched_from = read("SELECT min(execution_key) FROM transitions").scalar_one()
            self._messages: int = read("SELECT max(id) FROM outbox").scalar_one()
            keys = [self._random.randint(first, newest) for first in (1, watched_from) for _ in range(MOST)]
            by_key = "SELECT job_execution_id FROM executions WHERE id >= ? LIMIT 1"
            self._ids = [read(by_key, (key,)).scalar_one() for key in keys]
            self._workflows = [*map(tuple, read("SELECT workflow_id, name FROM workflows"))]

    def commands(self) -> Iterator[Question]:
        """As they are typed."""
        typed: dict[str, Callable[[], str]] = {
            "help": lambda: "help",
            "runs <id>": lambda: f"runs {self._workflow()[0]}",
            "runs <name> failed": lambda: f"runs {self._workflow()[1]} failed 25",
            "runs <id> --page 9": lambda: f"runs {self._workflow()[0]} --page 9",
            "run <id>": lambda: f"run {self._random.choice(self._ids)}",
            "workflows": lambda: "workflows",
            "workflows <search>": lambda: f"workflows {self._workflow()[1][-3:]}",
            "failures": lambda: "failures",
            "failures 31d": lambda: "failures 31d",
            "status": lambda: "status",
            "digest": lambda: "digest",
            "digest <old day>": lambda: f"digest {(NOW - timedelta(days=self._random.randint(1, 360))).date()}",
            "why <run>": lambda: f"why {self._random.choice(self._ids)}",
            "why <workflow>": lambda: f"why {self._workflow()[1]}",
            "list all": lambda: "list all",
            "mutes": lambda: "mutes",
            "maintenance": lambda: "maintenance",
            "log": lambda: "log",
            "log <text>": lambda: "log orders 50",
            "nonsense": lambda: "ruins of carthage",
        }
        for name, text in typed.items():
            yield Question(f"/dataflow {name}", lambda text=text: self._typed(text()))  # type: ignore[misc]

    def clicks(self) -> Iterator[Question]:
        """What else people and the clock ask for."""
        bot = self._bot
        home = ShowHome(bot.database, bot.clock, lambda: status_report(bot.desk.tools))
        yield Question("App Home", home.home)
        yield Question("choices in a window", ListChoices(bot.database).workflows)
        yield Question("why, of a message", self._pointed_at)
        yield Question("the morning's digest", self._digest)
        yield Question("audit: what is stored", self._stored)

    def slow(self) -> Iterator[Question]:
        yield Question("/dataflow simulate 1d", lambda: self._typed("simulate 1d nth=2"))
        yield Question("/dataflow simulate 7d", lambda: self._typed("simulate 7d nth=2"))

    def _typed(self, text: str) -> object:
        """By somebody else each time: the bot lets nobody ask as often as this."""
        person = Person("T1", f"U{next(PEOPLE)}")
        return self._bot.desk.reply(text, Request(Profile(person, Role.OPERATOR), ChannelKind.CHANNEL, CHANNELS[0]))

    def _workflow(self) -> tuple[str, str]:
        found: tuple[str, str] = self._random.choice(self._workflows)
        return found

    def _pointed_at(self) -> object:
        place = MessageRef(CHANNELS[0], f"{BASE_TS}.{self._random.randint(1, self._messages):06}")
        with self._bot.database.snapshot() as session:
            return explain_message(session, place, timedelta(seconds=30))

    def _digest(self) -> object:
        day = (NOW - timedelta(days=1)).date()
        with self._bot.database.snapshot() as session:
            return make_digest(session, day, self._bot.digest_times.zone, NOW, CHANNELS[0])

    def _stored(self) -> object:
        with self._bot.database.snapshot() as session:
            auditing.watched_workflows(session)
            auditing.stored_ids(session, self._ids)
            return digests.counts_between(session, NOW - timedelta(days=7), NOW)


def asked(question: Question, seconds: float) -> dict[str, float]:
    """Milliseconds; the first answer, which loads what it needs, is not among them. Of CPU the mean."""
    question.ask()
    times: list[float] = []
    ends_at, cpu = time.perf_counter() + seconds, time.process_time()
    while len(times) < MOST and (len(times) < 3 or time.perf_counter() < ends_at):
        began = time.perf_counter()
        question.ask()
        times.append((time.perf_counter() - began) * 1000)
    cpu = (time.process_time() - cpu) * 1000 / len(times)
    times.sort()
    return {"times": len(times), "p50": times[len(times) // 2], "p99": times[len(times) * 99 // 100], "cpu": cpu}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("--slow", action="store_true", help="also what is asked rarely and takes seconds")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for which each question is asked, at most")
    parser.add_argument("--only", default="", help="questions with this in their name")
    options = parser.parse_args()
    asking = Asking(options.database)
    figures: dict[str, object] = {"peak MB before": peak_mb()}
    questions = [*asking.commands(), *asking.clicks()]
    for question in questions:
        if options.only in question.name:
            figures[question.name] = asked(question, options.seconds)
    figures["peak MB"] = peak_mb()
    if options.slow:
        for question in asking.slow():
            if options.only in question.name:
                figures[question.name] = asked(question, options.seconds)
        figures["peak MB with what is slow"] = peak_mb()
    json.dump(figures, sys.stdout)


if __name__ == "__main__":
    main()
