"""The person who watches: types commands into the Slack stand-in and presses buttons, by a script or by hand."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from bot.demo.narrator import Narrator
from bot.demo.serving import NotServing
from bot.demo.slack_server import Actor, Interaction, SlackServer

HINT = "Type /dataflow help, the number of a button, or quit. Tab completes."
LOOK_AGAIN_AFTER = 0.1  # seconds


@dataclass(frozen=True, slots=True)
class Cue:
    """Type a line some seconds after so many alerts were there to see."""

    alerts: int
    pause: float
    line: str


SCRIPT = (
    Cue(1, 1.5, "/dataflow runs orders-daily-load 5"),
    Cue(2, 2.0, "/dataflow digest today"),
    Cue(2, 4.0, "/dataflow status"),
)


@dataclass(frozen=True, slots=True)
class Audience:
    slack: SlackServer
    narrator: Narrator
    person: str
    channel: str

    async def follow_script(self, alerts: Callable[[], int]) -> None:
        """`alerts` counts those that have appeared so far."""
        for cue in SCRIPT:
            while alerts() < cue.alerts:
                await asyncio.sleep(LOOK_AGAIN_AFTER)
            await asyncio.sleep(cue.pause)
            self.narrator.typed(cue.line)
            await self._type(cue.line)

    async def follow_lines(self, lines: AsyncIterator[str], at_first: Callable[[], object]) -> None:
        """Do what is typed at the prompt. `at_first` is called when there is something."""
        async for line in lines:
            at_first()
            if line.startswith("/"):
                await self._type(line)
            elif line.isdecimal() and int(line) in self.narrator.buttons:
                await self._press(int(line))
            else:
                self.narrator.say(HINT)

    async def _type(self, line: str) -> None:
        await self._act(line, lambda person: person.command(line, self.channel))

    async def _press(self, number: int) -> None:
        message, button = self.narrator.buttons[number]
        await self._act(f"button {number}", lambda person: person.click(message, button.action_id, button.value))

    async def _act(self, what: str, act: Callable[[Actor], Interaction]) -> None:
        """Acting waits for the bot's ack, so it gets a thread. LookupError: there is no such command, or no longer
        such a button."""
        try:
            error = (await asyncio.to_thread(lambda: act(self.slack.user(self.person)))).error
        except NotServing:
            self.narrator.trouble(f"{what} cannot be sent: Slack is away")
            return
        except LookupError as unknown:
            self.narrator.trouble(str(unknown))
            return
        if error:
            self.narrator.trouble(f"{what} failed with {error}")
