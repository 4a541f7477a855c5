"""The demo: the bot itself at work between two stand-ins on this machine, told at the terminal.

Owns the course of the show, from the first line to the count at its end. The stage is in stage.py.
"""

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from rich.console import Console
from rich.text import Text

from bot.demo.audience import HINT, Audience
from bot.demo.bot_process import BotDied
from bot.demo.mrkdwn import Reader
from bot.demo.narrator import PERSON, TROUBLE, Narrator
from bot.demo.page_server import Offer, PageServer
from bot.demo.prompt import typed_lines
from bot.demo.run_watch import Balance, RunWatch
from bot.demo.serving import PortTaken
from bot.demo.slack_server import Happening
from bot.demo.stage import CHANNEL, READER, Stage, set_stage
from bot.demo.story import Story
from bot.demo.terminal_view import FAINT, View

TICK = 0.1  # seconds
READY_WITHIN = timedelta(seconds=60)
LAST_ALERTS_WITHIN = timedelta(seconds=8)

DONE, FAILED, INTERRUPTED = 0, 1, 130


def run_demo(
    story: Story, lasts: timedelta | None, offer: Offer, *, port: int = 0, console: Console | None = None
) -> int:
    """Show the bot at work while the story happens, so long from when it is up or until Ctrl-C.

    Returns the exit code.

    There is a page to look at, on a free port unless one is given, and without a limit a prompt that takes commands,
    if there is a terminal. `offer` is what both complete.
    """
    console = console or Console(highlight=False)
    has_prompt = lasts is None and sys.stdin.isatty() and console.is_terminal
    with _stopped_by_signals() as stop:
        try:
            with set_stage(story) as stage, PageServer(stage.clouds, offer, port=port) as page:
                return asyncio.run(Show(stage, console, stop, Programme(page.address, offer, has_prompt)).play(lasts))
        except (BotDied, PortTaken) as wrong:
            console.print(Text(str(wrong), TROUBLE))
            return FAILED


@dataclass(frozen=True, slots=True)
class Programme:
    """What the audience is offered besides looking on: a page's address, what can be typed, and a prompt for it."""

    page: str
    offer: Offer
    has_prompt: bool


class Show:
    def __init__(self, stage: Stage, console: Console, stop: Event, programme: Programme) -> None:
        self._stage = stage
        self._programme = programme
        self._stop = stop
        self._now = stage.cloud.account.clock
        self._runs = RunWatch(stage.cloud.account, since=self._now())
        view = View(Reader(None, self._now, stage.name_of), numbered=programme.has_prompt)
        self._narrator = Narrator(console, stage.slack.workspace, view, READER)
        self._audience = Audience(stage.slack, self._narrator, READER, CHANNEL)

    async def play(self, lasts: timedelta | None) -> int:
        """
        1. Wait until the bot is up.
        2. Let the story run, with what the audience types, for as long as it lasts.
        3. Wait for the alerts that are still under way, and count.
        """
        self._introduce()
        if not await self._bot_is_up():
            return INTERRUPTED
        began_at = self._now()
        self._stage.life.begin(began_at)
        await self._tell(None if lasts is None else began_at + lasts)
        return await self._count()

    def _introduce(self) -> None:
        cloud, slack = self._stage.cloud, self._stage.slack
        workflows = len(cloud.account.workflows())
        self._narrator.say(Text("The bot at work, between two clouds that live on this machine", PERSON))
        self._narrator.say(Text(f"  Data Flow  {cloud.base_url}  {workflows} workflows", FAINT))
        self._narrator.say(Text(f"  Slack      {slack.base_url}  #{CHANNEL}", FAINT))
        self._narrator.say(Text("  the bot    is starting", FAINT))
        self._narrator.say(
            Text(f"\nOpen {self._programme.page} in a browser to see the channel, and to answer.\n", PERSON)
        )

    async def _bot_is_up(self) -> bool:
        """False when somebody did not want to wait for it. Raises BotDied."""
        latest = self._now() + READY_WITHIN
        while not self._stage.is_ready():
            self._stage.bot.require()
            if self._stop.is_set():
                return False
            if self._now() > latest:
                raise BotDied(f"the bot was not up within {READY_WITHIN}; see {self._stage.bot.log}")
            await asyncio.sleep(TICK)
        return True

    async def _tell(self, until: datetime | None) -> None:
        async with asyncio.TaskGroup() as group:
            script = group.create_task(self._audience.follow_script(lambda: self._balance().alerts))
            tasks = [script]
            if self._programme.has_prompt:
                self._narrator.say(HINT)
                tasks.append(group.create_task(self._take_lines(script)))
            while not self._stop.is_set() and (until is None or self._now() < until) and self._stage.bot.is_running:
                self._go_on()
                await asyncio.sleep(TICK)
            for task in tasks:
                task.cancel()
        self._stage.bot.require()

    def _go_on(self) -> None:
        now = self._now()
        self._stage.clouds.advance(now)
        for change in self._runs.changes(now):
            self._narrator.change(change)
        self._narrator.messages()

    async def _take_lines(self, script: asyncio.Task[None]) -> None:
        """Until the prompt is left. Whoever types gets the stage: the script ends."""
        names = [workflow.name for workflow in self._stage.cloud.account.workflows()]
        usages = [usage for usage, _ in self._programme.offer.commands]
        await self._audience.follow_lines(typed_lines(usages, names), at_first=script.cancel)
        self._stop.set()

    async def _count(self) -> int:
        """Whoever stops the show does not wait for the last alerts, nor are they then held against the bot."""
        curtain = self._now()
        latest = curtain + LAST_ALERTS_WITHIN
        while not self._balance(curtain).is_even and self._now() < latest and not self._stop.is_set():
            await asyncio.sleep(TICK)
            self._narrator.messages()
        balance = self._balance(curtain)
        self._narrator.say(Text(f"\n{balance}", PERSON if balance.is_even else TROUBLE))
        return DONE if balance.is_even or self._stop.is_set() else FAILED

    def _balance(self, at: datetime | None = None) -> Balance:
        messages = [entry.text for entry in self._stage.slack.log.entries(Happening.APPEARED)]
        return Balance.of(self._runs.count(), self._runs.bad_ids(at or self._now()), messages)


@contextmanager
def _stopped_by_signals() -> Iterator[Event]:
    """Ctrl-C, `kill` and the closing of the terminal end the show in its own good order, so that nothing stays."""
    stop = Event()
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in signals}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
