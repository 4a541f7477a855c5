"""Fixtures for the Slack package."""

import difflib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.demo.slack_server import SlackServer, unhurried
from bot.demo.slack_server.workspace import PATIENCE
from bot.language import LANGUAGES, SOURCE, speaking
from bot.slack.blocks.elements import Message
from bot.slack.sender import SlackSender
from bot.slack.signature import Signer
from bot.slack.wire import Wire
from bot.slack.workspace import Workspace
from bot.store.engine import Database
from tests.slack.inspection import body, problems
from tests.slack.korean import english_in

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what is expected in Slack anew")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Renewing runs nothing but what writes a file."""
    if config.getoption("--update-golden"):
        items[:] = [item for item in items if "golden" in getattr(item, "fixturenames", ())]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each of our languages in turn, spoken while the test runs."""
    with speaking(request.param):
        yield request.param


@pytest.fixture
def golden(request: pytest.FixtureRequest, language: str) -> Callable[[str, Message | Mapping[str, Any]], None]:
    """Compares a message or a view with the file of that name, in each language; `make golden` writes the files."""
    folder = GOLDEN if language == SOURCE else GOLDEN / language
    is_update = bool(request.config.getoption("--update-golden"))

    def compare(name: str, shown: Message | Mapping[str, Any]) -> None:
        assert problems(shown) == []
        assert language == SOURCE or english_in(body(shown) if isinstance(shown, Message) else shown) == []
        path, text = folder / f"{name}.json", _pretty(shown)
        if is_update:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        expected = path.read_text(encoding="utf-8") if path.exists() else ""
        if text != expected:
            lines = difflib.unified_diff(expected.splitlines(), text.splitlines(), str(path), "now", lineterm="", n=2)
            pytest.fail("\n".join([*lines, "Is it meant? Then `make golden`."]), pytrace=False)

    return compare


def _pretty(shown: Message | Mapping[str, Any]) -> str:
    return (
        json.dumps(_by_lines(body(shown) if isinstance(shown, Message) else shown), ensure_ascii=False, indent=2) + "\n"
    )


def _by_lines(value: Any) -> Any:
    """The same with longer texts line by line, as people read and compare them."""
    match value:
        case str() if "\n" in value:
            return value.split("\n")
        case dict():
            return {name: _by_lines(held) for name, held in value.items()}
        case list():
            return [_by_lines(held) for held in value]
    return value


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
    return Wire(slack.api_url, slack.workspace.bot_token, timeout=PATIENCE)


@pytest.fixture
def sender(wire: Wire) -> SlackSender:
    return SlackSender(wire, Workspace(wire), Signer(wire.token))
