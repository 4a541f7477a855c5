"""Tells past ends again, in virtual time, by any rules: which messages would have come, and when.

It follows the same decisions as the services do. It knows nothing of the way to Slack or of the folding of very many
alerts, and sees at once whatever ends or becomes late.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from functools import partial

from bot.core.alerting import Decision, End, Reason, Verdict, decide, hold_back
from bot.core.incidents import Change, Incident, Step
from bot.core.late_replay import PastLate
from bot.core.overdue import decide_late
from bot.core.reminding import hold_reminder
from bot.core.replay import ReplayedEnd
from bot.core.rules import Outcome, Subscription
from bot.core.silence import Silence


class Kind(Enum):
    """What a message is to those who read the channel. Edits ring no bell, replies only for who follows the thread."""

    NEW = "new"
    REPLY = "reply"
    EDIT = "edit"
    SUMMARY = "summary"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class SimulatedMessage:
    """A message that would have come; it tells of these incidents."""

    at: datetime
    channel: str
    kind: Kind
    incidents: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reminder:
    at: datetime
    every: timedelta
    subscription: Subscription


@dataclass(frozen=True, slots=True)
class _Held:
    what: ReplayedEnd | PastLate
    subscription: Subscription
    decision: Decision
    until: datetime

    @property
    def cause(self) -> tuple[int, Reason, Silence | None]:
        return self.subscription.subscription_id, self.decision.reason, self.decision.silence

    @property
    def incident(self) -> int | None:
        return self.what.incident if isinstance(self.what, ReplayedEnd) else None

    @property
    def name(self) -> str:
        """The same for every subscription."""
        if isinstance(self.what, PastLate):
            return f"{self.what.late.outcome} {self.what.late.subject}"
        return self.what.end.execution.job_execution_id

    @property
    def place(self) -> tuple[str, str, str]:
        """Channel, workflow and job; a start that does not come has no job."""
        execution = self.what.end.execution if isinstance(self.what, ReplayedEnd) else self.what.late.execution
        workflow_id = (
            self.what.late.workflow_id if isinstance(self.what, PastLate) else self.what.end.execution.workflow_id
        )
        return self.subscription.channel, workflow_id, execution.job.job_id if execution else ""


def simulate(
    history: Sequence[ReplayedEnd],
    late: Sequence[PastLate],
    subscriptions: Sequence[Subscription],
    silences: Sequence[Silence],
    until: datetime,
) -> list[SimulatedMessage]:
    """The messages by these rules, oldest first, as far as they would have come by `until`."""
    telling = _Telling(silences)
    happens = [(end.end.transition.happened_at, partial(telling.tell, end, subscriptions)) for end in history]
    happens += [(one.late.due_at, partial(telling.tell_late, one, subscriptions)) for one in late]
    happens += [(one.over_at, partial(telling.end_late, one)) for one in late if one.over_at and one.over_at <= until]
    for at, happen in sorted(happens, key=lambda one: one[0]):
        telling.pass_time(at)
        happen()
    telling.pass_time(until)
    return telling.messages


@dataclass(slots=True)
class _Telling:
    """What the channels have been told so far. What two subscriptions of a channel have in common is told once."""

    silences: Sequence[Silence]
    messages: list[SimulatedMessage] = field(default_factory=list)
    _incidents: dict[int, Incident] = field(default_factory=dict)
    _is_living: dict[int, dict[str, bool]] = field(default_factory=lambda: defaultdict(dict))
    _reminders: dict[tuple[int, str], _Reminder] = field(default_factory=dict)
    _held: list[_Held] = field(default_factory=list)
    _told: set[tuple[str, ...]] = field(default_factory=set)
    _late: dict[PastLate, dict[str, Kind]] = field(default_factory=lambda: defaultdict(dict))

    def pass_time(self, until: datetime) -> None:
        """Release what is held back, and remind, each in its time."""
        while due := min((at for at in self._due_times() if at <= until), default=None):
            self._release(due)
            self._remind(due)

    def tell(self, replayed: ReplayedEnd, subscriptions: Sequence[Subscription]) -> None:
        """Decide for each subscription, then change the cards that there were."""
        end, incident, now = replayed.end, replayed.incident, replayed.end.transition.happened_at
        if incident is not None and end.change.incident:
            self._incidents[incident] = end.change.incident
        before = [channel for channel, is_living in self._cards_of(incident).items() if is_living]
        for subscription in subscriptions:
            self._decide(replayed, subscription, now)
        if incident is not None and end.change.step not in (Step.NOTHING, Step.OPENED):
            self.messages += [SimulatedMessage(now, channel, Kind.EDIT, (incident,)) for channel in before]
        if end.change.step is Step.CLOSED:
            for channel in self._cards_of(incident):
                self._reminders.pop((incident or 0, channel), None)

    def tell_late(self, late: PastLate, subscriptions: Sequence[Subscription]) -> None:
        """Each channel is told once, whoever asks for it there."""
        now = late.late.due_at
        for subscription in subscriptions:
            decision = decide_late(late.late, late.workflow_name, subscription, self.silences, now)
            if decision.verdict is Verdict.TELL and subscription.channel not in self._late[late]:
                self._late[late][subscription.channel] = Kind.EDIT
                self.messages.append(SimulatedMessage(now, subscription.channel, Kind.NEW))
            elif decision.until:
                self._held.append(_Held(late, subscription, decision, decision.until))

    def end_late(self, late: PastLate) -> None:
        """What told of it is changed, or answered where that is a summary; what is held back still is never told."""
        for channel, kind in self._late.pop(late, {}).items():
            self.messages.append(SimulatedMessage(late.over_at or late.late.due_at, channel, kind))
        self._held = [one for one in self._held if one.what is not late]

    def _decide(self, replayed: ReplayedEnd, subscription: Subscription, now: datetime) -> None:
        is_living = self._cards_of(replayed.incident).get(subscription.channel)
        card = {"has_card": is_living is not None, "is_living": bool(is_living)}
        decision = decide(replayed.end, subscription, self.silences, now, **card)
        if decision.verdict is Verdict.TELL:
            self._post(replayed.end, replayed.incident, subscription, now)
        elif decision.until:
            self._held.append(_Held(replayed, subscription, decision, decision.until))

    def _post(self, end: End, incident: int | None, subscription: Subscription, now: datetime) -> None:
        """As services.tell does: a bad end opens a card or replies to it, a recovery replies, all else stands alone."""
        told = (subscription.channel, end.execution.job_execution_id)
        is_partly_recovered = end.outcome is Outcome.RECOVERED and end.change.step is not Step.CLOSED
        if is_partly_recovered or told in self._told:
            return
        self._told.add(told)
        is_living = self._cards_of(incident).get(subscription.channel)
        is_reply = is_living or (is_living is False and end.outcome is Outcome.RECOVERED)
        if incident is not None and not is_reply and end.outcome in (Outcome.FAILED, Outcome.UNKNOWN):
            self._add_card(incident, subscription, now, is_living=True)
        about = () if incident is None else (incident,)
        self.messages.append(SimulatedMessage(now, subscription.channel, Kind.REPLY if is_reply else Kind.NEW, about))

    def _release(self, now: datetime) -> None:
        first = next((one for one in self._held if one.until <= now), None)
        if first is None:
            return
        is_due = [one.until <= now and one.cause == first.cause for one in self._held]
        due = [one for one, is_now in zip(self._held, is_due, strict=True) if is_now]
        self._held = [one for one, is_now in zip(self._held, is_due, strict=True) if not is_now]
        if first.decision.reason is Reason.WAITING_FOR_RECOVERY:
            for one in due:
                self._decide_again(one, now)
        else:
            self._sum_up([one for one in due if not self._is_held_on(one, now)], now)

    def _decide_again(self, held: _Held, now: datetime) -> None:
        if isinstance(held.what, PastLate):  # nothing late is given time to recover
            return
        incident = self._incidents.get(held.incident) if held.incident is not None else None
        is_failing = incident is not None and held.what.end.execution.job.job_id in incident.failing_jobs
        if is_failing or held.subscription.channel in self._cards_of(held.incident):
            end = replace(held.what.end, change=Change(Step.CONTINUED, incident, incident))
            self._decide(replace(held.what, end=end), held.subscription, now)

    def _is_held_on(self, held: _Held, now: datetime) -> bool:
        covering = [one for one in self.silences if one.covers(*held.place, now)]
        decision = hold_back(held.subscription, covering, now)
        until = _held_until(decision, now)
        if decision and until:
            self._held.append(replace(held, decision=decision, until=until))
        return until is not None

    def _sum_up(self, held: Sequence[_Held], now: datetime) -> None:
        """One message for all; of incidents that are still open it takes the card's place."""
        if not held:
            return
        subscription = held[0].subscription
        about = dict.fromkeys(one.incident for one in held if one.incident is not None)
        told = (subscription.channel, held[0].decision.reason, *sorted(one.name for one in held))
        if told not in self._told:
            self._told.add(told)
            self.messages.append(SimulatedMessage(now, subscription.channel, Kind.SUMMARY, tuple(about)))
        for one in held:
            if isinstance(one.what, PastLate):
                self._late[one.what].setdefault(subscription.channel, Kind.REPLY)
        for incident in about:
            if self._incidents[incident].is_open and subscription.channel not in self._cards_of(incident):
                self._add_card(incident, subscription, now, is_living=False)

    def _add_card(self, incident: int, subscription: Subscription, now: datetime, *, is_living: bool) -> None:
        self._is_living[incident][subscription.channel] = is_living
        if every := subscription.rules.remind_every:
            self._reminders.setdefault((incident, subscription.channel), _Reminder(now + every, every, subscription))

    def _remind(self, now: datetime) -> None:
        """A reminder is put off while every job that still fails is silenced, and in quiet hours."""
        for (incident, channel), reminder in list(self._reminders.items()):
            if reminder.at > now:
                continue
            put_off = self._put_off(incident, reminder.subscription, now)
            if put_off is None:
                self.messages.append(SimulatedMessage(now, channel, Kind.REMINDER, (incident,)))
            self._reminders[incident, channel] = replace(reminder, at=put_off or now + reminder.every)

    def _put_off(self, number: int, subscription: Subscription, now: datetime) -> datetime | None:
        return _held_until(hold_reminder(subscription, self._incidents[number], self.silences, now), now)

    def _due_times(self) -> Iterator[datetime]:
        yield from (one.until for one in self._held)
        yield from (reminder.at for reminder in self._reminders.values())

    def _cards_of(self, incident: int | None) -> dict[str, bool]:
        """Per channel whether the incident's card is a living one, or a summary that stands in for it."""
        return self._is_living.get(incident, {}) if incident is not None else {}


def _held_until(decision: Decision | None, now: datetime) -> datetime | None:
    """None also for a silence that ends just now."""
    return decision.until if decision and decision.until and decision.until > now else None
