"""The demo as a person starts it: a process, its output, its end. The one long run is shared by the tests about it."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.demo.bot_process import BotDied, BotProcess

DEMO = [sys.executable, "-m", "bot", "demo"]
MISLEADING = {
    "SLACK_BOT_TOKEN": "xoxb-somebody-elses",
    "ALERT_CHANNEL": "#somewhere-else",
    "POLL_INTERVAL": "never",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
}
needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds child processes in /proc")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What twelve seconds show to somebody whose own settings would lead the bot astray."""
    folder = tmp_path_factory.mktemp("caller")
    (folder / ".env").write_text("NCP_ACCESS_KEY=somebody-elses\nDIGEST_AT=never\n")
    environment = {**os.environ, **MISLEADING, "COLUMNS": "120", "PYTHONPATH": str(Path.cwd())}
    command = [*DEMO, "--for", "12s"]
    done = subprocess.run(command, cwd=folder, env=environment, input="", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_first_failure_is_alerted_as_a_reader_sees_it(shown: str) -> None:
    assert shown.count("일별 매출 집계          RUNNING → FAILED") == 1
    assert shown.count("❌ FAILED: 일별 매출 집계") == 1
    assert re.search(r"│ Ended (today|yesterday) \d\d:\d\d after running 3 s", shown)


def test_a_typed_command_is_answered_for_the_one_who_typed_it(shown: str) -> None:
    asked = shown.index("mina       /dataflow runs orders-daily-load 5")
    answer = shown[shown.index("╭─ #data-alerts · only visible to you", asked) :]
    assert re.search(r"│ Runs of orders-daily-load \w{12}, newest first", answer)
    assert answer.count("✅ COMPLETED orders-daily-load-job") >= 3
    assert "Older ▶" in answer


def test_at_the_end_every_failure_is_accounted_for(shown: str) -> None:
    """How many there are by then depends on how busy the machine is."""
    account = re.fullmatch(r"\d+ runs, (\d+) failed or cancelled, (\d+) alerts?, each once\.", shown.splitlines()[-1])
    assert account, shown
    assert account[1] == account[2]


@contextmanager
def running_demo(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """In a process group of its own, like a command at a shell; what it leaves behind it leaves in the folder."""
    with subprocess.Popen(
        DEMO,
        env={**os.environ, "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as demo:
        try:
            yield demo
        finally:
            demo.kill()


def read_until(demo: subprocess.Popen[str], words: str) -> None:
    assert demo.stdout is not None
    assert any(words in line for line in demo.stdout), f"the demo ended before it showed {words!r}"


def read_to_the_end(demo: subprocess.Popen[str]) -> str:
    assert demo.stdout is not None
    return demo.stdout.read()


def bot_of(demo: subprocess.Popen[str]) -> int:
    (bot,) = Path(f"/proc/{demo.pid}/task/{demo.pid}/children").read_text().split()
    return int(bot)


@needs_proc
@pytest.mark.parametrize(
    ("moment", "code"), [("is starting", 130), ("READY → RUNNING", 0)], ids=["before the bot is up", "in the middle"]
)
def test_ctrl_c_ends_the_demo_cleanly_and_leaves_nothing(moment: str, code: int, tmp_path: Path) -> None:
    """Like at a terminal, the whole process group gets the signal."""
    with running_demo(tmp_path) as demo:
        read_until(demo, moment)
        bot = bot_of(demo)
        os.killpg(demo.pid, signal.SIGINT)
        assert "Traceback" not in read_to_the_end(demo)
        assert demo.wait() == code
    assert not Path(f"/proc/{bot}").exists()
    assert not list(tmp_path.iterdir())


@needs_proc
def test_a_demo_whose_bot_dies_says_so_and_where_its_log_is(tmp_path: Path) -> None:
    with running_demo(tmp_path) as demo:
        read_until(demo, "READY → RUNNING")
        os.kill(bot_of(demo), signal.SIGKILL)
        told = " ".join(read_to_the_end(demo).split())
        assert demo.wait() == 1
    (log,) = tmp_path.glob("*/bot.log")
    assert "the bot ended by itself with exit code -9; the end of" in told
    assert log.name in told


def require_once_ended(bot: BotProcess) -> None:
    while bot.is_running:
        time.sleep(0.05)
    bot.require()


def test_a_bot_that_cannot_start_shows_the_end_of_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(BotDied, match=r"(?s)exit code 2; .*POLL_INTERVAL"), BotProcess({"POLL_INTERVAL": "no"}) as bot:
        require_once_ended(bot)
    assert bot.log.exists()


def test_a_port_that_somebody_else_has_is_named_and_nothing_is_left_running() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [*DEMO, "--for", "5s", "--port", str(port)]
        done = subprocess.run(command, input="", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert f"port {port} cannot be had" in done.stdout
