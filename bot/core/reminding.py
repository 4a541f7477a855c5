"""Decides whether a channel is reminded of an open incident now, and why not."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.alerting import Decision, Reason, Verdict, hold_back
from bot.core.incidents import Incident
from bot.core.rules import Subscription
from bot.core.silence import Silence


def decide_reminder(
    subscription: Subscription | None, incident: Incident, silences: Sequence[Silence], now: datetime
) -> Decision:
    """The first of these that applies decides: whether it is over; whether somebody looks after it; whether anybody
    asks to be reminded; what holds it back."""
    if not incident.is_open:
        return Decision(Verdict.SILENT, Reason.INCIDENT_OVER)
    if incident.acknowledged:
        return Decision(Verdict.SILENT, Reason.LOOKED_AFTER)
    if subscription is None:
        return Decision(Verdict.SILENT, Reason.UNSUBSCRIBED)
    if subscription.rules.remind_every is None:
        return Decision(Verdict.SILENT, Reason.NO_REMINDERS)
    held = hold_reminder(subscription, incident, silences, now)
    return held or Decision(Verdict.TELL, Reason.STILL_OPEN)


def hold_reminder(
    subscription: Subscription, incident: Incident, silences: Sequence[Silence], now: datetime
) -> Decision | None:
    """A silence holds a reminder back when it covers every job that is still failing."""
    return hold_back(subscription, covering(silences, incident, subscription.channel, now), now)


def covering(silences: Sequence[Silence], incident: Incident, channel: str, now: datetime) -> list[Silence]:
    """Those that hold back, now, whatever this channel would hear of an open incident."""
    place, failing = (channel, incident.workflow_id), incident.failing_jobs
    return [one for one in silences if all(one.covers(*place, job_id, now) for job_id in failing)]
