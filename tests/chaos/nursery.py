"""Starts lives of the bot from one interpreter that has imported everything already: `python -m tests.chaos.nursery`.

A life is a fork that runs the same command as `python -m bot run`; it only skips a second of imports, which is what
lets ten thousand of them be killed in half an hour. Orders come as JSON lines, answered with the process id.
"""

import gc
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import bot.cli
import bot.slack.app
import bot.slack.socket
import bot.wiring


def main() -> None:
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
    for line in sys.stdin:
        if threading.active_count() != 1:
            sys.exit("an import has started a thread, which no fork would have")
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _live(order)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def _live(order: dict[str, Any]) -> None:
    """Become the process that the order describes."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    with Path(order["log"]).open("ab") as log, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    bot.cli.main(["run"], prog_name="dataflow-bot")


if __name__ == "__main__":
    main()
