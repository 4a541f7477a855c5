"""Slack's stand-in in a process of its own, so that what it costs is not counted as the bot's.

Run by the other modules here: `python -m benchmarks.workspace` prints the bot's settings for it as one line of JSON,
and then a line each time that the bot has opened its Socket Mode connection.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.demo.slack_server import SlackServer, unhurried

LOOK_EVERY = 0.002  # seconds


@dataclass(frozen=True, slots=True)
class Workspace:
    """The stand-in as its caller sees it."""

    settings: dict[str, str]
    process: subprocess.Popen[str]

    def wait_for_connection(self) -> None:
        assert self.process.stdout
        self.process.stdout.readline()


@contextmanager
def workspace() -> Iterator[Workspace]:
    process = subprocess.Popen([sys.executable, "-m", __spec__.name], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield Workspace(json.loads(process.stdout.readline()), process)
    finally:
        process.kill()
        process.wait()


def main() -> None:
    with SlackServer(unhurried()) as slack:
        channel = slack.workspace.add_channel("data-alerts").id
        tokens = {"SLACK_BOT_TOKEN": slack.workspace.bot_token, "SLACK_APP_TOKEN": slack.workspace.app_token}
        print(json.dumps({**tokens, "SLACK_API_URL": slack.api_url, "ALERT_CHANNEL": channel}), flush=True)
        was_connected = False
        while True:
            is_connected = bool(slack.sockets.connections)
            if is_connected and not was_connected:
                print("connected", flush=True)
            was_connected = is_connected
            time.sleep(LOOK_EVERY)


if __name__ == "__main__":
    main()
