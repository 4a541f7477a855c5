"""Prepares a database for this run: its watch, the channels of the settings, their digests to come."""

from collections.abc import Sequence

from bot.clock import Clock
from bot.services.schedule_digests import ScheduleDigests
from bot.store import channels, leases, subscriptions, watch
from bot.store.engine import Database


def start_watching(
    database: Database,
    clock: Clock,
    alert_channels: Sequence[str],
    fallback: str | None,
    digests: ScheduleDigests,
) -> None:
    """Begin the watch unless it has begun, and follow what the settings say now. Repeating it changes nothing."""
    now = clock()
    with database.transaction() as session:
        watch.ensure(session, now)
        leases.release_all(session)
        channels.ensure_workspace(session, now)
        subscriptions.follow_settings(session, alert_channels, now)
        if fallback:
            channels.ensure(session, fallback, now)
    digests.plan()
