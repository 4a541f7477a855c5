"""What a person can do on the page, as the browser names it: each is one act of the Slack stand-in's actor."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.demo.serving import NotServing
from bot.demo.slack_server import Actor, Interaction, Message, SlackServer, View
from bot.demo.slack_server.errors import SlackError

Order = Mapping[str, Any]


class NotPossible(Exception):
    """What was asked for cannot be done on this screen; the message says why."""


def act(slack: SlackServer, person: str, order: Order) -> dict[str, Any]:
    """Carry out an order `{"do": …}`, wait for the bot's ack, and return what the person is told went wrong.

    `error` is Slack's own word, as in "operation_timeout"; `errors` are by block, beside the fields of a modal.
    """
    do = ACTS.get(str(order.get("do")))
    if do is None:
        raise NotPossible(f"nobody can do {order.get('do')!r} here")
    try:
        done = do(slack, slack.user(person), order)
    except NotServing:
        raise NotPossible("Slack is away: nothing can be sent") from None
    except (LookupError, ValueError, SlackError) as impossible:
        raise NotPossible(str(impossible)) from impossible
    return {"error": done.error if done else None, "errors": getattr(done, "errors", {})}


def _command(_slack: SlackServer, actor: Actor, order: Order) -> Interaction:
    return actor.command(str(order["line"]), str(order["channel"]))


def _say(slack: SlackServer, actor: Actor, order: Order) -> None:
    """In the conversation with the bot it hears everything, in a channel what mentions it."""
    text, channel = str(order["text"]), str(order["channel"])
    mention = f"<@{slack.workspace.bot.id}>"
    if slack.workspace.channels.direct(actor.person.id) is slack.workspace.channel(channel):
        actor.dm(text)
    elif text.startswith(mention):
        actor.mention(text.removeprefix(mention).strip(), channel)
    else:
        actor.say(text, channel)


def _click(slack: SlackServer, actor: Actor, order: Order) -> Interaction:
    value = order.get("value")
    where = _filled_in(slack, actor, order)
    return actor.click(where, str(order["action_id"]), None if value is None else str(value))


def _select(slack: SlackServer, actor: Actor, order: Order) -> Interaction:
    return actor.select(_filled_in(slack, actor, order), str(order["action_id"]), order["value"])


def _submit(slack: SlackServer, actor: Actor, order: Order) -> Interaction:
    return actor.submit(_view(slack, str(order["view"])), order.get("values") or {})


def _close(slack: SlackServer, actor: Actor, order: Order) -> None:
    actor.close(_view(slack, str(order["view"])))


def _open_home(_slack: SlackServer, actor: Actor, _order: Order) -> None:
    actor.open_home()


def _open_direct(slack: SlackServer, actor: Actor, _order: Order) -> None:
    slack.workspace.open_direct(actor.person.id)


def _shortcut(_slack: SlackServer, actor: Actor, order: Order) -> Interaction:
    return actor.shortcut(str(order["callback_id"]))


def _message_shortcut(slack: SlackServer, actor: Actor, order: Order) -> Interaction:
    message = _message(slack, actor, str(order["channel"]), str(order["ts"]))
    return actor.message_shortcut(str(order["callback_id"]), message)


ACTS: Mapping[str, Callable[[SlackServer, Actor, Order], Interaction | None]] = {
    "command": _command,
    "say": _say,
    "click": _click,
    "select": _select,
    "submit": _submit,
    "close": _close,
    "open_home": _open_home,
    "open_direct": _open_direct,
    "shortcut": _shortcut,
    "message_shortcut": _message_shortcut,
}


def _filled_in(slack: SlackServer, actor: Actor, order: Order) -> Message | View:
    """The message or view that the order names; a view with what has been entered in it so far."""
    where = _where(slack, actor, order)
    if isinstance(where, View):
        actor.fill_in(where, order.get("values") or {})
    return where


def _where(slack: SlackServer, actor: Actor, order: Order) -> Message | View:
    """The message or view that the order names."""
    if "view" in order:
        return _view(slack, str(order["view"]))
    return _message(slack, actor, str(order["channel"]), str(order["ts"]))


def _view(slack: SlackServer, view_id: str) -> View:
    with slack.workspace.changed:
        return slack.workspace.views.find(view_id)


def _message(slack: SlackServer, actor: Actor, channel: str, ts: str) -> Message:
    with slack.workspace.changed:
        timeline = slack.workspace.channel(channel).timeline
        found = timeline.find(ts) or timeline.find_ephemeral(ts)
    if found is None or found.ephemeral_for not in (None, actor.person.id):
        raise LookupError("the message is not on the screen")
    return found
