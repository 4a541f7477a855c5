"""Commands about who hears of what. Whether the bot can post in a channel is asked of Slack before it is subscribed."""

from collections.abc import Iterator, Sequence

from bot.core.permissions import Role
from bot.core.rule_words import NotUnderstood, read_rules
from bot.core.rules import Origin, Subscription
from bot.core.subscribing import Wish, is_person
from bot.language import _
from bot.services.answers import WorkflowName
from bot.services.commands.command import Asked, Tools
from bot.services.commands.places import is_place, known_as, place_of, point
from bot.services.commands.subscription_words import ALL, find_what, read_written
from bot.services.desk_answers import DeskAnswer
from bot.services.page import ROWS, page_among, skipped
from bot.services.reach import Reached, Unreached
from bot.services.subscription_answers import (
    NotSubscribed,
    Subscribed,
    SubscriptionsShown,
    SubscriptionView,
    Unsubscribed,
)
from bot.store import channels, subscriptions, workflows
from bot.store.engine import Session

TO, FROM = ("to", "in", "for"), ("from", "in", "for")


def subscribe(tools: Tools, asked: Asked) -> DeskAnswer:
    """`subscribe <workflow|pattern|all> [to #channel] [outcomes …] [rule=value …]`.

    What is there already is changed by the rules that are named, and keeps the others.
    """
    pointed = point(asked.words, TO)
    if not pointed.words:
        raise NotUnderstood(_("To what? Name a workflow, a pattern such as orders-*, or all."))
    with tools.database.snapshot() as session:
        known = workflows.names(session)
    written = read_written(pointed.words, known)
    what = find_what(written.what, known)
    if not isinstance(what, str | WorkflowName):
        return what
    reached = _reached(tools, asked, pointed.place)
    if isinstance(reached, Unreached):
        return reached
    with tools.database.snapshot() as session:
        channel = known_as(session, reached)
        before = _present(session, channel, what)
    place = before.workflows if before else what.workflow_id if isinstance(what, WorkflowName) else what
    rules = read_rules(written.rules, before.rules if before else None)
    tools.subscriptions.add(asked.permit, Wish(channel, place, rules))
    with tools.database.snapshot() as session:
        made = next(one for one in subscriptions.active(session) if (one.channel, one.workflows) == (channel, place))
        (view,) = views(session, [made])
    return Subscribed(view, before.rules if before else None, channel == asked.request.user_id, reached.is_member)


def unsubscribe(tools: Tools, asked: Asked) -> DeskAnswer:
    """`unsubscribe <workflow|pattern|all> [from #channel]`."""
    pointed = point(asked.words, FROM)
    reached = _named(tools, asked, pointed.place)
    if isinstance(reached, Unreached):
        return reached
    with tools.database.snapshot() as session:
        channel = known_as(session, reached)
        present = [one for one in subscriptions.active(session) if one.channel == channel]
        meant = _meant(session, present, " ".join(pointed.words))
        removed = views(session, [one for one in meant if one.origin is not Origin.SETTINGS])
        shown = views(session, present)
    if not removed:
        return NotSubscribed(" ".join(pointed.words), shown)
    for view in removed:
        tools.subscriptions.remove(asked.permit, channel, view.subscription.workflows)
    with tools.database.snapshot() as session:
        left = [one for one in subscriptions.active(session) if one.channel == channel]
        return Unsubscribed(removed, views(session, left), any(one.origin is Origin.SETTINGS for one in left))


def show_list(tools: Tools, asked: Asked) -> DeskAnswer:
    """`list [all|#channel]`: of this channel, unless another is named."""
    if asked.words and not is_place(asked.text) and asked.text.lower() not in ALL:
        raise NotUnderstood(_("Which channel? Name it, such as #data-alerts."))
    reached = None if asked.text.lower() in ALL else _named(tools, asked, asked.text or None)
    if isinstance(reached, Unreached):
        return reached
    with tools.database.snapshot() as session:
        channel = known_as(session, reached) if reached else None
        found = [
            one for one in subscriptions.active(session) if channel in (None, one.channel) and _may_see(asked, one)
        ]
        rows = views(session, found[skipped(asked.page) :][:ROWS])
    return SubscriptionsShown(rows, len(found), page_among(asked.page, len(found)))


def _may_see(asked: Asked, one: Subscription) -> bool:
    """What people have subscribed for themselves is nobody else's business, but for who can change it."""
    asker = asked.request.asker
    return not is_person(one.channel) or one.channel == asker.person.user_id or asker.role >= Role.OPERATOR


def settings(tools: Tools, asked: Asked) -> DeskAnswer:
    """`settings`: where no modal can be opened at once, a button for each subscription opens it."""
    return show_list(tools, Asked((), asked.permit, asked.page))


def views(session: Session, shown: Sequence[Subscription]) -> tuple[SubscriptionView, ...]:
    """With what is broken about them, and the name of the workflow that an id stands for."""
    names = dict(workflows.names(session))
    broken = {one.channel: one for one in channels.broken(session)}
    return tuple(_views(shown, names, broken))


def _views(
    shown: Sequence[Subscription], names: dict[str, str], broken: dict[str | None, channels.Breakage]
) -> Iterator[SubscriptionView]:
    for one in shown:
        covers = sum(one.covers(workflow_id, name) for workflow_id, name in names.items())
        breakage = broken.get(one.channel) or broken.get(None)
        since, reason = (breakage.since, breakage.reason) if breakage else (None, "")
        yield SubscriptionView(one, names.get(one.workflows), covers, since, reason)


def _reached(tools: Tools, asked: Asked, place: str | None) -> Reached | Unreached:
    """Where the bot is to post. A person is always reached: by direct message."""
    named = place_of(asked, place)
    return Reached(named) if named == asked.request.user_id else tools.reach.look_at(named)


def _named(tools: Tools, asked: Asked, place: str | None) -> Reached | Unreached:
    """The same, for a place where the bot need not post any more."""
    named = place_of(asked, place)
    return tools.reach.look_at(named) if named.startswith("#") else Reached(named)


def _present(session: Session, channel: str, what: str | WorkflowName) -> Subscription | None:
    """The subscription of just this, by the id or the name of the workflow."""
    called = (what.workflow_id, what.name) if isinstance(what, WorkflowName) else (what,)
    found = [one for one in subscriptions.active(session) if one.channel == channel and one.workflows in called]
    return found[0] if found else None


def _meant(session: Session, present: Sequence[Subscription], what: str) -> list[Subscription]:
    """All of them; the one that is written just like that; the one for the workflow of that name."""
    if what.lower() in ALL:
        return list(present)
    found = find_what(what, workflows.names(session)) if what else None
    called = (what, found.workflow_id, found.name) if isinstance(found, WorkflowName) else (what,)
    return [one for one in present if one.workflows in called]
