"""An explanation in sentences, the same in Slack and at a terminal. How times, names and links look is handed in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.core.alerting import Verdict
from bot.core.delivery import DeliveryState
from bot.core.digest import MessageRef
from bot.core.durations import spell
from bot.core.explanation import DecisionTrace, Explanation, MessageTrace, OverdueTrace, TransitionTrace
from bot.core.incidents import Incident
from bot.core.silence import Silence


@dataclass(frozen=True, slots=True)
class Voice:
    """How to write a time, what came from outside, and where a message stands."""

    when: Callable[[datetime], str]
    outside: Callable[[str], str]
    place: Callable[[MessageRef], str]


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence; what explains the one before is deeper."""

    depth: int
    text: str


def lines_of(explanation: Explanation, voice: Voice) -> Iterator[Line]:
    """The chain in the order in which it came about."""
    for step in explanation.transitions:
        yield Line(0, _step(step, voice))
        yield from _decisions(step.decisions, voice)
    for overdue in explanation.overdue:
        yield Line(0, _overdue(overdue, voice))
        yield from _decisions(overdue.decisions, voice)
    for incident in explanation.incidents:
        yield Line(0, _incident(incident, voice))
    for note in explanation.notes:
        yield Line(0, note)


def _step(step: TransitionTrace, voice: Voice) -> str:
    late = f", {spell(step.late_for)} late" if step.late_for else ""
    before = f" after {step.previous}" if step.previous else ""
    times = f"it happened {voice.when(step.happened_at)} and was seen {voice.when(step.seen_at)}"
    return f"{step.status}{before}: {times}{late}"


def _overdue(overdue: OverdueTrace, voice: Voice) -> str:
    over = f"; over {voice.when(overdue.closed_at)}" if overdue.closed_at else ""
    return f"{overdue.what} from {voice.when(overdue.due_at)} on ({voice.outside(overdue.basis)}){over}"


def _incident(incident: Incident, voice: Voice) -> str:
    runs = f"{incident.failures} failed {'run' if incident.failures == 1 else 'runs'}"
    if incident.lasted is not None:
        state = f"over after {spell(incident.lasted)}"
    else:
        state = f"open since {voice.when(incident.opened_at)}"
    seen_to = f", {voice.outside(incident.acknowledged.by)} looks after it" if incident.acknowledged else ""
    return f"Its incident: {state}, {runs}{seen_to}"


def _decisions(decisions: tuple[DecisionTrace, ...], voice: Voice) -> Iterator[Line]:
    for decision in decisions:
        yield Line(1, _decision(decision, voice))
        if decision.message:
            yield Line(2, _message(decision.message, voice))
        elif decision.verdict is Verdict.TELL:
            yield Line(2, "no message of its own: the incident's card says so")


def _decision(decision: DecisionTrace, voice: Voice) -> str:
    subscription = decision.subscription
    who = f"{voice.outside(subscription.channel)} for {voice.outside(subscription.workflows)}"
    rule = f" (the rule, as it is now: {voice.outside(decision.rule)})" if decision.rule else ""
    silence = f" ({_silence(decision.silence, voice)})" if decision.silence else ""
    match decision.verdict:
        case Verdict.TELL:
            return f"{who}: told, because {decision.reason}"
        case Verdict.SILENT:
            return f"{who}: not told, because {decision.reason}{rule}"
    until = f" until {voice.when(decision.held_until)}" if decision.held_until else ""
    released = f", looked at again {voice.when(decision.released_at)}" if decision.released_at else ""
    return f"{who}: held back{until}, because {decision.reason}{rule}{silence}{released}"


def _silence(silence: Silence, voice: Voice) -> str:
    by = f" of {voice.outside(silence.created_by)}" if silence.created_by else ""
    ends = f", until {voice.when(silence.ends_at)}" if silence.ends_at else ""
    note = f": {voice.outside(silence.note)}" if silence.note else ""
    return f"{silence.kind} {silence.silence_id}{by}{ends}{note}"


def _message(message: MessageTrace, voice: Voice) -> str:
    shared = "" if message.is_own else ", shared with another subscription of the channel"
    detour = message.sent_to and message.sent_to != message.channel
    where = f" in {voice.outside(message.sent_to)} instead" if detour and message.sent_to else ""
    repeat = "; it may be there twice" if message.may_repeat else ""
    error = f" ({voice.outside(message.error)})" if message.error else ""
    return f"{message.purpose}{shared}: {_delivery(message, voice)}{where}{error}{repeat}"


def _delivery(message: MessageTrace, voice: Voice) -> str:
    place = f", {voice.place(message.ref)}" if message.ref else ""
    match message.state:
        case DeliveryState.PENDING:
            return f"waits to be sent, due {voice.when(message.due_at)}, {message.attempts} tries so far"
        case DeliveryState.SENDING:
            return "is being sent"
        case DeliveryState.UNCLEAR:
            return f"may or may not have arrived; it is looked for in the channel {voice.when(message.due_at)}"
        case DeliveryState.SENT:
            sent = f" {voice.when(message.closed_at)}" if message.closed_at else ""
            return f"sent{sent}{place}"
        case DeliveryState.FOLDED:
            return f"told by a catch-up message{place}"
        case DeliveryState.DEAD:
            return "given up: Slack takes it in no form"
