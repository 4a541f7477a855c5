"""What commands about subscriptions answer: who hears of what now, what is broken about it, what to do instead."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from bot.core.rule_words import spell_rules
from bot.core.rules import Subscription
from bot.core.subscribing import is_person
from bot.language import N_, _, counted, ngettext
from bot.services.reach import Obstacle, Unreached
from bot.services.subscription_answers import (
    NotSubscribed,
    Subscribed,
    SubscriptionAnswer,
    SubscriptionsShown,
    SubscriptionView,
    Unsubscribed,
)
from bot.slack.blocks.answer import COMMAND
from bot.slack.blocks.elements import LIST_LIMIT, TEXT_LIMIT, Block, Message, context, fitting, section
from bot.slack.blocks.rule_texts import summary
from bot.slack.blocks.settings import settings_button
from bot.slack.text import code, moment, place, width, words

NAME, REASON, AGAIN, TITLE_LIMIT = 100, 150, 400, 2900
MOST_ROWS = 45
"""A message has up to 50 blocks (Slack docs, "Blocks"); the rest is for what stands around them."""
BOT = "@Data Flow"

_OBSTACLES = {
    Obstacle.UNKNOWN_NAME: N_(
        "I see no channel {channel}. If it is private, type `/invite {bot}` there first; otherwise check its name."
    ),
    Obstacle.NOT_INVITED: N_("I cannot post in {channel} yet. Type `/invite {bot}` there, and then ask me again."),
    Obstacle.ARCHIVED: N_("{channel} is archived, so nothing can be posted there."),
    Obstacle.NO_ANSWER: N_(
        "Slack did not tell me whether I can post in {channel} ({error}), so I changed nothing. Try again in a minute."
    ),
}


def unreached_message(answer: Unreached) -> Message:
    said = _(_OBSTACLES[answer.obstacle]).format(
        channel=place(answer.channel, NAME), bot=BOT, error=words(answer.detail, REASON)
    )
    return Message(said, (section(said),))


def subscription_message(answer: SubscriptionAnswer) -> Message:
    match answer:
        case Subscribed():
            return _subscribed(answer)
        case Unsubscribed():
            return _unsubscribed(answer)
        case NotSubscribed(asked_for, present):
            none = _("There is no subscription here to {name} that can be ended.").format(name=words(asked_for, NAME))
            return _listed([none if asked_for else _("Of what? These are the subscriptions here:")], present)
        case SubscriptionsShown():
            return _shown(answer)


def _subscribed(answer: Subscribed) -> Message:
    one = answer.subscription
    sentences = [hears(one.subscription, one.called, is_own=answer.is_own), summary(one.subscription.rules)]
    if answer.before is not None:
        sentences.append(_("It was there before, with these rules: {rules}").format(rules=summary(answer.before)))
    if one.called is None:
        covers = ngettext("{count:,} workflow is meant now.", "{count:,} workflows are meant now.", one.covers)
        sentences.append(covers.format(count=one.covers))
    if not answer.is_member:
        invite = _("Invite me with `/invite {bot}`: then I can also look whether an unconfirmed message arrived.")
        sentences.append(invite.format(bot=BOT))
    shown = "\n".join(sentences)
    return Message(shown, ({**section(shown), "accessory": settings_button(one.subscription.subscription_id)},))


def _unsubscribed(answer: Unsubscribed) -> Message:
    gone = [_("Ended: {subscription}").format(subscription=_line(one)) for one in answer.removed]
    if answer.is_of_settings:
        gone.append(_("ALERT_CHANNEL names this channel in the settings of the bot, so it hears of everything."))
    if not answer.left:
        gone.append(_("Nothing is told here any more."))
    if len(answer.removed) == 1:
        again = code(f"{COMMAND} subscribe {_spelled(answer.removed[0].subscription)}", AGAIN)
        gone.append(_("To take that back: {command}").format(command=again))
    return _listed(gone, answer.left)


def _spelled(subscription: Subscription) -> str:
    """As it can be typed, in whatever channel. Whom it mentions cannot."""
    rules = spell_rules(replace(subscription.rules, mention=None))
    where = [] if is_person(subscription.channel) else ["to", subscription.channel]
    return " ".join([subscription.workflows, *where, *(f"{name}={text}" for name, text in rules.items())])


def _shown(answer: SubscriptionsShown) -> Message:
    count = counted("{count:,} subscription", "{count:,} subscriptions", answer.total)
    if answer.total:
        return _listed([f"{count}:"], answer.rows)
    example = code("/dataflow subscribe orders-*", NAME)
    return _listed([_("Nobody hears of anything here. To begin, type {example}").format(example=example)], ())


def _listed(said: Sequence[str], shown: Sequence[SubscriptionView]) -> Message:
    """Each with its button, as many as there is room for."""
    lines = [_line(one) for one in shown]
    room = min(sum(total <= LIST_LIMIT for total in accumulate(map(width, lines))), MOST_ROWS)
    blocks = [section("\n".join(fitting(said, TITLE_LIMIT))), *(_block(one) for one in shown[:room])]
    blocks += [context(more) for more in fitting((), 0, left_out=len(shown) - room)]
    return Message("\n".join(fitting([*said, *(f"• {line}" for line in lines)], TEXT_LIMIT)), tuple(blocks))


def _block(one: SubscriptionView) -> Block:
    return {**section(_line(one)), "accessory": settings_button(one.subscription.subscription_id)}


def _line(one: SubscriptionView) -> str:
    return " ".join([hears(one.subscription, one.called), summary(one.subscription.rules), *_broken(one)])


def hears(subscription: Subscription, called: str | None, *, is_own: bool = False) -> str:
    """Who is told of what; `called` is the name of the one workflow whose id it is."""
    if called is not None:
        what = f"{words(called, NAME)} ({code(subscription.workflows, NAME)})"
    else:
        what = _("everything") if subscription.workflows == "*" else code(subscription.workflows, NAME)
    if is_own:
        return _("You hear of {workflows} here.").format(workflows=what)
    return _("{channel} hears of {workflows}.").format(channel=place(subscription.channel, NAME), workflows=what)


def _broken(one: SubscriptionView) -> Iterator[str]:
    if one.broken_since:
        yield _("⚠️ Broken since {when}: {reason}. Nothing is lost: it waits.").format(
            when=moment(one.broken_since), reason=words(one.reason, REASON)
        )
