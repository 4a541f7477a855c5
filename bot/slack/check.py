"""Whether tokens, scopes and channels do, without posting anything."""

from collections.abc import Iterator, Sequence

from bot.core.delivery import FailureClass
from bot.core.findings import Finding, Verdict
from bot.slack.outcomes import CLASS_OF_ERROR
from bot.slack.wire import Lost, Wire
from bot.slack.workspace import ChannelState, Identity, Refused, Workspace

SCOPES = {
    "chat:write": "post messages",
    "chat:write.public": "post to public channels without being a member",
    "commands": "answer /dataflow",
    "app_mentions:read": "answer when mentioned",
    "im:history": "answer direct messages",
    "channels:history": "see in public channels whether an unconfirmed message arrived",
    "groups:history": "the same in private channels",
    "channels:read": "find public channels by name",
    "groups:read": "find private channels by name",
    "users:read": "know who asks, so nobody may change anything",
    "usergroups:read": "know who belongs to a group of OPERATOR_GROUPS",
}


def check_slack(workspace: Workspace, app_wire: Wire | None, channels: Sequence[str]) -> Iterator[Finding]:
    """The bot token and its scopes, the app token, and each channel. `app_wire` carries the app-level token."""
    identity = workspace.identify()
    if isinstance(identity, Refused):
        yield Finding("SLACK_BOT_TOKEN", Verdict.WRONG, identity.error, _token_advice(identity.error))
        return
    yield Finding("SLACK_BOT_TOKEN", Verdict.OK, f"belongs to {identity.team_url}")
    yield from _check_scopes(identity)
    if app_wire is not None:
        yield _check_app_token(app_wire)
    for channel in channels:
        yield _check_channel(workspace, channel)


def _check_scopes(identity: Identity) -> Iterator[Finding]:
    missing = {scope: use for scope, use in SCOPES.items() if scope not in identity.scopes}
    if not missing:
        yield Finding("scopes", Verdict.OK, "all there")
    for scope, use in missing.items():
        verdict = Verdict.WRONG if scope in ("chat:write", "commands") else Verdict.WARNING
        advice = "update the app from app_manifest.yaml and install it to the workspace again"
        yield Finding("scopes", verdict, f"{scope} is missing: the bot cannot {use}", advice)


def _check_app_token(wire: Wire) -> Finding:
    """apps.connections.open only hands out an address; no connection is made."""
    answer = wire.call("apps.connections.open", {})
    if not isinstance(answer, Lost) and answer.is_ok:
        return Finding("SLACK_APP_TOKEN", Verdict.OK, "Socket Mode may be used")
    advice = "make an app-level token with the scope connections:write, and switch Socket Mode on"
    return Finding("SLACK_APP_TOKEN", Verdict.WRONG, answer.error, advice)


def _check_channel(workspace: Workspace, channel: str) -> Finding:
    subject = f"channel {channel}"
    channel_id = workspace.resolve_channel(channel) if channel.startswith("#") else channel
    if channel_id is None:
        channel_id = Refused("channel_not_found")
    state = channel_id if isinstance(channel_id, Refused) else workspace.channel_state(channel_id)
    match state:
        case Refused(error):
            advice = "correct ALERT_CHANNEL, or invite the bot: /invite @Data Flow"
            return Finding(subject, Verdict.WRONG, error, advice)
        case ChannelState(is_archived=True):
            return Finding(subject, Verdict.WRONG, "is archived", "unarchive it, or name another in ALERT_CHANNEL")
        case ChannelState(is_member=False):
            what = "the bot is not a member, so it cannot see whether an unconfirmed message arrived"
            return Finding(subject, Verdict.WARNING, what, "invite it: /invite @Data Flow")
    return Finding(subject, Verdict.OK, f"#{state.name}")


def _token_advice(error: str) -> str:
    if CLASS_OF_ERROR.get(error) is FailureClass.TOKEN:
        return "copy the Bot User OAuth Token (xoxb-…) from the app's page, Install App"
    return "check SLACK_API_URL and the way to it (DNS, proxy, firewall); try again if it is only down"
