"""An explanation in sentences, the same in Slack and at a terminal. How times, names and links look is handed in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.alerting import Verdict
from bot.core.delivery import DeliveryState
from bot.core.digest import MessageRef
from bot.core.durations import spell
from bot.core.explanation import (
    DecisionTrace,
    Explanation,
    MessageTrace,
    OverdueTrace,
    TransitionTrace,
    WorkflowExplanation,
)
from bot.core.incidents import Incident
from bot.core.overdue_words import NAMES, spell_basis
from bot.core.rules import Subscription
from bot.core.silence import Silence
from bot.language import _, counted, ngettext


@dataclass(frozen=True, slots=True)
class Voice:
    """How to write a time, what came from outside, a channel of the configuration, and where a message stands."""

    when: Callable[[datetime], str]
    outside: Callable[[str], str]
    channel: Callable[[str], str]
    place: Callable[[MessageRef], str]


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence; what explains the one before is deeper."""

    depth: int
    text: str


def lines_of(explanation: Explanation, voice: Voice) -> Iterator[Line]:
    """The chain in the order in which it came about."""
    for step in explanation.transitions:
        yield from _of_step(step, _step(step, voice), voice)
    yield from _of_overdue(explanation.overdue, voice)
    for incident in explanation.incidents:
        yield Line(0, _incident(incident, voice))
    for reminder in explanation.reminders:
        yield Line(1, _("Reminder, due {when}:").format(when=voice.when(reminder.decided_at)))
        yield from _decisions((reminder.decision,), voice, depth=2)
    for note in explanation.notes:
        yield Line(0, _(note))


def lines_of_workflow(explanation: WorkflowExplanation, voice: Voice) -> Iterator[Line]:
    """What holds now, then what was decided lately."""
    yield Line(0, _start(explanation, voice))
    for subscription in explanation.subscriptions:
        yield Line(0, _("Told of it: {who}").format(who=_who(subscription, voice)))
    if not explanation.subscriptions:
        yield Line(0, _("No subscription covers it: nobody is told of it."))
    for silence in explanation.silences:
        yield Line(0, _("Held back: {silence}").format(silence=_silence(silence, voice)))
    yield from _of_overdue(explanation.overdue, voice)
    for end in explanation.ends:
        run = _("{job}, execution {id}").format(job=voice.outside(end.job_name), id=voice.outside(end.job_execution_id))
        yield from _of_step(end.step, f"{run}. {_step(end.step, voice)}", voice)
    if not (explanation.overdue or explanation.ends):
        yield Line(0, _("Nothing of it was seen to end, and nothing was overdue: there was nothing to decide."))


def _start(explanation: WorkflowExplanation, voice: Voice) -> str:
    if start := explanation.start:
        due = _("A start was due {when}, and would be missed after {duration}: {basis}")
        return due.format(when=voice.when(start.due_at), duration=spell(start.within), basis=spell_basis(start.basis))
    if explanation.is_recurring:
        return _("Too little is known of when its trigger starts it: no start is waited for yet.")
    return _("No recurring trigger starts it: no start is waited for.")


def _of_step(step: TransitionTrace, told: str, voice: Voice) -> Iterator[Line]:
    yield Line(0, told)
    yield from _decisions(step.decisions, voice)
    yield from _changes(step.changes, voice)


def _of_overdue(overdue: Sequence[OverdueTrace], voice: Voice) -> Iterator[Line]:
    for one in overdue:
        yield Line(0, _overdue(one, voice))
        yield from _decisions(one.decisions, voice)
        yield from _changes(one.changes, voice)


def _changes(changes: Sequence[MessageTrace], voice: Voice) -> Iterator[Line]:
    for change in changes:
        told = _("{channel}, a change of the message: {delivery}")
        delivery = f"{_delivery(change, voice)}{''.join(_details(change, voice))}"
        yield Line(1, told.format(channel=voice.channel(change.channel), delivery=delivery))


def _step(step: TransitionTrace, voice: Voice) -> str:
    if step.previous:
        status = _("{status} after {previous}").format(status=_(step.status), previous=_(step.previous))
    else:
        status = _(step.status)
    happened, seen = voice.when(step.happened_at), voice.when(step.seen_at)
    if step.late_for:
        told = _("{status}: it happened {happened} and was seen {seen}, {delay} late")
        return told.format(status=status, happened=happened, seen=seen, delay=spell(step.late_for))
    return _("{status}: it happened {happened} and was seen {seen}").format(status=status, happened=happened, seen=seen)


def _overdue(overdue: OverdueTrace, voice: Voice) -> str:
    told = _("{what} from {when} on ({basis})").format(
        what=_(NAMES[overdue.outcome]), when=voice.when(overdue.due_at), basis=spell_basis(overdue.basis)
    )
    return _("{what}; over {when}").format(what=told, when=voice.when(overdue.closed_at)) if overdue.closed_at else told


def _incident(incident: Incident, voice: Voice) -> str:
    runs = counted("{count:,} failed run", "{count:,} failed runs", incident.failures)
    if incident.lasted is not None:
        told = _("Its incident: over after {duration}, {runs}").format(duration=spell(incident.lasted), runs=runs)
    else:
        told = _("Its incident: open since {when}, {runs}").format(when=voice.when(incident.opened_at), runs=runs)
    if incident.acknowledged:
        person = voice.outside(incident.acknowledged.by)
        return _("{incident}, {person} looks after it").format(incident=told, person=person)
    return told


def _decisions(decisions: Sequence[DecisionTrace], voice: Voice, *, depth: int = 1) -> Iterator[Line]:
    for decision in decisions:
        yield Line(depth, _decision(decision, voice))
        if decision.message:
            yield Line(depth + 1, _message(decision.message, voice))
        elif decision.verdict is Verdict.TELL:
            yield Line(depth + 1, _("no message of its own: the incident's card says so"))


def _decision(decision: DecisionTrace, voice: Voice) -> str:
    subscription = decision.subscription
    who = _who(subscription, voice)
    reason = _(decision.reason)
    match decision.verdict:
        case Verdict.TELL:
            return _("{who}: told, because {reason}").format(who=who, reason=reason)
        case Verdict.SILENT:
            told = _("{who}: not told, because {reason}").format(who=who, reason=reason)
        case Verdict.HOLD if decision.held_until:
            until = voice.when(decision.held_until)
            told = _("{who}: held back until {until}, because {reason}").format(who=who, until=until, reason=reason)
        case Verdict.HOLD:
            told = _("{who}: held back, because {reason}").format(who=who, reason=reason)
    return told + "".join(_what_decided(decision, voice))


def _who(subscription: Subscription, voice: Voice) -> str:
    return _("{channel} for {workflows}").format(
        channel=voice.channel(subscription.channel), workflows=voice.outside(subscription.workflows)
    )


def _what_decided(decision: DecisionTrace, voice: Voice) -> Iterator[str]:
    if decision.rule:
        yield _(" (the rule, as it is now: {rule})").format(rule=voice.outside(decision.rule))
    if decision.verdict is Verdict.HOLD and decision.silence:
        yield f" ({_silence(decision.silence, voice)})"
    if decision.verdict is Verdict.HOLD and decision.released_at:
        yield _(", looked at again {when}").format(when=voice.when(decision.released_at))


def _silence(silence: Silence, voice: Voice) -> str:
    told = f"{_(silence.kind)} {silence.silence_id}"
    if silence.created_by:
        told = _("{silence} of {person}").format(silence=told, person=voice.outside(silence.created_by))
    if silence.ends_at:
        told = _("{silence}, until {when}").format(silence=told, when=voice.when(silence.ends_at))
    return f"{told}: {voice.outside(silence.note)}" if silence.note else told


def _message(message: MessageTrace, voice: Voice) -> str:
    purpose = _(message.purpose)
    if not message.is_own:
        purpose = _("{message}, shared with another subscription of the channel").format(message=purpose)
    return f"{purpose}: {_delivery(message, voice)}{''.join(_details(message, voice))}"


def _details(message: MessageTrace, voice: Voice) -> Iterator[str]:
    if message.sent_to and message.sent_to != message.channel:
        yield _(" in {channel} instead").format(channel=voice.channel(message.sent_to))
    if message.error:
        yield f" ({voice.outside(message.error)})"
    if message.may_repeat:
        yield _("; it may be there twice")


def _delivery(message: MessageTrace, voice: Voice) -> str:
    place = f", {voice.place(message.ref)}" if message.ref else ""
    match message.state:
        case DeliveryState.PENDING:
            waits = ngettext(
                "waits to be sent, due {when}, {count:,} try so far",
                "waits to be sent, due {when}, {count:,} tries so far",
                message.attempts,
            )
            return waits.format(when=voice.when(message.due_at), count=message.attempts)
        case DeliveryState.SENDING:
            return _("is being sent")
        case DeliveryState.UNCLEAR:
            unclear = _("may or may not have arrived; it is looked for in the channel {when}")
            return unclear.format(when=voice.when(message.due_at))
        case DeliveryState.SENT if message.closed_at:
            return _("sent {when}").format(when=voice.when(message.closed_at)) + place
        case DeliveryState.SENT:
            return _("sent") + place
        case DeliveryState.FOLDED:
            return _("told by a catch-up message") + place
        case DeliveryState.DEAD:
            return _("given up: Slack takes it in no form")
