"""Lets people see and change the rules of a subscription, one at a time and knowing of each other."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.core.comparison import Simulation, compare_rules
from bot.core.flapping import FlappingRule
from bot.core.permissions import Action
from bot.core.rule_editing import RuleEdit
from bot.core.rule_words import spell_rules
from bot.core.rules import Origin, Subscription
from bot.core.subscribing import Wish
from bot.services.authority import Authority, Permit, Refused, record
from bot.services.remind import follow_rules
from bot.services.requests import Request
from bot.services.rule_answers import RulesAnswer, RulesMovedOn, RulesSaved, SubscriptionGone
from bot.services.schedule_digests import ScheduleDigests
from bot.services.simulate_rules import A_WEEK, Span, replayed
from bot.store import channels, subscriptions, workflows
from bot.store.engine import Database, Session


@dataclass(frozen=True, slots=True)
class EditRules:
    database: Database
    clock: Clock
    authority: Authority
    flapping: FlappingRule
    digests: ScheduleDigests

    def of_places(self, places: Collection[str]) -> list[Subscription]:
        """Of these channels and people, by Slack's ids or as the subscriptions call them; oldest first."""
        with self.database.snapshot() as session:
            ids = channels.slack_ids(session)
            present = subscriptions.active(session)
        return [one for one in present if one.channel in places or ids.get(one.channel) in places]

    def beside(self, subscription_id: int) -> list[Subscription]:
        """All subscriptions of the same channel or person; empty when this one is no more."""
        with self.database.snapshot() as session:
            present = subscriptions.active(session)
        mine = _one_of(present, subscription_id)
        return [one for one in present if mine and one.channel == mine.channel]

    def names(self) -> Sequence[tuple[str, str]]:
        """The workflows by id and name: a subscription may be to either."""
        with self.database.snapshot() as session:
            return workflows.names(session)

    def moved_on(self, edit: RuleEdit) -> RulesMovedOn | SubscriptionGone | None:
        """Whether somebody changed the rules after they were shown; None when they did not. `save` looks again."""
        with self.database.snapshot() as session:
            present = _one_of(subscriptions.active(session), edit.subscription_id)
        if present is None:
            return SubscriptionGone()
        return RulesMovedOn(present, edit) if _has_moved_on(present, edit) else None

    def preview(self, edit: RuleEdit) -> Simulation | SubscriptionGone:
        """What the channel would have heard in the last week, had these been the rules."""
        now = self.clock()
        with self.database.snapshot() as session:
            everything = subscriptions.active(session)
            mine = _one_of(everything, edit.subscription_id)
            if mine is None:
                return SubscriptionGone()
            past = replayed(session, Span(now - A_WEEK, now), self.flapping)
        present = [one for one in everything if one.channel == mine.channel]
        changed = [replace(one, rules=edit.entered) if one is mine else one for one in present]
        return compare_rules(past, present, changed)

    def save(self, request: Request, edit: RuleEdit) -> RulesAnswer | Refused:
        """1. Ask whether they may: for oneself anybody may more than for a channel.
        2. Save nothing when the rules are no longer those that were shown.
        3. Save, and write it into the log, in one transaction.
        """
        with self.database.snapshot() as session:
            present = _one_of(subscriptions.active(session), edit.subscription_id)
        if present is None:
            return SubscriptionGone()
        is_own = present.channel == request.user_id
        action = Action.CHANGE_SETTINGS_SELF if is_own else Action.CHANGE_SETTINGS
        permit = self.authority.check(request, action, f"{present.channel} {present.workflows}")
        if isinstance(permit, Refused):
            return permit
        with self.database.transaction() as session:
            answer = self._save(session, permit, edit)
        self.digests.plan()  # its zone may be another one
        return answer

    def _save(self, session: Session, permit: Permit, edit: RuleEdit) -> RulesAnswer:
        present = subscriptions.get(session, edit.subscription_id)
        if present is None:
            return SubscriptionGone()
        if _has_moved_on(present, edit):
            return RulesMovedOn(present, edit)
        if edit.entered != present.rules:
            origin = Origin.COMMAND if present.origin is Origin.SETTINGS else present.origin
            now = self.clock()
            subscriptions.put(session, Wish(present.channel, present.workflows, edit.entered, origin), now)
            follow_rules(session, present, edit.entered, now)
            before, after = spell_rules(present.rules, edit.entered), spell_rules(edit.entered, present.rules)
            record(session, permit, before, after)
        return RulesSaved(present.rules, replace(present, rules=edit.entered))


def _has_moved_on(present: Subscription, edit: RuleEdit) -> bool:
    """What comes twice, or was wanted by two, is there already the second time."""
    return present.rules not in (edit.opened, edit.entered)


def _one_of(present: Sequence[Subscription], subscription_id: int) -> Subscription | None:
    return next((one for one in present if one.subscription_id == subscription_id), None)
