"""The README names every setting and command that there is, and none that there is not."""

import re
from pathlib import Path

from bot.cli import main
from bot.config import Settings
from bot.services.commands.table import COMMANDS

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return README.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_every_setting_is_in_the_table_and_the_table_has_no_other() -> None:
    rows = [line.split("|")[1] for line in section("Settings").splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert named == {name.upper() for name in Settings.model_fields}


def test_every_command_is_in_the_table_with_its_usage() -> None:
    rows = [line for line in section("Commands").splitlines() if line.startswith("| `")]
    usages = [re.findall(r"`(.*?)`", row)[0].replace("\\|", "|") for row in rows]
    assert usages == [command.help.usage for command in COMMANDS.values()]


def test_every_command_of_the_command_line_is_named() -> None:
    for name in main.commands:
        assert f"`{name}" in section("Commands")
