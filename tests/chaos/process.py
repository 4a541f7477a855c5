"""The bot as a process to be killed: `python -m bot run`, or the same from a nursery. Linux only, for its pidfds."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]
NICER = 5
"""The bots give way to the stand-ins, whose delays are part of what is tested."""
STOPS_WITHIN = 30.0  # seconds; the bot promises five, when it has a processor to itself


class EndedByItself(Exception):
    """The bot was gone before anybody killed it."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a bot lives: its folder, its settings, and the log that all its lives write to."""

    folder: Path
    settings: Mapping[str, str] = field(repr=False)

    @property
    def log(self) -> Path:
        return self.folder / "bot.log"

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the caller's own settings."""
        path = os.environ.get("PATH", os.defpath)
        python = {"PATH": path, "PYTHONPATH": str(ROOT), "PYTHONFAULTHANDLER": "1"}
        return {**python, "NO_PROXY": "*", **self.settings}

    def last_words(self) -> str:
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-80:])


class Life:
    """One run of the process, from its start to its end. `process` is there when it is our child."""

    def __init__(self, home: Home, pid: int, process: subprocess.Popen[bytes] | None = None) -> None:
        self.pid = pid
        self._home = home
        self._process = process
        self._handle: int | None = os.pidfd_open(pid)
        os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, 0) + NICER)

    @property
    def has_ended(self) -> bool:
        return self._has_ended_within(0)

    def require(self) -> None:
        if self.has_ended:
            raise EndedByItself(self._home.last_words())

    def kill(self) -> None:
        """SIGKILL; returns when nothing of it is left."""
        self.require()
        self._send(signal.SIGKILL)
        self._has_ended_within(None)
        self._bury()

    def stop(self) -> int | None:
        """SIGTERM; returns the exit code of a child of ours.

        One that does not stop is made to write down where each of its threads is.
        """
        self.require()
        self._send(signal.SIGTERM)
        if not self._has_ended_within(STOPS_WITHIN):
            self._send(signal.SIGABRT)
            self._has_ended_within(None)
        return self._bury()

    def wait(self, seconds: float) -> int | None:
        """The exit code of a child that ends by itself; None while it lives."""
        return self._bury() if self._has_ended_within(seconds) else None

    def abandon(self) -> None:
        """Make sure that it is gone, whatever state it is in."""
        if self.has_ended:
            self._bury()
        else:
            self.kill()

    def _send(self, number: signal.Signals) -> None:
        if self._handle is not None:
            signal.pidfd_send_signal(self._handle, number)

    def _has_ended_within(self, seconds: float | None) -> bool:
        """A pidfd becomes readable when its process has ended. poll, not select: that one knows 1,024 files only."""
        if self._handle is None:
            return True
        readable = select.poll()
        readable.register(self._handle, select.POLLIN)
        return bool(readable.poll(None if seconds is None else seconds * 1000))

    def _bury(self) -> int | None:
        """There may be thousands of lives, so none keeps its handle."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
        return self._process.wait() if self._process else None


Start = Callable[[Home], Life]


def start_cold(home: Home) -> Life:
    """As an operator starts it."""
    return start_with([sys.executable], home)


def start_with(python: Sequence[str], home: Home) -> Life:
    """`python` is the command that runs Python."""
    with home.log.open("ab") as log:
        process = subprocess.Popen(
            [*python, "-m", "bot", "run"],
            cwd=home.folder,
            env=home.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    return Life(home, process.pid, process)


class Nursery:
    """See nursery.py. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, home: Home) -> Life:
        order = {"folder": str(home.folder), "environment": home.environment, "log": str(home.log)}
        with self._lock:
            if self._process.stdin is None or self._process.stdout is None:
                raise RuntimeError("the nursery has no pipes")
            print(json.dumps(order), file=self._process.stdin, flush=True)
            return Life(home, int(self._process.stdout.readline()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()
