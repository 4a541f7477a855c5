"""Makes, lists and ends mutes and maintenance windows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.core.audit_log import State
from bot.core.silence import Silence, SilenceKind
from bot.core.silence_words import NAMES
from bot.core.until import ACCEPTED, parse_until, parse_weekly
from bot.language import N_, _
from bot.services.answers import CommandHelp, Help
from bot.services.authority import Permit, record
from bot.services.refresh_cards import Occasion
from bot.services.show_silence import show_silence
from bot.services.silence_answers import NotMade, SilenceEnded, SilenceList, SilenceStarted, SilenceView
from bot.services.silence_scope import Scope, read_scope
from bot.services.silence_titles import covered_by
from bot.store import holding, silences, subscriptions
from bot.store.engine import Database, Session

LONGEST = timedelta(days=366)
"""Of a mute or a single window."""

MUTE_HELP = CommandHelp(
    "mute <workflow, job or channel> --until <end>",
    N_(
        "Hold back alerts until 30m, 4h, 18:00, tomorrow 9:00, 2026-12-24 or 2026-12-24 18:00, then tell once what was "
        "held back."
    ),
    "mute orders-daily-load --until 4h",
)
MAINTENANCE_HELP = CommandHelp(
    "maintenance add [workflow, job or channel] --from <start> --until <end> | --weekly <days> <time> <duration>",
    N_("Hold back alerts while planned work goes on, once or each week."),
    "maintenance add orders-daily-load --weekly mon,wed 02:00 90m",
)


@dataclass(frozen=True, slots=True)
class WindowWords:
    """A maintenance window as somebody typed it. `weekly` is days, time and duration; without it there is an end."""

    start: str | None = None
    until: str | None = None
    weekly: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class ManageSilences:
    """`zone` is that of times without one."""

    database: Database
    clock: Clock
    zone: ZoneInfo

    def mute(self, permit: Permit, words: Sequence[str], until: str, note: str = "") -> SilenceStarted | NotMade:
        """Hold back what the words name; the note says why. Everything is muted channel by channel: nobody does that by
        a slip."""
        now = self.clock()
        ends_at = parse_until(until, now, self.zone)
        if not words:
            return Help((MUTE_HELP,), _("What? Name a workflow, a job or a channel."))
        if not is_end(ends_at, now):
            problem = _("“{typed}” is not an end within a year. Say {accepted}.")
            return Help((MUTE_HELP,), problem.format(typed=until, accepted=_(ACCEPTED)))
        return self._make(permit, Silence(0, SilenceKind.MUTE, now, ends_at, note=note), words)

    def add_window(
        self, permit: Permit, words: Sequence[str], window: WindowWords, note: str = ""
    ) -> SilenceStarted | NotMade:
        """A window in which what the words name is held back; without words, everything."""
        now = self.clock()
        starts_at = parse_until(window.start, now, self.zone) if window.start else now
        if starts_at is None:
            refused = _("“{typed}” is not a start in the future. Say {accepted}.")
            return Help((MAINTENANCE_HELP,), refused.format(typed=window.start, accepted=_(ACCEPTED)))
        ends_at = parse_until(window.until, starts_at, self.zone) if window.until else None
        weekly = parse_weekly(*window.weekly, self.zone) if window.weekly else None
        if problem := _problem(window, starts_at, ends_at, is_weekly=weekly is not None):
            return Help((MAINTENANCE_HELP,), problem)
        silence = Silence(0, SilenceKind.MAINTENANCE, starts_at, ends_at, weekly=weekly, note=note)
        return self._make(permit, silence, words)

    def end(self, permit: Permit, kind: SilenceKind, silence_id: int) -> SilenceEnded | Help:
        """End it now, also one that has not begun. What it held back is told at once."""
        now = self.clock()
        with self.database.transaction() as session:
            silence = silences.get(session, silence_id)
            if silence is None or silence.kind is not kind:
                return Help((), _("There is no {kind} {number}.").format(kind=_(NAMES[kind]), number=silence_id))
            view = view_of(session, silence, now)
            if not silences.end(session, silence_id, now):
                ended = _("The {kind} {number} has ended already.")
                return Help((), ended.format(kind=_(NAMES[kind]), number=silence_id))
            record(session, _about(session, permit, silence), state_of(silence), None)
            show_silence(session, silence, Occasion(f"unmuted {silence_id}", now, now))
        return SilenceEnded(view)

    def listed(self, kind: SilenceKind) -> SilenceList:
        """Those that have not ended for good."""
        now = self.clock()
        with self.database.snapshot() as session:
            found = [one for one in silences.in_force(session, now) if one.kind is kind]
            return SilenceList(tuple(view_of(session, one, now) for one in found))

    def _make(self, permit: Permit, silence: Silence, words: Sequence[str]) -> SilenceStarted | NotMade:
        now = self.clock()
        with self.database.transaction() as session:
            scope = read_scope(session, words)
            if not isinstance(scope, Scope):
                return scope
            silence = replace(
                silence,
                channel=scope.channel,
                workflow_id=scope.workflow_id,
                job_id=scope.job_id,
                created_by=permit.request.called or None,
            )
            return start_silence(session, permit, silence, now)


def is_end(ends_at: datetime | None, now: datetime) -> bool:
    """Whether a mute may end then: one that is forgotten must end by itself."""
    return ends_at is not None and now < ends_at <= now + LONGEST


def start_silence(session: Session, permit: Permit, silence: Silence, now: datetime) -> SilenceStarted:
    """Make it, with its line in the log, and let the cards that it covers say so."""
    made = replace(silence, silence_id=silences.add(session, silence, now))
    record(session, _about(session, permit, made), None, state_of(made))
    show_silence(session, made, Occasion(f"muted {made.silence_id}", now, now))
    return SilenceStarted(view_of(session, made, now))


def _problem(window: WindowWords, starts_at: datetime, ends_at: datetime | None, *, is_weekly: bool) -> str | None:
    if window.weekly and not is_weekly:
        refused = _("“{typed}” is not a weekly window up to 7 days long. Say mon,wed 02:00 90m.")
        return refused.format(typed=" ".join(window.weekly))
    if window.until and ends_at is None:
        refused = _("“{typed}” is not an end after the start. Say {accepted}.")
        return refused.format(typed=window.until, accepted=_(ACCEPTED))
    if is_weekly:
        return None
    if ends_at is None:
        return _("Until when? A window needs an end, or days of the week.")
    return None if ends_at - starts_at <= LONGEST else _("That is more than a year. Say an earlier end.")


def _about(session: Session, permit: Permit, silence: Silence) -> Permit:
    """What was done, to what is called like this in the log."""
    covered = covered_by(session, silence)
    names = (covered.workflow, covered.job, covered.channel)
    return replace(permit, target=" ".join(name for name in names if name))


def state_of(silence: Silence) -> State:
    """What the log keeps of it."""
    return {
        str(silence.kind): silence.silence_id,
        "channel": silence.channel,
        "workflow": silence.workflow_id,
        "job": silence.job_id,
        "until": silence.ends_at.isoformat() if silence.ends_at else None,
    }


def view_of(session: Session, silence: Silence, now: datetime) -> SilenceView:
    """What people are shown of it."""
    channels = (silence.channel,) if silence.channel else tuple(subscriptions.alert_channels(session))
    held = holding.held_by(session, silence.silence_id)
    return SilenceView(silence, covered_by(session, silence), channels, silence.is_active(now), held)
