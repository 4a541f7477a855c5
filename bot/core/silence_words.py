"""Mutes, maintenance windows and quiet hours in words."""

from bot.core.silence import Covered, SilenceKind, SilenceTitle
from bot.core.telling import HeldCause
from bot.language import N_, _

NAMES = {SilenceKind.MUTE: N_("mute"), SilenceKind.MAINTENANCE: N_("maintenance window")}


def spell_covered(covered: Covered) -> str:
    """Such as "load of orders-daily-load in #data-alerts"."""
    if covered.job and covered.workflow:
        what = _("{job} of {workflow}").format(job=covered.job, workflow=covered.workflow)
    else:
        what = covered.job or covered.workflow or _("everything")
    if covered.channel is None:
        return what
    return _("{what} in {channel}").format(what=what, channel=covered.channel)


def spell_title(title: SilenceTitle) -> str:
    """Such as "mute 3 of orders-daily-load (moving the warehouse)"."""
    named = _("{kind} {number} of {what}").format(
        kind=_(NAMES[title.kind]), number=title.silence_id, what=spell_covered(title.covered)
    )
    return f"{named} ({title.note})" if title.note else named


def spell_cause(cause: HeldCause) -> str:
    """What held alerts back."""
    if cause.silence:
        return spell_title(cause.silence)
    if cause.quiet is None:
        return _("quiet hours")
    quiet = cause.quiet
    return _("quiet hours {start}-{end} {zone}").format(
        start=f"{quiet.start:%H:%M}", end=f"{quiet.end:%H:%M}", zone=quiet.zone
    )
