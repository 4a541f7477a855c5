"""The gates in front of Slack: one for each channel, one for the workspace. Nothing is sent before a gate is ready."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot.store.message_tables import ChannelRow, WorkspaceRow
from bot.store.upsert import insert_if_absent

_ONLY = 1


@dataclass(frozen=True, slots=True)
class Breakage:
    """What refuses our messages (a channel's name, or None for the whole workspace), why and since when."""

    channel: str | None
    reason: str
    since: datetime


def ensure(session: Session, channel: str, now: datetime) -> None:
    """Make sure that the channel has a gate."""
    session.execute(insert_if_absent(session, ChannelRow).values(channel=channel, ready_at=now))


def ensure_workspace(session: Session, now: datetime) -> None:
    """Make sure that the workspace has a gate."""
    session.execute(insert_if_absent(session, WorkspaceRow).values(id=_ONLY, ready_at=now))


def hold_channel(session: Session, channel: str, until: datetime) -> None:
    """Send nothing to this channel before then."""
    session.execute(update(ChannelRow).where(ChannelRow.channel == channel).values(ready_at=until))


def hold_workspace(session: Session, until: datetime) -> None:
    """Send nothing at all before then."""
    session.execute(update(WorkspaceRow).values(ready_at=until))


def break_channel(session: Session, channel: str, reason: str, now: datetime) -> bool:
    """Slack refuses this channel; returns whether that is news. It keeps the time of its first refusal."""
    is_news = session.execute(
        update(ChannelRow)
        .where(ChannelRow.channel == channel, ChannelRow.broken_since.is_(None))
        .values(broken_since=now)
        .returning(ChannelRow.channel)
    ).one_or_none()
    session.execute(update(ChannelRow).where(ChannelRow.channel == channel).values(broken_reason=reason))
    return is_news is not None


def break_workspace(session: Session, reason: str, now: datetime) -> None:
    """Slack refuses our token. It keeps the time of its first refusal."""
    session.execute(update(WorkspaceRow).where(WorkspaceRow.broken_since.is_(None)).values(broken_since=now))
    session.execute(update(WorkspaceRow).values(broken_reason=reason))


def heal(session: Session, channel: str, slack_id: str) -> None:
    """A message went through: the channel and the token work, and we know the channel's id."""
    session.execute(
        update(ChannelRow)
        .where(ChannelRow.channel == channel)
        .values(slack_id=slack_id, failing_since=None, broken_since=None, broken_reason=None)
    )
    session.execute(
        update(WorkspaceRow).where(WorkspaceRow.broken_since.is_not(None)).values(broken_since=None, broken_reason=None)
    )


def note_id(session: Session, channel: str, slack_id: str) -> None:
    """A message of ours was found in it, so we know the channel's id."""
    session.execute(update(ChannelRow).where(ChannelRow.channel == channel).values(slack_id=slack_id))


def slack_ids(session: Session) -> dict[str, str]:
    """Slack's id of each channel that a message of ours stands in, by its name in the settings."""
    rows = session.execute(select(ChannelRow.channel, ChannelRow.slack_id).where(ChannelRow.slack_id.is_not(None)))
    return {channel: slack_id for channel, slack_id in rows if slack_id}


def named(session: Session, slack_id: str, expected: str) -> str:
    """What the settings call the channel in which a message stands; `expected` where several names mean it, or none."""
    rows = session.scalars(
        select(ChannelRow.channel).where(or_(ChannelRow.slack_id == slack_id, ChannelRow.channel == slack_id))
    )
    names = list(rows)
    return expected if expected in names or not names else names[0]


def broken(session: Session) -> list[Breakage]:
    """What is broken now, the workspace first."""
    workspace = session.execute(select(WorkspaceRow.broken_reason, WorkspaceRow.broken_since))
    channels = session.execute(select(ChannelRow.channel, ChannelRow.broken_reason, ChannelRow.broken_since))
    return [
        *(Breakage(None, reason or "", since) for reason, since in workspace if since),
        *(Breakage(channel, reason or "", since) for channel, reason, since in channels if since),
    ]


def is_ready(session: Session, channel: str, now: datetime) -> bool:
    """Whether the channel's gate is open."""
    query = select(ChannelRow.channel).where(ChannelRow.channel == channel, ChannelRow.ready_at <= now)
    return session.execute(query).first() is not None


def note_failing(session: Session, channel: str, now: datetime) -> None:
    """The last send did not succeed; since when is kept."""
    session.execute(
        update(ChannelRow)
        .where(ChannelRow.channel == channel, ChannelRow.failing_since.is_(None))
        .values(failing_since=now)
    )


def note_read(session: Session, channel: str, unreadable_reason: str | None) -> None:
    """Its history was read back, so Slack answers; or why it cannot be."""
    values: dict[str, object] = {"unreadable_reason": unreadable_reason}
    if unreadable_reason is None:
        values["failing_since"] = None
    session.execute(update(ChannelRow).where(ChannelRow.channel == channel).values(**values))


def claim_sweep(session: Session, now: datetime, before: datetime) -> tuple[str, datetime | None] | None:
    """Take the channel that was swept longest ago, before that time: its name, and when it was swept."""
    due = select(ChannelRow.channel, ChannelRow.swept_at).where(
        ChannelRow.slack_id.is_not(None), or_(ChannelRow.swept_at.is_(None), ChannelRow.swept_at <= before)
    )
    found = session.execute(due.order_by(ChannelRow.swept_at).limit(1).with_for_update(skip_locked=True)).first()
    if found is None:
        return None
    session.execute(update(ChannelRow).where(ChannelRow.channel == found.channel).values(swept_at=now))
    return found.channel, found.swept_at


def forget_sweeps(session: Session) -> None:
    """After a start, every channel is swept anew."""
    session.execute(update(ChannelRow).values(swept_at=None))


def unreadable(session: Session) -> list[tuple[str, str]]:
    """Channels whose history we may not read, and why."""
    rows = session.execute(select(ChannelRow.channel, ChannelRow.unreadable_reason))
    return [(channel, reason) for channel, reason in rows if reason]
