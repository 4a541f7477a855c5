"""Adds, removes and lists subscriptions, and makes them those of a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.core.permissions import FOR_ONESELF, Action
from bot.core.rule_words import spell_rules
from bot.core.rules import Origin, Subscription
from bot.core.subscribing import EVERYTHING, SubscriptionChanges, Wish, compare, with_settings
from bot.errors import NotFound
from bot.services.answers import SubscriptionList, SubscriptionUpdate
from bot.services.authority import Permit, record
from bot.services.remind import follow_rules
from bot.services.schedule_digests import ScheduleDigests
from bot.store import subscriptions
from bot.store.engine import Database, Session


@dataclass(frozen=True, slots=True)
class ManageSubscriptions:
    """`alert_channels` are those of the settings: they are told of everything, unless another wish for them says
    otherwise, and again once that one is gone."""

    database: Database
    clock: Clock
    alert_channels: Sequence[str]
    digests: ScheduleDigests

    def listed(self) -> SubscriptionList:
        with self.database.snapshot() as session:
            return SubscriptionList(tuple(subscriptions.active(session)))

    def export(self) -> list[Wish]:
        """What a file has to say for `apply` to change nothing."""
        return _wishes(self.listed().subscriptions)

    def apply(self, permit: Permit, wishes: Sequence[Wish], *, is_dry_run: bool = False) -> SubscriptionUpdate:
        """Make the subscriptions those of the file and of the settings; a dry run only says what that would change."""
        return self._become(permit, lambda _: wishes, is_dry_run=is_dry_run)

    def add(self, permit: Permit, wish: Wish) -> SubscriptionUpdate:
        """Add one subscription, or change the one for the same channel and workflows."""
        asked_for = replace(wish, origin=Origin.COMMAND)
        return self._become(permit, lambda present: [*_without(present, wish.place), asked_for])

    def remove(self, permit: Permit, channel: str, workflows: str) -> SubscriptionUpdate:
        """Remove one subscription; raises NotFound when there is none, or none but the settings'."""

        def left(present: Sequence[Wish]) -> Sequence[Wish]:
            others = _without(present, (channel, workflows))
            if len(others) == len(present):
                is_of_settings = channel in self.alert_channels and workflows == EVERYTHING
                why = "ALERT_CHANNEL names it" if is_of_settings else "`subscriptions list` shows what there is"
                raise NotFound(f"no subscription of {channel} to {workflows} can be removed: {why}")
            return others

        return self._become(permit, left)

    def _become(
        self, permit: Permit, wanted: Callable[[Sequence[Wish]], Sequence[Wish]], *, is_dry_run: bool = False
    ) -> SubscriptionUpdate:
        with self.database.snapshot() if is_dry_run else self.database.transaction() as session:
            present = subscriptions.active(session)
            of_settings = [one.channel for one in present if one.origin is Origin.SETTINGS]
            wishes = with_settings(wanted(_wishes(present)), [*of_settings, *self.alert_channels])
            changes = compare(present, wishes)
            if not is_dry_run:
                now = self.clock()
                subscriptions.carry_out(session, changes, now, permit.request.user_id or None)
                for change in changes.changed:
                    follow_rules(session, change.before, change.wish.rules, now)
                _record(session, permit, changes)
        if not is_dry_run:
            self.digests.plan()
        return SubscriptionUpdate(changes, is_dry_run)


def _record(session: Session, permit: Permit, changes: SubscriptionChanges) -> None:
    """A line of the log for each subscription, whatever was asked for at once."""
    for wish in changes.added:
        record(session, _about(permit, Action.SUBSCRIBE, wish.place), None, spell_rules(wish.rules))
    for wish in changes.adopted:
        record(session, _about(permit, Action.SUBSCRIBE, wish.place), {}, {"origin": wish.origin})
    for change in changes.changed:
        was, becomes = change.before.rules, change.wish.rules
        permitted = _about(permit, Action.CHANGE_SETTINGS, change.wish.place)
        record(session, permitted, spell_rules(was, becomes), spell_rules(becomes, was))
    for removed in changes.removed:
        place = (removed.channel, removed.workflows)
        record(session, _about(permit, Action.UNSUBSCRIBE, place), spell_rules(removed.rules), None)


def _about(permit: Permit, action: Action, place: tuple[str, str]) -> Permit:
    """What was done to one subscription. What people were allowed for themselves is said to be that."""
    is_own = permit.action in FOR_ONESELF.values()
    return replace(permit, action=FOR_ONESELF[action] if is_own else action, target=" ".join(place))


def _wishes(present: Sequence[Subscription]) -> list[Wish]:
    """All but those that the settings ask for by themselves."""
    return [
        Wish(one.channel, one.workflows, one.rules, one.origin) for one in present if one.origin is not Origin.SETTINGS
    ]


def _without(wishes: Sequence[Wish], place: tuple[str, str]) -> list[Wish]:
    return [wish for wish in wishes if wish.place != place]
