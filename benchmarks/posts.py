"""What a post to Slack costs: this bot's sender beside the SDK's client and a kept-alive http.client, over HTTPS.

Run it with `python -m benchmarks.posts`. All post the same alert to the same server, which is another process: what
counts is the CPU of this one. They take turns, so that whatever else the machine does meets all of them. The server's
certificate is made for the occasion; whom to trust is read from a file of usual size, as in life.
"""

import argparse
import http.client
import json
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import certifi
import trustme
from slack_sdk import WebClient

from benchmarks.report import Section, Table, show
from bot.core.alerting import Alert
from bot.core.delivery import Posted
from bot.core.handles import Handle
from bot.core.incidents import Incident, JobTrouble
from bot.core.model import Execution, ExecutionStatus, Job, Trigger
from bot.core.normal import Background, Band
from bot.services.ports import Mark, Outgoing
from bot.slack.outcomes import outcome_of
from bot.slack.sender import SlackSender
from bot.slack.signature import Signer
from bot.slack.wire import Wire
from bot.slack.workspace import Workspace

TOKEN = "xoxb-1"  # noqa: S105 - of nobody
HOST = "127.0.0.1"
AIM = 0.5
"""Milliseconds of CPU for one post of the bot."""


@dataclass(frozen=True, slots=True)
class Way:
    """How to post. A slow one posts fewer times."""

    name: str
    post: Callable[[], None]
    share: float = 1.0


def an_alert() -> Outgoing:
    """The card of an incident, with all that a card can tell."""
    now = datetime.now(UTC)
    job = Job("jb01", "load-to-dw", 60, "s3://jobs/load.py", "/df-logs/orders/2026/03/20")
    failed = ExecutionStatus.FAILED
    times = (now - timedelta(minutes=13), now - timedelta(minutes=12), now)
    run = Execution("ex0000000001", "wf4kD02Lm9Qx", job, failed, failed, *times, Trigger("tr01", "every night"))
    incident = Incident(run.workflow_id, now, (JobTrouble(job, 1, now, now, run),))
    background = Background(Band(timedelta(minutes=8), timedelta(minutes=11), 20), now - timedelta(days=1), 4, 30)
    alert = Alert("orders-daily-load", run, now, incident=incident, background=background, handle=Handle(1))
    return Outgoing(Mark("5f1c1a3e-0e2b-5b7a-9d5c-1f2e3d4c5b6a", now), "C0ALERTS", alert)


def ways(url: str) -> list[Way]:
    """The floor comes first."""
    message = an_alert()
    wire = Wire(url, TOKEN)
    sender = SlackSender(wire, Workspace(wire), Signer(TOKEN))
    arguments = sender.arguments(message)
    as_people_do = WebClient(TOKEN, base_url=url)
    with_context = WebClient(TOKEN, base_url=url, ssl=ssl.create_default_context())

    def send_rendered() -> None:
        assert isinstance(outcome_of(wire.call("chat.postMessage", arguments, as_json=True), message.channel), Posted)

    def send() -> None:
        assert isinstance(sender.send(message), Posted)

    return [
        Way("floor: http.client, kept alive, fixed bytes", floor(url, arguments)),
        Way("this bot, the message ready", send_rendered),
        Way("this bot, with making the message", send),
        Way("WebClient, with one SSL context", lambda: sdk(with_context, arguments), 0.3),
        Way("WebClient, as people use it", lambda: sdk(as_people_do, arguments), 0.1),
    ]


def floor(url: str, arguments: dict[str, Any]) -> Callable[[], None]:
    host, slash, path = url.removeprefix("https://").partition("/")
    connection = http.client.HTTPSConnection(host, context=ssl.create_default_context())
    body = json.dumps(arguments).encode()
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json; charset=utf-8"}

    def post() -> None:
        connection.request("POST", f"{slash}{path}chat.postMessage", body, headers)
        assert json.loads(connection.getresponse().read())["ok"]

    return post


def sdk(client: WebClient, arguments: dict[str, Any]) -> None:
    assert client.chat_postMessage(**arguments)["ok"]


def milliseconds(way: Way, posts: int) -> float:
    """Of CPU for one post."""
    count = max(round(posts * way.share), 1)
    began = time.process_time()
    for _ in range(count):
        way.post()
    return (time.process_time() - began) * 1000 / count


@contextmanager
def slack() -> Iterator[str]:
    """The address of a Slack over HTTPS that this process trusts."""
    authority = trustme.CA()
    with TemporaryDirectory() as folder:
        certificate, trusted = Path(folder, "server.pem"), Path(folder, "trusted.pem")
        certificate.write_bytes(authority.issue_cert(HOST).private_key_and_cert_chain_pem.bytes())
        trusted.write_bytes(Path(certifi.where()).read_bytes() + authority.cert_pem.bytes())
        os.environ |= {"SSL_CERT_FILE": str(trusted), "NO_PROXY": "*", "HTTPS_PROXY": "", "https_proxy": ""}
        command = [sys.executable, "-m", "benchmarks.loopback_slack", str(certificate)]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert server.stdout
        try:
            yield f"https://{HOST}:{server.stdout.readline().strip()}/api/"
        finally:
            server.kill()
            server.wait()


def measure(posts: int, rounds: int) -> Section:
    taken: dict[str, list[float]] = {}
    with slack() as url:
        compared = ways(url)
        for way in compared:
            way.post()
        for _ in range(rounds):
            for way in compared:
                taken.setdefault(way.name, []).append(milliseconds(way, posts))
    least = median(taken[compared[0].name])
    rows = [(name, f"{median(each):.3f}", f"{median(each) / least:.2f}") for name, each in taken.items()]
    about = f"Over HTTPS, the median of {rounds} rounds; aim: {AIM} ms of CPU. The first way is the floor."
    return Section("A post", about, [Table(("posting", "CPU ms", "× floor"), rows)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=300, help="in a round; the slow ways make fewer")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    show(measure(options.posts, options.rounds))


if __name__ == "__main__":
    main()
