"""The pages that are made from tables in the code say what the tables say."""

import runpy
from pathlib import Path

import pytest

from bot.core.permissions import MATRIX, Action
from bot.services.commands.table import COMMANDS

DOCS = Path(__file__).parent.parent / "docs"
PAGES = runpy.run_path(str(DOCS / "generate.py"))["PAGES"]


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_as_the_code_has_it(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), "run `python docs/generate.py`"


@pytest.mark.parametrize("action", Action)
def test_every_action_can_be_asked_for_in_some_way(action: Action) -> None:
    by_command = {one for command in COMMANDS.values() for one in (command.action, command.own_action)}
    assert action in by_command or MATRIX[action].beside
