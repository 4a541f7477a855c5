"""The payloads Slack sends an app: commands, clicks, submissions, shortcuts and events. Values only, nothing is sent.

Source: Slack docs, "Interaction payloads", "Slash commands" and the reference of each event.
"""

from typing import Any

from bot.demo.slack_server.block_rules import Json
from bot.demo.slack_server.channels import Channel, ChannelKind
from bot.demo.slack_server.messages import Message
from bot.demo.slack_server.people import Person
from bot.demo.slack_server.views import View
from bot.demo.slack_server.workspace import Workspace

DEPRECATED = "verification"  # Slack still sends its verification token; nobody should read it


def command(workspace: Workspace, person: Person, channel: Channel, line: str) -> Json:
    name, _, text = line.partition(" ")
    return {
        "token": DEPRECATED,
        "team_id": workspace.team_id,
        "team_domain": "demo",
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.kind is ChannelKind.DIRECT else channel.name,
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text.strip(),
        "api_app_id": workspace.app_id,
        "is_enterprise_install": "false",
    }


def interaction(workspace: Workspace, person: Person, kind: str, **details: Any) -> Json:
    """The fields that all interactive payloads share, and `details`."""
    return {
        "type": kind,
        "token": DEPRECATED,
        "team": {"id": workspace.team_id, "domain": "demo"},
        "enterprise": None,
        "is_enterprise_install": False,
        "api_app_id": workspace.app_id,
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id},
        **details,
    }


def in_message(channel: Channel, message: Message) -> Json:
    """Where an interaction with a message happened."""
    return {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.ephemeral_for is not None,
        },
        "channel": {"id": channel.id, "name": channel.name or "directmessage"},
        "message": message.render(),
    }


def in_view(workspace: Workspace, view: View) -> Json:
    return {
        "container": {"type": "view", "view_id": view.id},
        "view": view.render(workspace.identity),
    }


def event(workspace: Workspace, person: Person, kind: str, **details: Any) -> Json:
    """An Events API callback around one event."""
    now = workspace.clock()
    return {
        "type": "event_callback",
        "token": DEPRECATED,
        "team_id": workspace.team_id,
        "api_app_id": workspace.app_id,
        "event_id": workspace.new_id("Ev"),
        "event_time": int(now),
        "event": {"type": kind, "user": person.id, "event_ts": f"{now:.6f}", **details, **_teams(person, kind)},
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.team_id,
                "user_id": workspace.bot.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def _teams(person: Person, kind: str) -> Json:
    """Whose words they are; the other two are said only of people of another workspace (Slack docs, "Using Slack
    Connect with Slack apps"), and app_home_opened says nothing."""
    if kind not in ("message", "app_mention"):
        return {}
    return dict.fromkeys(("team", "user_team", "source_team") if person.is_stranger else ("team",), person.team_id)
