"""What takes too long, in words: what it is, what it is compared with, and how it came to its end."""

from datetime import timedelta

from bot.core.days import spell_weekday
from bot.core.durations import spell
from bot.core.model import Execution
from bot.core.overdue import TIMEOUT_SHARE, Basis, BasisKind, HowOver
from bot.core.recurrence import LAST_DAY, Interval, Recurrence
from bot.core.rules import Outcome
from bot.language import N_, _, ngettext

NAMES = {
    Outcome.RUNNING_LONG: N_("running too long"),
    Outcome.WAITING_LONG: N_("waiting too long"),
    Outcome.NEVER_STARTED: N_("never started"),
}


def spell_basis(basis: Basis) -> str:
    """How a limit came about."""
    match basis.kind:
        case BasisKind.RUNS:
            return ngettext(
                "usually {duration}, by its last {runs:,} completed run",
                "usually {duration}, by its last {runs:,} completed runs",
                basis.runs,
            ).format(duration=spell(basis.span), runs=basis.runs)
        case BasisKind.WAITS:
            return ngettext(
                "usually {duration}, by its last {runs:,} run",
                "usually {duration}, by its last {runs:,} runs",
                basis.runs,
            ).format(duration=spell(basis.span), runs=basis.runs)
        case BasisKind.TIMEOUT:
            return _("{share:.0%} of its time-out of {duration}").format(
                share=TIMEOUT_SHARE, duration=spell(basis.span)
            )
        case BasisKind.TOO_FEW_RUNS:
            return _("too few runs are known to tell what is usual")
    return _start(basis)


def _start(basis: Basis) -> str:
    if basis.rule is None:
        return _("it should have begun")
    if basis.kind is BasisKind.TRIGGER:
        return _("its trigger starts it {often}").format(often=spell_recurrence(basis.rule))
    habit = _("on each of the last {weeks} {weekday}s it had begun, usually at {time} ({zone})")
    weekday = spell_weekday(min(basis.rule.weekdays))
    return habit.format(weeks=basis.runs, weekday=weekday, time=f"{basis.rule.at:%H:%M}", zone=basis.rule.zone)


def spell_recurrence(rule: Recurrence) -> str:
    """Such as "every day at 10:00 (Asia/Seoul)"."""
    at = {"time": f"{rule.at:%H:%M}", "zone": rule.zone}
    match rule.interval:
        case Interval.HOUR:
            return _("every hour at minute {minute}").format(minute=rule.at.minute)
        case Interval.DAY:
            return _("every day at {time} ({zone})").format(**at)
        case Interval.WEEK:
            days = ", ".join(spell_weekday(day) for day in sorted(rule.weekdays))
            return _("every {days} at {time} ({zone})").format(days=days, **at)
    if rule.day_of_month == LAST_DAY:
        return _("on the last day of every month at {time} ({zone})").format(**at)
    return _("on day {day} of every month at {time} ({zone})").format(day=rule.day_of_month, **at)


def spell_end(how: HowOver, execution: Execution | None, after: timedelta) -> str:
    """`execution` is as we know it now."""
    match how:
        case HowOver.BEGAN:
            return _("it began after all, {delay} after its time").format(delay=spell(after))
        case HowOver.STARTED:
            return _("it started after {duration}").format(duration=spell(after))
        case HowOver.ENDED if execution:
            status = _(execution.status) if execution.status.is_ended else execution.reported_status
            return _("it ended as {status} after {duration}").format(status=status, duration=spell(after))
    return _("it can no longer be found")
