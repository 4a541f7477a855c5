"""Replays the stored past by the present subscriptions and by others, and compares what would have been told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.comparison import Past, Simulation, compare_rules
from bot.core.flapping import FlappingRule
from bot.core.late_replay import late_between
from bot.core.replay import replay
from bot.core.rule_words import read_rules
from bot.core.rules import Origin, Subscription
from bot.core.subscribing import Wish, with_settings
from bot.store import past, silences, subscriptions
from bot.store.engine import Session

A_WEEK = timedelta(days=7)

Alternative = Callable[[Sequence[Subscription]], Sequence[Subscription]]
"""Makes of the present subscriptions those to compare them with."""


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when the past is told again."""

    since: datetime
    until: datetime


def simulate_rules(session: Session, span: Span, rule: FlappingRule, alternative: Alternative) -> Simulation:
    """What the two would have told. Runs are taken as they are stored, also those that ended before the watch began."""
    present = subscriptions.active(session)
    return compare_rules(replayed(session, span, rule), present, alternative(present))


def replayed(session: Session, span: Span, rule: FlappingRule) -> Past:
    """What happened in that time, and what was silenced then."""
    history = replay(past.ended_between(session, span.since, span.until), rule)
    late = late_between(past.late_history(session, span.since, span.until), span.since, span.until)
    return Past(span.since, span.until, history, silences.in_force(session, span.since), late)


def with_rules(written: Mapping[str, str]) -> Alternative:
    """The same subscriptions, each with these rules changed; NotUnderstood when they are none."""
    read_rules(written)
    return lambda present: [replace(one, rules=read_rules(written, one.rules)) for one in present]


def as_in_file(wishes: Sequence[Wish]) -> Alternative:
    """The subscriptions as they would be with this file applied."""

    def applied(present: Sequence[Subscription]) -> Sequence[Subscription]:
        of_settings = [one.channel for one in present if one.origin is Origin.SETTINGS]
        wanted = with_settings(wishes, of_settings)
        return [Subscription(number, one.channel, one.workflows, one.rules) for number, one in enumerate(wanted)]

    return applied
