"""Two workspaces that claim to be Slack: our stand-in, and the Slack service of npm's `emulate`, each over HTTP."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from bot.demo.slack_server import SlackServer, unhurried

Json = dict[str, Any]

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
SEED = """
slack:
  team: {name: Demo, domain: demo}
  users: [{name: mina, real_name: Kim Mina, email: mina@example.com}]
  channels: [{name: data-alerts}]
"""
TOKEN = "test_token_admin"  # the one that `emulate` seeds
READY_WITHIN = 30.0


@dataclass
class Peer:
    """One of the two. `known` holds what earlier calls gave, for later ones to use: ids, ts."""

    api: str
    token: str
    known: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, arguments: Json, token: str | None = None) -> Json:
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        response = requests.post(f"{self.api}{method}", json=arguments, headers=headers, timeout=10)
        answer: Json = response.json()
        return answer

    def read(self, method: str, arguments: Json) -> Json:
        """As slack_sdk sends it: a form."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer: Json = requests.post(f"{self.api}{method}", data=arguments, headers=headers, timeout=10).json()
        return answer


def install() -> None:
    """`emulate`, in the version that the lock names, by the npm beside this Python."""
    environment = {**os.environ, "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", "")])}
    command = [str(BIN / "npm"), "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=HERE, env=environment, check=True)


@contextmanager
def our_stand_in() -> Iterator[Peer]:
    with SlackServer(unhurried()) as slack:
        slack.workspace.add_channel("data-alerts")
        slack.workspace.add_user("mina", real_name="Kim Mina")
        yield Peer(slack.api_url, slack.workspace.bot_token)


@contextmanager
def emulate(folder: Path) -> Iterator[Peer]:
    (folder / "seed.yaml").write_text(SEED)
    port = _free_port()
    command = [str(BIN / "node"), str(HERE / "node_modules" / "emulate" / "dist" / "index.js")]
    arguments = ["--service", "slack", "--port", str(port), "--seed", str(folder / "seed.yaml")]
    process = subprocess.Popen(
        [*command, *arguments],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # node comes as a script that starts the real one: both have to go
    )
    try:
        peer = Peer(f"http://localhost:{port}/api/", TOKEN)
        _wait_for(peer)
        yield peer
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _wait_for(peer: Peer) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            peer.call("auth.test", {})
        except requests.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
