"""The section of App Home about what is wrong: each open incident with what can be done about it."""

from collections.abc import Collection, Iterator

from bot.core.handles import CardRef
from bot.language import _
from bot.services.show_home import MOST_INCIDENTS, Home
from bot.slack.blocks.actions import ENDS, UNTIL_A_DATE, encode
from bot.slack.blocks.elements import Block, actions, button, context, link_button, menu_button, section
from bot.slack.blocks.incident import state, whose
from bot.slack.blocks.links import Links
from bot.slack.text import moment, words
from bot.store.open_incidents import OpenIncident

ACK = "home:acknowledge"
UNACK = "home:undo_acknowledge"
MUTE = "home:mute"
OPEN = "home:message"

NAME = 100


def incident_blocks(home: Home, places: Collection[str], links: Links) -> Iterator[Block]:
    if not home.incidents:
        yield section(_("✅ Nothing is failing."))
    shown = home.incidents[:MOST_INCIDENTS]
    for one in shown:
        yield section("\n".join(_lines(one)))
        yield actions(_buttons(one, places, links))
    if left_out := max(home.incident_count - len(shown), 0):
        yield context(_("… and {count:,} more. `/dataflow failures` lists them.").format(count=left_out))


def _lines(one: OpenIncident) -> Iterator[str]:
    incident = one.incident
    yield f"*{state(incident)}*: {whose(one.workflow_name, incident, NAME)}"
    yield _("Since {when}.").format(when=moment(incident.opened_at))
    if taken := incident.acknowledged:
        yield _("Acknowledged by {who} {when}.").format(who=words(taken.by, 60), when=moment(taken.at))
    else:
        yield _("Nobody has acknowledged it.")


def _buttons(one: OpenIncident, places: Collection[str], links: Links) -> Iterator[Block]:
    """A link only to a message that the person can open."""
    ref = CardRef(one.incident_key, int(one.incident.opened_at.timestamp()), "")
    value = encode(ref)
    if one.incident.acknowledged:
        yield button(_("Undo acknowledge"), UNACK, value, _("Take back that somebody looks after this"))
    else:
        yield button(_("Acknowledge"), ACK, value, _("Say that you look after this"), style="primary")
    ends = [(f"{until}|{value}", _(label)) for until, label in ENDS if until != UNTIL_A_DATE]
    yield menu_button(_("Mute"), MUTE, ends)
    card = next((ref for ref in one.cards if ref.channel in places), None)
    if card and (url := links.message(card)):
        yield link_button(_("Open message"), OPEN, url)
