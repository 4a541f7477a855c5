"""Fixtures for the Slack package. `pytest tests/slack --update-golden` writes the expected messages anew."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.demo.slack_server import SlackServer, unhurried
from bot.slack.blocks.elements import Message
from bot.slack.sender import SlackSender
from bot.slack.signature import Signer
from bot.slack.wire import Wire
from bot.slack.workspace import Workspace
from bot.store.engine import Database

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the expected Slack messages anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, Message], None]:
    """Compares a message with the file of that name."""
    is_update = bool(request.config.getoption("--update-golden", default=False))

    def compare(name: str, message: Message) -> None:
        path = GOLDEN / f"{name}.json"
        shown = {"text": message.text.split("\n"), "blocks": list(message.blocks)}
        if is_update:
            path.write_text(json.dumps(shown, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        assert shown == json.loads(path.read_text(encoding="utf-8"))

    return compare


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    server = SlackServer(unhurried())
    server.workspace.add_channel("data-alerts")
    server.workspace.add_user("mina")
    with server:
        yield server


@pytest.fixture(scope="module")
def shared_database(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A migrated SQLite file for all tests of a module, whose connection to Slack is one, too."""
    path = shutil.copy(migrated_file, tmp_path_factory.mktemp("shared") / "bot.db")
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def wire(slack: SlackServer) -> Wire:
    return Wire(slack.api_url, slack.workspace.bot_token, timeout=0.5)


@pytest.fixture
def sender(wire: Wire) -> SlackSender:
    return SlackSender(wire, Workspace(wire), Signer(wire.token))
