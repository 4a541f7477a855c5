"""The section of App Home about who is told of what, and what to type first."""

from collections.abc import Iterator, Mapping, Sequence

from bot.core.rules import Subscription
from bot.core.subscribing import is_person
from bot.language import N_, _
from bot.slack.blocks.elements import Block, context, section
from bot.slack.blocks.rule_texts import summary
from bot.slack.blocks.settings import settings_button
from bot.slack.blocks.subscribed import hears
from bot.slack.text import code

MOST = 15
NAME = 100

EXAMPLES = (
    ("/dataflow subscribe orders-*", N_("to hear in a channel of the workflows whose names begin with orders-")),
    ("/dataflow workflows", N_("to see which workflows are watched")),
    ("/dataflow failures", N_("to see what is failing")),
    ("/dataflow help", N_("to see everything that can be asked")),
)


def subscription_blocks(mine: Sequence[Subscription], names: Mapping[str, str]) -> Iterator[Block]:
    """`names` are those of the workflows that subscriptions are to by their ids. Of people they see only themselves."""
    for one in mine[:MOST]:
        told = f"{hears(one, names.get(one.workflows), is_own=is_person(one.channel))}\n{summary(one.rules)}"
        yield {**section(told), "accessory": settings_button(one.subscription_id)}
    if left_out := len(mine[MOST:]):
        yield context(_("… and {count:,} more. `/dataflow list` lists them.").format(count=left_out))


def first_steps(are_places_known: bool) -> Iterator[Block]:
    """For somebody whose channels hear of nothing yet, as far as we can tell."""
    yield section(_("👋 *Welcome!* I tell channels when a Data Flow workflow fails, and when it works again."))
    yield section("\n".join([_("Type one of these in a channel, or here in Messages:"), *_examples()]))
    if not are_places_known:
        yield context(_("I cannot see which channels you are in: the app has not got the scope `channels:read`."))


def what_to_type() -> Iterator[Block]:
    yield context("\n".join(_examples()))


def _examples() -> Iterator[str]:
    return (f"• {code(command, NAME)} {_(purpose)}" for command, purpose in EXAMPLES)
