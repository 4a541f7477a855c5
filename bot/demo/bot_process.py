"""The bot itself, unchanged, as a process of its own: its settings, its log, its end.

Nothing of the caller's own settings reaches it: it gets a clean environment and runs in a folder of its own.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ")  # of the caller's environment
STOPS_WITHIN = 6.0  # seconds; the bot promises five
TAIL = 15  # lines


class BotDied(Exception):
    """The bot ended by itself."""


class BotProcess:
    def __init__(self, settings: Mapping[str, str]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dataflow-bot-demo-"))
        self.log = self.folder / "bot.log"
        self._settings = {**settings, "DATABASE_URL": f"sqlite:///{self.folder / 'bot.db'}"}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """In a process group of its own: a Ctrl-C at the terminal is for the demo, which then stops the bot."""
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def require(self) -> None:
        """Raises BotDied, with the end of its log, when the bot is not running."""
        if not self.is_running:
            code = self._process.returncode if self._process else None
            lines = self.log.read_text("utf-8", "replace").splitlines()[-TAIL:]
            raise BotDied("\n".join([f"the bot ended by itself with exit code {code}; the end of {self.log}:", *lines]))

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leaves the folder where the bot died, because its log is in there."""
        self.stop()
        if kind is not BotDied:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        path = os.pathsep.join(filter(None, sys.path))  # it finds the modules that we found, installed or not
        return {**kept, "PYTHONPATH": path, "NO_PROXY": "*", **self._settings}
