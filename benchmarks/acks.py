"""How long Slack waits for an ack, in this process: the bot's own listeners beside a Bolt listener that does nothing.

Run it with `python -m benchmarks.acks`. Slack gives three seconds; the aim is 20 ms. Answers are worked out and sent to
Slack's stand-in meanwhile, as they are in life.
"""

import argparse
import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table
from slack_bolt import App, BoltRequest
from slack_sdk import WebClient

from bot import config
from bot.demo.slack_server import SlackServer, payloads, unhurried
from bot.demo.slack_server.responses import issue_response_url
from bot.slack.blocks.actions import ACK
from bot.wiring import Bot
from bot.wiring_slack import home_keeper, slack_app

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """Something that a person does; `body` makes what Slack sends for it."""

    name: str
    body: Callable[[SlackServer], Json]


def a_command(slack: SlackServer) -> Json:
    workspace = slack.workspace
    mina, channel = workspace.person("mina"), workspace.channel("general")
    address, _url = issue_response_url(workspace, slack.base_url, user=mina.id, channel=channel.id)
    return {**payloads.command(workspace, mina, channel, "/dataflow status"), "response_url": address}


def a_click(slack: SlackServer) -> Json:
    workspace = slack.workspace
    action = {"type": "button", "action_id": ACK, "block_id": "b", "value": '[1,1774000000,"ex1"]'}
    mina, channel = workspace.person("mina"), workspace.channel("general")
    address, _url = issue_response_url(workspace, slack.base_url, user=mina.id, channel=channel.id)
    details = {"actions": [action], "channel": {"id": channel.id}, "response_url": address, "trigger_id": "1.2.3"}
    return payloads.interaction(workspace, mina, "block_actions", **details)


def a_home(slack: SlackServer) -> Json:
    return payloads.event(slack.workspace, slack.workspace.person("mina"), "app_home_opened", tab="home")


QUESTIONS = (Question("command", a_command), Question("button", a_click), Question("App Home", a_home))


@contextmanager
def the_bot(slack: SlackServer) -> Iterator[App]:
    with TemporaryDirectory() as folder:
        bot = Bot(
            config.load(
                ncp_access_key="ACCESS",
                ncp_secret_key="SECRET",  # noqa: S106 - of nobody
                slack_bot_token=slack.workspace.bot_token,
                slack_api_url=slack.api_url,
                alert_channel=slack.workspace.channel("general").id,
                database_url=f"sqlite:///{Path(folder, 'bot.db')}",
            )
        )
        bot.prepare()
        yield slack_app(bot, bot.desk, home_keeper(bot, bot.desk.tools))


@contextmanager
def an_empty_listener(slack: SlackServer) -> Iterator[App]:
    """The floor: Bolt itself."""
    client = WebClient(token=slack.workspace.bot_token, base_url=slack.api_url)
    app = App(client=client, token_verification_enabled=False, process_before_response=True)
    app.command("/dataflow")(lambda ack: ack())
    app.action(ACK)(lambda ack: ack())
    app.event("app_home_opened")(lambda: None)
    yield app


@dataclass(frozen=True, slots=True)
class Rounds:
    """So many of each, with so many seconds from one to the next."""

    times: int
    every: float


def milliseconds(app: App, slack: SlackServer, question: Question, rounds: Rounds) -> list[float]:
    """Until the ack is ready, each time; sorted."""
    taken = []
    for _ in range(rounds.times):
        request = BoltRequest(mode="socket_mode", body=question.body(slack))
        began = time.perf_counter()
        answer = app.dispatch(request)
        taken.append((time.perf_counter() - began) * 1000)
        if answer.status != http.client.OK:
            raise RuntimeError(f"{question.name} is not acknowledged: {answer.status}")
        time.sleep(rounds.every)
    return sorted(taken)


def measure(rounds: Rounds) -> Table:
    table = Table("", "median", "99 of 100", "slowest", title=f"Milliseconds until the ack, {rounds.times} of each")
    for title, opened in (("this bot", the_bot), ("an empty listener", an_empty_listener)):
        slack = SlackServer(unhurried())
        slack.workspace.add_channel("general")
        slack.workspace.add_user("mina")
        with slack, opened(slack) as app:
            for question in QUESTIONS:
                taken = milliseconds(app, slack, question, rounds)
                shown = (median(taken), taken[int(len(taken) * 0.99)], taken[-1])
                table.add_row(f"{question.name}, {title}", *(f"{one:.2f}" for one in shown))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--every", type=float, default=0.02, help="seconds from one to the next")
    options = parser.parse_args()
    Console().print(measure(Rounds(options.times, options.every)))


if __name__ == "__main__":
    main()
