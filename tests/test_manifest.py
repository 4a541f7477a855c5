"""The app manifest is one that Slack takes, and asks for what the code uses.

The schema is written from Slack's documentation, "App manifest reference"; parts that we do not use are left out, and
so are refused.
"""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.demo.slack_server.workspace import DEFAULT_EVENTS
from bot.services.commands.table import USAGE_HINT
from bot.slack.blocks.answer import COMMAND
from bot.slack.check import SCOPES
from bot.slack.listeners.shortcuts import EXPLAIN, NAMES

MANIFEST = Path(__file__).parent.parent / "app_manifest.yaml"


def line(least: int, most: int, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": least, "maxLength": most, **more}


def record(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def names(most: int) -> dict[str, Any]:
    return {"type": "array", "maxItems": most, "uniqueItems": True, "items": line(1, 50)}


FLAG = {"type": "boolean"}
SLASH_COMMAND = record(
    ["command", "description"],
    command=line(2, 32, pattern="^/"),
    description=line(1, 2000),
    usage_hint=line(1, 1000),
    should_escape=FLAG,
)
SHORTCUT = record(
    ["name", "type", "callback_id", "description"],
    name=line(1, 24),
    type={"enum": ["global", "message"]},
    callback_id=line(1, 255),
    description=line(1, 150),
)
SCHEMA = record(
    ["display_information"],
    _metadata=record([], major_version={"enum": [1, 2]}, minor_version={"type": "integer"}),
    display_information=record(
        ["name"],
        name=line(1, 35),
        description=line(1, 140),
        long_description=line(175, 4000),
        background_color=line(4, 7, pattern="^#([0-9a-fA-F]{3}){1,2}$"),
    ),
    features=record(
        [],
        app_home=record([], home_tab_enabled=FLAG, messages_tab_enabled=FLAG, messages_tab_read_only_enabled=FLAG),
        bot_user=record(["display_name"], display_name=line(1, 80), always_online=FLAG),
        slash_commands={"type": "array", "minItems": 1, "maxItems": 50, "items": SLASH_COMMAND},
        shortcuts={"type": "array", "minItems": 1, "maxItems": 10, "items": SHORTCUT},
    ),
    oauth_config=record([], scopes=record([], bot=names(255), user=names(255))),
    settings=record(
        [],
        event_subscriptions=record([], bot_events=names(100), user_events=names(100)),
        interactivity=record(["is_enabled"], is_enabled=FLAG),
        org_deploy_enabled=FLAG,
        socket_mode_enabled=FLAG,
        token_rotation_enabled=FLAG,
    ),
)


@pytest.fixture(scope="module")
def manifest() -> Any:
    return yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))


def test_the_manifest_is_as_slack_documents_it(manifest: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(manifest, SCHEMA)


def test_the_app_comes_ready_to_use(manifest: Any) -> None:
    settings, home = manifest["settings"], manifest["features"]["app_home"]
    assert settings["socket_mode_enabled"]
    assert settings["interactivity"]["is_enabled"]
    assert home == {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False}


def test_what_cannot_be_undone_is_left_off(manifest: Any) -> None:
    assert manifest["settings"]["token_rotation_enabled"] is False
    assert manifest["settings"]["org_deploy_enabled"] is False


def test_the_command_and_the_events_are_those_that_the_code_listens_to(manifest: Any) -> None:
    assert [command["command"] for command in manifest["features"]["slash_commands"]] == [COMMAND]
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) == DEFAULT_EVENTS


def test_the_shortcuts_are_those_that_the_code_listens_to(manifest: Any) -> None:
    shortcuts = manifest["features"]["shortcuts"]
    assert {each["callback_id"]: each["name"] for each in shortcuts} == NAMES
    assert [each["callback_id"] for each in shortcuts if each["type"] == "message"] == [EXPLAIN]


def test_the_usage_hint_names_every_command_of_the_table(manifest: Any) -> None:
    assert [command["usage_hint"] for command in manifest["features"]["slash_commands"]] == [USAGE_HINT]


def test_the_scopes_cover_what_the_check_command_asks_for(manifest: Any) -> None:
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    assert set(scopes) >= set(SCOPES)
    assert scopes == sorted(scopes)
