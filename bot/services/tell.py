"""Tells channels of an end: decides for each subscription, and queues cards, their changes and the replies to them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.alerting import Alert, Decision, End, decide, lateness
from bot.core.catch_up import GATHER_FOR, stale_after
from bot.core.delivery import Purpose, message_key
from bot.core.incidents import Step
from bot.core.model import ExecutionStatus
from bot.core.rules import Broadcast, Outcome, Subscription
from bot.core.silence import Silence
from bot.core.telling import Recovery
from bot.services.refresh_cards import Occasion, living_alert, refresh_cards
from bot.store import cards, outbox
from bot.store.cards import Card
from bot.store.decisions import Decided, Subject
from bot.store.engine import Session
from bot.store.outbox import Draft


@dataclass(frozen=True, slots=True)
class Told:
    """An end on its way to the channels at a moment, with the rows that it has in the database.

    `unclear_until` is set when an earlier process may have told of it already.
    """

    end: End
    workflow_key: int
    transition_key: int
    incident_key: int | None
    unclear_until: datetime | None
    poll_every: timedelta
    at: datetime


@dataclass(frozen=True, slots=True)
class Audience:
    """The subscriptions in force, and what is silenced."""

    subscribed: Sequence[Subscription] = ()
    silenced: Sequence[Silence] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided for a subscription, in view of its channel's card."""

    decision: Decision
    card: Card | None


def tell(session: Session, told: Told, audience: Audience) -> list[tuple[Subject, Decided]]:
    """Decide and queue, within the caller's transaction; then bring every card of the incident up to date. Returns what
    was decided, for the caller to remember.

    A card is changed also where nothing is told: a change rings no bell, and a card must not say what is no more.
    """
    step = told.end.change.step
    without_card = {one.channel for one in audience.subscribed} if step is Step.OPENED else set()
    decided = []
    for subscription in audience.subscribed:
        card = None if subscription.channel in without_card else _card(session, told, subscription.channel)
        has_card, is_living = card is not None, card is not None and card.is_living
        silences = audience.silenced
        decision = decide(told.end, subscription, silences, told.at, has_card=has_card, is_living=is_living)
        if decision.should_alert:
            without_card.discard(subscription.channel)
        decided.append(tell_one(session, told, subscription, Choice(decision, card)))
    if told.incident_key is not None and step not in (Step.NOTHING, Step.OPENED):
        occasion = Occasion(str(told.transition_key), told.end.transition.happened_at, told.at)
        refresh_cards(session, told.incident_key, _living_alert(session, told), occasion)
    return decided


def tell_one(session: Session, told: Told, subscription: Subscription, choice: Choice) -> tuple[Subject, Decided]:
    """Queue what was decided for one subscription; returns what is to be remembered of it, with the row of the message
    that tells it, be it queued for another subscription of the channel."""
    queued = _post(session, told, subscription, choice.card) if choice.decision.should_alert else None
    subject = Subject(subscription.subscription_id, told.transition_key, told.incident_key)
    return subject, Decided(choice.decision, told.at, queued)


def alert_key(channel: str, job_execution_id: str, status: ExecutionStatus) -> str:
    """The key of the message that tells this channel of this end, be it a card, a reply or one of its own."""
    return message_key(channel, Purpose.ALERT, job_execution_id, status)


def _post(session: Session, told: Told, subscription: Subscription, card: Card | None) -> int | None:
    """A bad end opens a card or replies to it; so does a recovery, to it; anything else stands alone."""
    outcome = told.end.outcome
    if outcome is Outcome.RECOVERED:
        return _reply_recovery(session, told, subscription, card) if told.end.change.step is Step.CLOSED else None
    if card and card.is_living:
        is_broadcast = subscription.rules.broadcast is Broadcast.ALL
        draft = _draft(told, subscription, _alert(told), reply_to=card.outbox_key, is_broadcast=is_broadcast)
        return outbox.put(session, draft, told.at, not_before=_not_before(told))
    if outcome in (Outcome.FAILED, Outcome.UNKNOWN) and told.incident_key is not None:
        return _post_card(session, told, subscription, card)
    return outbox.put(session, _draft(told, subscription, _alert(told)), told.at, not_before=_not_before(told))


def _post_card(session: Session, told: Told, subscription: Subscription, card: Card | None) -> int | None:
    """Two subscriptions that share a channel share the card: the second one's message is the first one's. What told
    this end before in another way becomes no card."""
    draft = _draft(told, subscription, replace(_living_alert(session, told), mention=subscription.rules.mention))
    queued = outbox.add(session, draft, told.at, not_before=_not_before(told))
    if queued is None or told.incident_key is None:
        return outbox.row_of(session, draft.key)
    remind = subscription.rules.remind_every
    if card:
        cards.replace_message(session, card, queued)
    else:
        remind_at = told.at + remind if remind else None
        new = cards.NewCard(told.incident_key, subscription.channel, subscription.subscription_id, queued, remind_at)
        cards.add(session, new)
    return queued


def _reply_recovery(session: Session, told: Told, subscription: Subscription, card: Card | None) -> int | None:
    incident = told.end.change.incident
    if card is None or incident is None:
        return None
    key = message_key(subscription.channel, Purpose.RECOVERY, told.end.execution.job_execution_id)
    draft = Draft(
        key=key,
        channel=subscription.channel,
        facts=Recovery(told.end.workflow_name, incident, told.end.execution),
        about_at=told.end.transition.happened_at,
        unclear_until=told.unclear_until,
        reply_to=card.outbox_key,
        is_broadcast=subscription.rules.broadcast is not Broadcast.NONE,
    )
    return outbox.put(session, draft, told.at)


def _draft(
    told: Told, subscription: Subscription, facts: Alert, *, reply_to: int | None = None, is_broadcast: bool = False
) -> Draft:
    execution = told.end.execution
    return Draft(
        key=alert_key(subscription.channel, execution.job_execution_id, execution.status),
        channel=subscription.channel,
        facts=facts,
        about_at=told.end.transition.happened_at,
        unclear_until=told.unclear_until,
        reply_to=reply_to,
        is_broadcast=is_broadcast,
    )


def _not_before(told: Told) -> datetime | None:
    transition = told.end.transition
    is_old_news = transition.seen_at - transition.happened_at > stale_after(told.poll_every)
    return told.at + GATHER_FOR if is_old_news else None


def _alert(told: Told) -> Alert:
    transition = told.end.transition
    late_for = lateness(transition, told.poll_every)
    return Alert(told.end.workflow_name, transition.execution, transition.seen_at, late_for)


def _living_alert(session: Session, told: Told) -> Alert:
    incident = told.end.change.incident
    if incident is None or told.incident_key is None:
        return _alert(told)
    return living_alert(session, _alert(told), told.workflow_key, told.incident_key, incident)


def _card(session: Session, told: Told, channel: str) -> Card | None:
    return cards.card_of(session, told.incident_key, channel) if told.incident_key is not None else None
